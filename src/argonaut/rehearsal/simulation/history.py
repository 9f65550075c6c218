"""Holds what the trader was told of each order against what the venue did: Elle, for orders.

The client side of an order is one of four: `ok` the venue took it, `fail` it certainly did not,
`info` nobody could know, `never` the trader died before it heard anything. Each allows some truths
and no others, and whatever the trader later makes of an `info` has to be the truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from argonaut.domain.order import Accepted, Denied, Filled, OrderStatus, Rejected
from argonaut.rehearsal.simulation.evidence import TrueOrder
from argonaut.rehearsal.simulation.invariants.case import Case, Violation, at_row
from argonaut.rehearsal.simulation.told import ToldOrder

Outcome = Literal["ok", "fail", "info", "never"]
_ENDS = {
    OrderStatus.FILLED: ("FILLED",),
    OrderStatus.CANCELED: ("CANCELED", "EXPIRED", "EXPIRED_IN_MATCH"),
    OrderStatus.EXPIRED: ("CANCELED", "EXPIRED", "EXPIRED_IN_MATCH"),
    OrderStatus.REJECTED: ("REJECTED",),
}


def outcome_of(told: ToldOrder) -> Outcome:
    """Return how placing an order ended for the client."""
    for step in told.steps:
        if isinstance(step.report, Denied):
            return "fail"
        if isinstance(step.report, Rejected):
            return "info" if step.before is OrderStatus.UNKNOWN else "fail"
        if step.order.status is OrderStatus.UNKNOWN and step.before is OrderStatus.SUBMITTED:
            return "info"
        if isinstance(step.report, Accepted | Filled):
            return "ok"
    return "ok" if any(step.order.is_final for step in told.steps) else "never"


def history_is_consistent(case: Case) -> Iterator[Violation]:
    """I18: what was told of each order is what happened to it, in an order it can have happened."""
    for name, told in case.story.orders.items():
        true = case.own_orders.get(name, [])
        wrong = _existence(outcome_of(told), told, true) or _resolution(told, true)
        if wrong:
            yield at_row("I18", told.entry, name, *wrong)
        order_wrong = _sequence(case, name, told)
        if order_wrong:
            yield at_row("I18", told.entry, name, *order_wrong)


def _existence(outcome: Outcome, told: ToldOrder, true: list[TrueOrder]) -> tuple[str, str] | None:
    """(a) ok: exactly once; (b) fail: not at all, or refused there; (c) info: once at the most."""
    taken = [each for each in true if each.status != "REJECTED"]
    is_held_here = any(
        isinstance(step.report, Accepted) and step.report.venue_order_id == "local"
        for step in told.steps
    )
    if outcome == "ok" and len(taken) != 1 and not is_held_here:
        return "ok: exactly one at the venue", f"{len(taken)}"
    if outcome == "fail" and taken:
        return "fail: none at the venue", f"{taken[0].status}, {taken[0].filled} filled"
    if len(taken) > 1:
        return f"{outcome}: at most one at the venue", f"{len(taken)}"
    return None


def _resolution(told: ToldOrder, true: list[TrueOrder]) -> tuple[str, str] | None:
    """(c) What was unknown ended as the venue has it."""
    status = told.order.status
    if not (told.was_unknown and told.order.is_final):
        return None
    known = [each.status for each in true]
    if status is OrderStatus.REJECTED:
        is_true = all(each == "REJECTED" for each in known)
    else:
        is_true = any(each in _ENDS.get(status, ()) for each in known)
    if is_true:
        return None
    return f"unknown, then {status.value} as at the venue", ", ".join(known) or "no such order"


def _sequence(case: Case, name: str, told: ToldOrder) -> tuple[str, str] | None:
    """(d) Fills were told at most once each, and no fill but those of the venue."""
    true = [fill.trade_id for fill in case.fills_of.get(name, ())]
    seen: list[str] = []
    for step in told.steps:
        if isinstance(step.report, Filled):
            trade_id = str(step.report.fill_id)
            if trade_id in seen:
                return "each fill told once", f"{trade_id} again"
            if trade_id not in true:
                return f"fills among {', '.join(true) or 'none'}", trade_id
            seen.append(trade_id)
    return None
