"""Who may send, when nobody may, what is said and what is kept: the run as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.mode import TradingMode
from argonaut.domain.record import Decision, DetectorAnswer
from argonaut.domain.signal import Enter
from argonaut.journal.store import StoredRow
from argonaut.journal.verify import verify_rows
from argonaut.rehearsal.simulation.evidence import Life
from argonaut.rehearsal.simulation.invariants.case import Case, Violation, at, at_row
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.told import is_entry

_EXCUSES = {  # an error that ends a life, and the fault that is to end it so
    "JournalFullError": "disk_full",
    "JournalIOError": "disk_",
    "JournalBusyError": "second_instance",
}
_CANCEL_NS = SECOND_NS  # healthy time in which a kill takes every entry out
_SIGNED = re.compile(r"signature=[0-9a-fA-F]{16}")  # as in a request's address
_USABLE_PERCENT = 80  # of any published limit


def kill_is_obeyed(case: Case) -> Iterator[Violation]:
    """I14: after a durable KILL no entry leaves, live ones are taken out, and it stays."""
    killed = [e for e in case.story.of_kind("mode") if e.body.mode == TradingMode.KILLED.name]
    if not killed:
        return
    first = killed[0]
    for name, sent in case.placements:
        told = case.story.orders.get(ClientOrderId(name))
        if told is not None and is_entry(told.intent) and sent.durable_seq >= first.row.seq:
            yield at("I14", sent.at_ns, name, "no entry after a durable KILL", "it was sent")
    for entry in case.story.of_kind("mode"):
        if entry.row.seq > first.row.seq and entry.body.mode != TradingMode.KILLED.name:
            yield at_row("I14", entry, "mode", "KILLED for good", entry.body.mode)
    if case.evidence.belief.mode != TradingMode.KILLED.name:
        yield at("I14", case.end_ns, "mode", "KILLED for good", case.evidence.belief.mode)
    late_ns = case.health.deadline_ns(first.at_ns, _CANCEL_NS + case.round_trip_ns)
    for name, told in case.story.orders.items():
        if not is_entry(told.intent):
            continue
        for order in case.own_orders.get(name, []):
            ended_ns = case.end_ns if order.ended_ns is None else order.ended_ns
            if order.created_ns <= first.at_ns and ended_ns > late_ns:
                wanted = f"taken out by {late_ns / SECOND_NS:.3f} s"
                yield at("I14", first.at_ns, name, wanted, "a live entry")


def limits_are_kept(case: Case) -> Iterator[Violation]:
    """I16: at most 80 % of each published limit is used, and no refusal is earned.

    In a ban that a fault began every request is refused; that none is sent is another matter.
    """
    for usage in case.truth.usage:
        if usage.used * 100 > usage.limit * _USABLE_PERCENT:
            wanted = f"at most {_USABLE_PERCENT} % of {usage.limit}"
            yield at("I16", case.end_ns, usage.window, wanted, f"{usage.used}")
    is_banned = any(each.kind in ("banned", "throttled") for each in case.plan.faults)
    if case.truth.refused_for_rate and not is_banned:
        found = f"{case.truth.refused_for_rate}"
        yield at("I16", case.end_ns, "429 and 418", "none that no fault asked for", found)


def no_request_in_a_ban(case: Case) -> Iterator[Violation]:
    """I16: a Retry-After is waited out to its end, counted from when the answer was there.

    One in flight meanwhile is nobody's fault. The first request in each silence is told. A life
    that ran on has written it down, so the next one keeps it, too, by its own clock; one whose
    machine stood still as the answer came, and that died of it, has not even read it.
    """
    sent = case.evidence.sent
    lives = {each.number: each for each in case.evidence.lives}
    is_clock_right = not any(each.kind == "clock_step" for each in case.plan.faults)
    for told in sent:
        if told.retry_after_s is None or told.answered_ns is None:
            continue
        from_ns = told.answered_ns + case.round_trip_ns
        until_ns = told.answered_ns + told.retry_after_s * SECOND_NS
        life = lives.get(told.life)
        is_kept = is_clock_right and life is not None and _ran_on(life, from_ns)
        for each in sent:
            is_same = each.life == told.life
            is_bound = is_same or (is_kept and each.life > told.life)
            spared_ns = 0 if is_same else SECOND_NS
            if is_bound and from_ns < each.at_ns < until_ns - spared_ns:
                wanted = f"silence until {until_ns / SECOND_NS:.3f} s"
                yield at("I16", each.at_ns, each.path, wanted, "a request")
                break


def _ran_on(life: Life, since_ns: int) -> bool:
    """Whether a life did anything after a moment: what stood still then began after its stalls."""
    for start_ns, end_ns in sorted(life.stalls):
        if start_ns <= since_ns < end_ns:
            since_ns = end_ns
    return life.ended_ns is None or life.ended_ns > since_ns


def replays_agree(case: Case) -> Iterator[Violation]:
    """I19: a state reached by living and by reading the journal, once or twice, is one state."""
    if len(set(case.evidence.states.values())) > 1:
        found = ", ".join(f"{name} {digest[:12]}" for name, digest in case.evidence.states.items())
        yield at("I19", case.end_ns, "state", "one hash however it is reached", found)


def signals_count_once(case: Case) -> Iterator[Violation]:
    """I23: each signal is accepted at most once and enters at most once."""
    accepted: Counter[tuple[str, str]] = Counter()
    for entry in case.story.of_kind("signal"):
        body = entry.body
        assert isinstance(body, DetectorAnswer), f"want an answer, not {body}"
        if body.answer == "accepted":
            key = (body.signal.source, body.signal.signal_id)
            accepted[key] += 1
            if accepted[key] == 2:
                yield at_row("I23", entry, "/".join(key), "one acceptance", "another one")
    entered: Counter[tuple[str, str]] = Counter()
    for entry in case.story.of_kind("decision"):
        body = entry.body
        assert isinstance(body, Decision), f"want a decision, not {body}"
        if isinstance(body.signal, Enter) and body.approved and body.signal.tag:
            effect = (body.signal.strategy_id, body.signal.tag)
            entered[effect] += 1
            if entered[effect] == 2:
                yield at_row("I23", entry, body.signal.tag, "one entry a signal", "another one")


def signals_are_answered(case: Case) -> Iterator[Violation]:
    """I23: each signal that could be delivered has an answer in the journal."""
    answered = {each.body.signal.signal_id for each in case.story.of_kind("signal")}
    if not case.evidence.belief.is_ready:
        return
    for wish in case.plan.wishes:
        if wish.signal_id not in answered:
            yield at("I23", wish.at_ns, wish.signal_id, "an answer in the journal", "none")


def one_epoch_sends(case: Case) -> Iterator[Violation]:
    """I24: once a newer lease is durable the older one sends nothing; no epoch comes twice."""
    epochs = {life.number: life.epoch for life in case.evidence.lives}
    leases: dict[int, int] = {}
    for commit in case.evidence.commits:
        if commit.life in epochs:
            leases.setdefault(commit.life, commit.at_ns)
    for name, sent in case.placements:
        newer = [n for n, at_ns in leases.items() if n > sent.life and at_ns < sent.at_ns]
        if newer:
            wanted = f"silence since life {newer[0]} has the lease"
            yield at("I24", sent.at_ns, name, wanted, f"sent by life {sent.life}")
    held = [each for each in epochs.values() if each]
    if len(set(held)) < len(held):
        yield at("I24", case.end_ns, "lease", "another epoch for each life", f"{epochs}")


def no_secret_leaks(case: Case) -> Iterator[Violation]:
    """I25: no secret and no signature is in anything that left the process but requests."""
    for name, text in case.evidence.sinks.items():
        for signed in _SIGNED.finditer(text):
            said = f"a signature after {text[max(0, signed.start() - 60) : signed.start()]!r}"
            yield at("I25", case.end_ns, name, "no secret", said)
        for number, canary in enumerate(case.evidence.canaries, start=1):
            if canary and canary in text:
                place = text.index(canary)
                said = f"secret {number} after {text[max(0, place - 60) : place]!r}"
                yield at("I25", case.end_ns, name, "no secret", said)


def bounds_are_kept(case: Case) -> Iterator[Violation]:
    """I26: every queue and cache stays within its bound."""
    for name, (size, bound) in case.evidence.belief.bounds.items():
        if size > bound:
            yield at("I26", case.end_ns, name, f"at most {bound}", f"{size}")


def all_is_well_again(case: Case) -> Iterator[Violation]:
    """I29: 120 healthy seconds after the last fault the trader is ready and doubts nothing."""
    belief, plan = case.evidence.belief, case.plan
    last = case.evidence.lives[-1] if case.evidence.lives else None
    if last is None or not belief.is_ready:
        said = "no life" if last is None else f"{belief.mode}, {last.ending} {last.error}".strip()
        yield at("I29", case.end_ns, "trader", "READY", said)
        return
    if belief.unknown:
        yield at("I29", case.end_ns, "orders", "none UNKNOWN", ", ".join(belief.unknown))
    told = {each.target for each in plan.faults if each.kind == "operator"}
    if not told and belief.mode != TradingMode.ACTIVE.name and not _is_shared(case):
        said = f"{belief.mode} because of {', '.join(belief.conditions) or 'nothing'}"
        yield at("I29", case.end_ns, "mode", "ACTIVE", said)
    kinds = {each.kind for each in plan.faults}
    excuses = [
        name
        for name, excused_by in _EXCUSES.items()
        if any(kind.startswith(excused_by) for kind in kinds)
    ]
    for life in case.evidence.lives:
        if life.ending == "failed" and not life.error.startswith(tuple(excuses)):
            at_ns = case.end_ns if life.ended_ns is None else life.ended_ns
            yield at("I29", at_ns, f"life {life.number}", "no uncaught error", life.error)
    for fault in case.evidence.faults:
        yield at("I29", case.end_ns, "streams", "no uncaught error", fault)


def _is_shared(case: Case) -> bool:
    """Whether nothing but an order that another trader has left at the venue limits this one."""
    fed = any(each.kind == "second_instance" and each.amount >= 1 for each in case.plan.faults)
    is_left = any(each.is_live and not each.is_ours for each in case.truth.orders)
    return fed and is_left and case.evidence.belief.conditions == ("another instance",)


def journal_is_whole(case: Case) -> Iterator[Violation]:
    """I30: the journal has no gap and its chain verifies."""
    report = verify_rows(_stored(case))
    if not report.ok:
        yield at("I30", case.end_ns, f"row {report.broken_seq}", "a whole chain", report.reason)


def _stored(case: Case) -> Iterator[StoredRow]:
    for row in case.evidence.rows:
        yield (
            row.seq,
            row.event_seq,
            row.event_ns,
            row.kind.encode(),
            row.subject.encode(),
            row.payload,
            row.prev_hash,
            row.hash,
        )
