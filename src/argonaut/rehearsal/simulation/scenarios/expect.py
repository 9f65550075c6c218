"""What scenarios expect of a run beyond the invariants: each yields what it misses.

A sentence has the form "want this, found that".
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from argonaut.domain.ids import ClientOrderId, InstrumentId
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import Filled
from argonaut.domain.signal import Exit
from argonaut.rehearsal.simulation.evidence import Sent, TrueOrder
from argonaut.rehearsal.simulation.invariants.case import Case, true_change
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.scenarios.scenario import BTC, Expectation
from argonaut.rehearsal.simulation.told import Entry, Step, is_entry

_KNOWN_NS = 30 * SECOND_NS  # by then a fill is known, whatever was lost (F07)
_NOT_PLACED_NS = 10 * SECOND_NS  # beyond the lateness bound (F11)


def entries_at_venue(case: Case, tag: str) -> list[TrueOrder]:
    """Return the orders at the venue that a signal's entry became."""
    names = {
        str(order.client_order_id)
        for entry in case.story.of_kind("decision")
        if entry.body.approved and entry.body.signal.tag == tag
        for order in entry.body.orders
        if not order.role.is_protective and order.side.value == "buy"
    }
    return [order for name in sorted(names) for order in case.own_orders.get(name, [])]


def enters_once(case: Case) -> Iterator[str]:
    """Each signal to buy became one order at the venue, or none: never two."""
    for wish in case.plan.wishes:
        if wish.side == "buy":
            found = len(entries_at_venue(case, wish.signal_id))
            if found > 1:
                yield f"{wish.signal_id}: want at most one order, found {found}"


def enters_at_all(case: Case) -> Iterator[str]:
    """The signals to buy did become orders: the scenario is not empty."""
    wanted = [each.signal_id for each in case.plan.wishes if each.side == "buy"]
    if wanted and not any(entries_at_venue(case, name) for name in wanted):
        yield f"want an order for one of {', '.join(wanted)}, found none"


def enters_never(case: Case) -> Iterator[str]:
    """No signal of the plan became an order at the venue."""
    for wish in case.plan.wishes:
        if entries_at_venue(case, wish.signal_id):
            yield f"{wish.signal_id}: want no order at the venue"


def enters_not(tag: str) -> Expectation:
    """Return the expectation that one signal became no order."""

    def expectation(case: Case) -> Iterator[str]:
        if entries_at_venue(case, tag):
            yield f"want no order for {tag}, found one"

    return expectation


def dies(case: Case) -> Iterator[str]:
    """The trader was started more than once: the fault did happen."""
    if len(case.evidence.lives) < 2:
        yield "want a second life, found one"


def doubts(case: Case) -> Iterator[str]:
    """Some order was UNKNOWN for a while: the fault did happen."""
    if not any(told.was_unknown for told in case.story.orders.values()):
        yield "want an order that was UNKNOWN, found none"


def ends_flat(case: Case) -> Iterator[str]:
    """What was bought was sold again: the way out stayed open."""
    held = true_holding(case)
    if not case.is_dust(InstrumentId(f"{BTC}@binance"), held, case.end_ns):
        yield f"want nothing held at the end, found {held} {BTC}"


def leaves_when_told(case: Case) -> Iterator[str]:
    """What was known to be held when a signal said sell is sold."""
    refused = [
        each
        for each in case.story.of_kind("decision")
        if isinstance(each.body.signal, Exit) and not each.body.approved
    ]
    if not refused:
        yield from ends_flat(case)


def ends_guarded(case: Case) -> Iterator[str]:
    """What is held at the end has a stop at the venue that would sell it."""
    held = true_holding(case)
    stops = (
        each.quantity - each.filled
        for orders in case.own_orders.values()
        for each in orders
        if each.is_live and each.is_stop and each.symbol == BTC
    )
    bare = held - sum(stops, ZERO)
    if not case.is_dust(InstrumentId(f"{BTC}@binance"), bare, case.end_ns):
        yield f"want a stop for all that is held, found {bare} {BTC} without"


def ends_holding(case: Case) -> Iterator[str]:
    """What was bought is still held: nothing sold it."""
    if not true_holding(case) > ZERO:
        yield "want something held at the end, found nothing"


def fills_become_known(case: Case) -> Iterator[str]:
    """Each execution is in the journal within half a minute, whatever was not told."""
    told = {_fill_of(step): step.entry.at_ns for step in case.story.fills}
    for key, fill in case.own_fills.items():
        name = key.rpartition("#")[2]
        at_ns = told.get(name)
        if at_ns is None or at_ns > fill.event_ns + _KNOWN_NS:
            found = "never" if at_ns is None else f"{at_ns / SECOND_NS:.1f} s"
            yield f"want fill {name} of {fill.event_ns / SECOND_NS:.1f} s known, found {found}"


def never_placed_is_told(case: Case) -> Iterator[str]:
    """An order that never came to be is told so by the lateness bound and ten seconds."""
    for name, sent in case.placements:
        told = case.story.orders.get(ClientOrderId(name))
        if told is None or case.own_orders.get(name):
            continue
        late_ns = sent.at_ns + case.evidence.lateness_ns + _NOT_PLACED_NS
        ended = next((each.entry.at_ns for each in told.steps if each.order.is_final), None)
        if ended is None or ended > late_ns:
            found = "never" if ended is None else f"{ended / SECOND_NS:.1f} s"
            yield f"want {name} told as not placed by {late_ns / SECOND_NS:.1f} s, found {found}"


def limits(cause: str, mode: TradingMode = TradingMode.NO_NEW_RISK) -> Expectation:
    """Return the expectation that a cause limited trading, and no entry left meanwhile."""

    def expectation(case: Case) -> Iterator[str]:
        began = [each for each in _conditions(case, cause) if each.body.mode >= mode]
        if not began:
            yield f"want entries halted by {cause!r}, found no such cause"
        for name, sent in case.placements:
            told = case.story.orders.get(ClientOrderId(name))
            if told is not None and is_entry(told.intent) and _is_limited(case, cause, sent):
                yield f"want no entry while {cause!r} holds, found {name}"

    return expectation


def says(text: str) -> Expectation:
    """Return the expectation that the log says something: a person is told."""

    def expectation(case: Case) -> Iterator[str]:
        if text not in case.evidence.sinks.get("log", ""):
            yield f"want {text!r} in the log, found no such line"

    return expectation


def says_nothing_of(text: str) -> Expectation:
    """Return the expectation that no request was answered with something."""

    def expectation(case: Case) -> Iterator[str]:
        found = sum(text in each.answer for each in case.evidence.sent)
        if found:
            yield f"want no answer with {text}, found {found}"

    return expectation


def strikes(case: Case) -> Iterator[str]:
    """Every fault of the plan did something: what the scenario is about did happen."""
    for fault, times in zip(case.plan.faults, case.evidence.struck, strict=False):
        if not times:
            said = f"{fault.kind} {fault.target}".strip()
            yield f"want {said} of {fault.at_ns / SECOND_NS:g} s to strike, found that it did not"


def true_holding(case: Case) -> Decimal:
    """Return what our executions of BTC add up to."""
    fills = (each for each in case.own_fills.values() if each.symbol == BTC)
    return sum((true_change(each) for each in fills), ZERO)


def cancels_sent(case: Case) -> list[Sent]:
    """Return the requests that were to take an order out."""
    return [each for each in case.evidence.sent if each.cancels]


def _fill_of(step: Step) -> str:
    assert isinstance(step.report, Filled), f"want a fill, not {step.report}"
    return step.report.fill_id


def _conditions(case: Case, cause: str) -> list[Entry]:
    return [each for each in case.story.of_kind("condition") if each.body.cause == cause]


def _is_limited(case: Case, cause: str, sent: Sent) -> bool:
    """Whether a cause held, durably, when a request left."""
    held = False
    for entry in _conditions(case, cause):
        if entry.row.seq <= sent.durable_seq:
            held = entry.body.mode != TradingMode.ACTIVE
    return held
