"""The page on order states, drawn from the transition table."""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.domain.order import Filled, OrderStatus
from argonaut.domain.transitions import TRANSITIONS
from tools.reference.markdown import code, first_line, page, table

NOTE = """\
The table is the law: a report that it has no step for is journaled as an anomaly, and the
instrument takes no more entries. A fill completes an order, whatever state the table names, once
all of its quantity has filled. A fill told twice, by its fill id, counts once. A fill always
counts, also after the end, of an order that was refused, and beyond what was ordered, because the
money is real; each of these is an anomaly, and the last two stop entries at the instrument.

A refusal of an order that the venue has acknowledged is doubted, and journaled as an anomaly,
until a correction (`ended`) says that the venue itself shows its end: that a query does not find an
order is no proof. An acceptance of an order that we believe refused is answered with a
cancellation.

`unknown` is a state, not an error: nobody knows whether the venue has the order. It keeps its worst
case reserved and is left only with evidence from the venue. An order whose cancel was asked for is
`pending_cancel` when it turns up alive, and the cancel is asked for once more."""


def order_states() -> str:
    """Return the page."""
    states = [
        (code(each.value), "yes" if each.is_final else "", _steps(each)) for each in OrderStatus
    ]
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", *_arrows(), "```"])
    return page(
        "Order states",
        "src/argonaut/domain/transitions.py",
        NOTE,
        "## Table\n\n" + table(("state", "final", "event → next state"), states),
        "## Diagram\n\nSteps that change nothing are left out.\n\n" + diagram,
        "## Events\n\n" + table(("event", "meaning"), _events()),
    )


def _steps(status: OrderStatus) -> str:
    steps = TRANSITIONS.get(status, {})
    said = [f"{event.__name__} → {code(after.value)}" for event, after in steps.items()]
    return "; ".join(said) or "–"


def _arrows() -> Iterator[str]:
    yield f"    [*] --> {OrderStatus.CREATED.value}"
    for before, steps in TRANSITIONS.items():
        events_to: dict[OrderStatus, list[str]] = {}
        for event, after in steps.items():
            if after is not before:
                events_to.setdefault(after, []).append(event.__name__)
        for after, events in events_to.items():
            yield f"    {before.value} --> {after.value}: {', '.join(events)}"
        if Filled in steps and not before.is_final:
            yield f"    {before.value} --> {OrderStatus.FILLED.value}: Filled (all)"
    for status in OrderStatus:
        if status.is_final:
            yield f"    {status.value} --> [*]"


def _events() -> list[tuple[str, str]]:
    events = {event: None for steps in TRANSITIONS.values() for event in steps}
    return [(code(each.__name__), first_line(each.__doc__)) for each in events]
