"""Orders and their fills: what the journal tells against what the venue knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.number import ZERO
from argonaut.domain.order import Filled, OrderStatus, Rejected
from argonaut.engine.netting import is_inside, other_side_of
from argonaut.rehearsal.simulation.evidence import Sent
from argonaut.rehearsal.simulation.invariants.case import (
    Case,
    Violation,
    at,
    at_row,
    fill_key,
    symbol_of,
)
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.told import Entry, Step

_KNOWN_NS = 30 * SECOND_NS  # healthy time after which a fill must be known
_APART_NS = 4 * SECOND_NS  # between two look-ups; five by the trader's clock, which may be turned


def one_order_an_intent(case: Case) -> Iterator[Violation]:
    """I03: at most one venue order for each intent, and none of ours without one."""
    for name, orders in case.own_orders.items():
        if len(orders) > 1:
            yield at("I03", orders[1].created_ns, name, "one order", f"{len(orders)} orders")
        if ClientOrderId(name) not in case.story.orders:
            said = f"order {orders[0].venue_order_id} without an intent"
            yield at("I03", orders[0].created_ns, name, "an intent in the journal", said)
    quarantined = {each.row.subject for each in case.story.of_kind("foreign")}
    for order in case.truth.orders:
        if order.is_ours or not order.is_live:
            continue
        late_ns = case.health.deadline_ns(order.created_ns, _KNOWN_NS)
        is_told = order.venue_order_id in quarantined or order.client_order_id in quarantined
        if late_ns < case.end_ns and not is_told:
            subject = order.client_order_id or order.venue_order_id
            yield at("I03", late_ns, subject, "a foreign order told", "no such row")


def foreign_is_left_alone(case: Case) -> Iterator[Violation]:
    """I03: an order that is no intent of ours is never touched."""
    theirs = {each.client_order_id for each in case.truth.orders if not each.is_ours}
    for sent in case.evidence.sent:
        if sent.cancels is not None and sent.cancels in theirs:
            said = "a request to cancel it"
            yield at("I03", sent.at_ns, sent.cancels, "a foreign order untouched", said)


def fills_are_known(case: Case) -> Iterator[Violation]:
    """I04: every execution is known within 30 healthy seconds."""
    booked = {_key(step): step.entry for step in case.story.fills}
    for key, fill in case.own_fills.items():
        late_ns = case.health.deadline_ns(fill.event_ns, _KNOWN_NS)
        entry = booked.get(key)
        known_ns = case.end_ns if entry is None else entry.at_ns
        if entry is None or known_ns > late_ns:
            found = "never" if entry is None else f"at {known_ns / SECOND_NS:.3f} s"
            expected = f"known by {late_ns / SECOND_NS:.3f} s"
            yield at("I04", fill.event_ns, f"{fill.client_order_id} {key}", expected, found)


def fills_are_booked_once(case: Case) -> Iterator[Violation]:
    """I07: each venue trade is booked exactly once, as it was; fills never exceed the order."""
    counts = Counter(_key(step) for step in case.story.fills)
    for step in case.story.fills:
        key, fill = _key(step), step.report
        assert isinstance(fill, Filled), f"want a fill, not {fill}"
        name = str(step.order.client_order_id)
        if is_inside(fill.fill_id):
            yield from _is_whole(case, step, fill)
            continue
        true = case.own_fills.get(key)
        if true is None:
            yield at_row("I07", step.entry, name, "an execution of the venue's", f"fill {key}")
            continue
        if counts[key] > 1:
            counts[key] = 1
            yield at_row("I07", step.entry, name, f"{key} booked once", "booked again")
        wrong = [
            f"{what} {ours} for {theirs}"
            for what, ours, theirs in (
                ("quantity", fill.quantity, true.quantity),
                ("price", fill.price, true.price),
                ("fee", fill.fee, true.fee),
                ("order", name, true.client_order_id),
            )
            if ours != theirs
        ]
        if wrong:
            yield at_row("I07", step.entry, name, f"{key} as it was", ", ".join(wrong))
    for told in case.story.orders.values():
        if told.order.filled > told.order.quantity:
            said = f"{told.order.filled} filled of {told.order.quantity}"
            yield at_row(
                "I07", told.entry, told.intent.client_order_id, "no more than ordered", said
            )


def _is_whole(case: Case, step: Step, fill: Filled) -> Iterator[Violation]:
    """I06: what one strategy got inside another one gave, at the same price and for no fee."""
    wanted = other_side_of(fill)
    for other in case.story.fills:
        is_opposite = other.order.side is not step.order.side
        if is_opposite and replace(other.report, event_ns=fill.event_ns) == wanted:
            return
    name = str(step.order.client_order_id)
    yield at_row("I06", step.entry, name, f"the other side, {wanted}", "none")


def unknown_ends_by_evidence(case: Case) -> Iterator[Violation]:
    """I17: what was UNKNOWN ends only by what the venue has, with a row that says so."""
    corrections: dict[str, list[Entry]] = {}
    for entry in case.story.of_kind("correction"):
        corrections.setdefault(entry.body.subject, []).append(entry)
    for name, told in case.story.orders.items():
        for step in told.steps:
            is_end = step.order.is_final and not isinstance(step.report, Filled)
            if step.before is OrderStatus.UNKNOWN and is_end:
                yield from _judge_end(case, name, step, corrections.get(name, []))


def _judge_end(case: Case, name: str, step: Step, corrections: list[Entry]) -> Iterator[Violation]:
    true = case.own_orders.get(name, [])
    if isinstance(step.report, Rejected):
        evidence = [each for each in corrections if each.row.seq < step.entry.row.seq]
        if not evidence:
            found = f"{step.report.code} {step.report.reason} without one"
            yield at_row("I17", step.entry, name, "a correction row before it ends", found)
        if any(each.status != "REJECTED" for each in true):
            found = f"the venue has it: {true[0].status}, {true[0].filled} filled"
            yield at_row("I17", step.entry, name, "absent at the venue", found)
        sent = case.first_sent.get(name)
        if sent is not None and not true and step.report.code != "not_sent":
            yield from _judge_absence(case, name, step.entry, sent)
    elif not any(each.status in ("CANCELED", "EXPIRED", "EXPIRED_IN_MATCH") for each in true):
        found = ", ".join(each.status for each in true) or "no such order"
        yield at_row("I17", step.entry, name, f"{step.order.status.value} at the venue", found)


def _judge_absence(case: Case, name: str, entry: Entry, sent: Sent) -> Iterator[Violation]:
    """An order that never came is waited for (R2), and then looked for twice (R3)."""
    late_ns = case.evidence.lateness_ns
    since_ns = _counts_from_ns(case, sent)
    waited_ns = entry.at_ns - since_ns
    if waited_ns < late_ns:
        found = f"{waited_ns / SECOND_NS:.1f} s after it was sent"
        wanted = f"{late_ns / SECOND_NS:.1f} s waited for it (rule R2)"
        yield at_row("I17", entry, name, wanted, found)
    looked_ns = [
        each.at_ns
        for each in case.look_ups.get(name, ())
        if each.at_ns >= since_ns + late_ns
        and each.answered_ns is not None
        and each.answered_ns <= entry.at_ns
    ]
    if not looked_ns or looked_ns[-1] - looked_ns[0] < _APART_NS:
        when = ", ".join(f"{ns / SECOND_NS:.1f} s" for ns in looked_ns) or "never"
        wanted = "looked up twice, 5 s apart, when it could no longer arrive (rule R3)"
        yield at_row("I17", entry, name, wanted, f"looked up {when}")


def _counts_from_ns(case: Case, sent: Sent) -> int:
    """Return when a request begins to be late: its receive window opens with its timestamp.

    A machine that stood still between signing and sending sends what is that much older (F28).
    """
    signed_ms, epoch_ns = sent.params.get("timestamp", ""), case.evidence.epoch_ns
    if epoch_ns is None or not signed_ms.isdecimal():
        return sent.at_ns
    return min(sent.at_ns, int(signed_ms) * SECOND_NS // 1000 - epoch_ns)


def told_once(case: Case) -> Iterator[Violation]:
    """I18: one end for each order, no report before its intent, fills that only grow."""
    for entry in case.story.strays:
        yield at_row("I18", entry, entry.row.subject, "an intent before any report", "none")
    for name, told in case.story.orders.items():
        ends = [s for s in told.steps if s.order.is_final and not s.before.is_final]
        if len(ends) > 1:
            yield at_row("I18", ends[1].entry, name, "one end told", f"{len(ends)} ends")
        again = [
            s
            for s in told.steps
            if s.before.is_final
            and s.order.is_final
            and not isinstance(s.report, Filled)
            and s.order.status is s.before
            and type(s.report).__name__ in ("Canceled", "Expired")
        ]
        if again:
            yield at_row("I18", again[0].entry, name, "one end told", "told again")
        filled = [s.order.filled for s in told.steps]
        if any(later < sooner for sooner, later in pairwise(filled)):
            yield at_row("I18", told.entry, name, "a filled quantity that grows", f"{filled}")


def transitions_are_legal(case: Case) -> Iterator[Violation]:
    """I28: every step of every order is in the table, and nobody had to complain of one."""
    for name, told in case.story.orders.items():
        for said in told.illegal:
            yield at_row("I28", told.entry, name, "a step of the table", said)
    lies = {"wrong_cum_qty", "bad_frame", "frames_replayed"} & {f.kind for f in case.plan.faults}
    for entry in case.story.of_kind("anomaly"):
        if entry.body.what in ("illegal transition", "overclosed") and not lies:
            yield at_row("I28", entry, entry.body.what, "no such anomaly", entry.body.detail)


def ends_agree(case: Case) -> Iterator[Violation]:
    """I29: after the calm each order ended as at the venue, or lives here and there."""
    for name, told in case.story.orders.items():
        true = case.own_orders.get(name, [])
        final = told.order.is_final
        if any(each.is_live for each in true) and final:
            yield at("I29", case.end_ns, name, "live as at the venue", told.order.status.value)
        was_sent = name in case.first_sent
        if true and not any(each.is_live for each in true) and not final and was_sent:
            found = f"{told.order.status.value}, at the venue {true[0].status}"
            yield at("I29", case.end_ns, name, "its end known", found)
        if true and told.order.filled != sum((each.filled for each in true), ZERO):
            found = f"{told.order.filled}, at the venue {true[0].filled}"
            yield at("I29", case.end_ns, name, "all its fills known", found)


def _key(step: Step) -> str:
    assert isinstance(step.report, Filled), f"want a fill, not {step.report}"
    return fill_key(symbol_of(step.order.instrument_id), step.report.fill_id)
