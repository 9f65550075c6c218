"""When an order may be said not to exist: only with the whole evidence of rule R3, twice.

"Not found" alone is weak: venues answer so for orders they have. An order the venue has once
acknowledged is never ended this way, however long it is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from argonaut.domain.event import Correction
from argonaut.domain.number import ZERO
from argonaut.domain.order import Order, Rejected
from argonaut.domain.venue_view import NotFound, VenueFill, VenueOrder
from argonaut.execution.reconcile.locks import may_rest_unseen
from argonaut.execution.reconcile.round import (
    APART_NS,
    Absence,
    Found,
    Memory,
    Ours,
    Rules,
    Said,
    is_acknowledged,
)

ABSENT = "absent"  # code of the rejection that ends an order which never reached the venue
_EARLIER_NS = 1_000_000_000  # a venue's clock may be behind ours by so much
_PRICES_MOVE = Decimal("0.1")  # at most, between two executions of which nobody was told


def compatible(order: Order, fill: VenueFill) -> bool:
    """Whether an execution nobody owns could be one of this order."""
    return (
        fill.instrument_id == order.instrument_id
        and fill.side is order.side
        and fill.quantity <= order.quantity
        and fill.event_ns >= order.created_ns - _EARLIER_NS
    )


def absent(
    order: Order,
    *,
    ours: Ours,
    said: Said,
    memory: Memory,
    rules: Rules,
    loose: Sequence[VenueFill],
    others: Sequence[VenueFill] = (),
) -> Absence | list[Found] | None:
    """Return the inputs that end an order as never placed, or the first half of that evidence.

    None means that this round proves nothing: the order stays as it is, and what an earlier round
    has shown is forgotten. `loose` are executions that belong to no order we know, `others` those
    that are certainly somebody else's.
    """
    if not _is_negative(order, ours=ours, said=said, rules=rules, loose=loose):
        return None
    assert said.balances is not None, "a negative round has balances"
    if may_rest_unseen(order, ours=ours, said=said, memory=memory):
        return None
    hidden = _hidden(order, ours, said)
    left = _residuals(order, ours, said.balances)
    if _moved(order, ours, left, hidden) and not _is_explained(ours, left, hidden, others):
        return None
    evidence = _evidence(order, ours, said, rules)
    before = memory.absences.get(order.client_order_id)
    if before is None:
        return Absence(told_ns=max(said.asked_ns, said.told_ns), evidence=evidence)
    if said.asked_ns - before.told_ns < APART_NS:
        return before
    first = {f"first_{name}": value for name, value in before.evidence.items()}
    detail = "asked twice after it could still arrive: no order, no execution, no balance moved"
    name = order.client_order_id
    return [
        Correction(
            event_ns=ours.now_ns,
            what="absent",
            subject=name,
            detail=detail,
            evidence={**first, **evidence},
        ),
        Rejected(client_order_id=name, event_ns=ours.now_ns, code=ABSENT, reason=detail),
    ]


def _is_negative(
    order: Order, *, ours: Ours, said: Said, rules: Rules, loose: Sequence[VenueFill]
) -> bool:
    name = order.client_order_id
    late_ns = ours.sent_by_ns(name) + rules.lateness_ns
    return (
        not is_acknowledged(order)
        and said.asked_ns > late_ns
        and isinstance(said.found.get(name), NotFound)
        and said.open_orders is not None
        and all(each.client_order_id != name for each in said.open_orders)
        and order.instrument_id in said.fills
        and said.fills_since_ns <= order.created_ns - _EARLIER_NS
        and not any(compatible(order, fill) for fill in loose)
        and said.balances is not None
    )


def _effects(order: Order, ours: Ours) -> Mapping[str, int]:
    """Return which way an execution of an order moves each asset: a buy raises base."""
    instrument = ours.instruments[order.instrument_id]
    return {instrument.base: order.side.sign, instrument.quote: -order.side.sign}


def _hidden(order: Order, ours: Ours, said: Said) -> frozenset[str]:
    """Return the assets that another order of ours may have moved the other way, as unseen.

    Two executions that no list shows cancel out in a balance, so its direction says nothing then.
    """
    effects = _effects(order, ours)
    shown = {each.client_order_id for each in said.open_orders or ()}
    shown |= {name for name, each in said.found.items() if isinstance(each, VenueOrder)}
    shown.add(order.client_order_id)
    return frozenset(
        asset
        for name, other in ours.live.items()
        if name not in shown
        for asset, way in _effects(other, ours).items()
        if effects.get(asset) == -way
    )


def _moved(order: Order, ours: Ours, left: Mapping[str, Decimal], hidden: frozenset[str]) -> bool:
    """Whether balances differ from ours the way an execution of this order would make them.

    A buy raises base and lowers quote, both. A transfer moves one asset alone. Where another
    order may hide that, any difference may be the two of them; but of two that have left an asset
    as it was, the other differs by no more than prices move in a moment.
    """
    effects = _effects(order, ours)
    if not any(left.values()):
        return False
    if hidden.issuperset(effects) and not all(left.values()):
        return not _is_transfer(order, ours, left)
    return all(asset in hidden or left[asset] * way > ZERO for asset, way in effects.items())


def _is_transfer(order: Order, ours: Ours, left: Mapping[str, Decimal]) -> bool:
    """Whether the one asset that differs does so by more than this order and its opposite could."""
    instrument = ours.instruments[order.instrument_id]
    price = order.price or order.trigger_price or order.decision_price
    if price is None:
        return False
    differs = instrument.notional(abs(left[instrument.base]), price) + abs(left[instrument.quote])
    return differs > _PRICES_MOVE * instrument.notional(order.quantity, price)


def _is_explained(
    ours: Ours, left: Mapping[str, Decimal], hidden: frozenset[str], others: Sequence[VenueFill]
) -> bool:
    """Whether what somebody else traded last is exactly what an asset of the order differs by.

    To the last unit: an execution of the order would be on top of it, in both assets where another
    order may have hidden it in one. Older trades of theirs are in our books as adjustments, and
    nothing says how many are, so each number of them is tried.
    """
    rest = dict(left)
    is_enough = all if hidden else any
    for fill in sorted(others, key=lambda each: (each.event_ns, each.fill_id), reverse=True):
        for asset, amount in _changes(fill, ours):
            if asset in rest:
                rest[asset] -= amount
        if is_enough(not each for each in rest.values()):
            return True
    return False


def _changes(fill: VenueFill, ours: Ours) -> tuple[tuple[str, Decimal], ...]:
    """Return what an execution did to each balance."""
    instrument = ours.instruments[fill.instrument_id]
    paid = instrument.notional(fill.quantity, fill.price)
    return (
        (instrument.base, fill.quantity * fill.side.sign),
        (instrument.quote, -paid * fill.side.sign),
        (fill.fee_asset, -fill.fee),
    )


def _residuals(order: Order, ours: Ours, balances: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """Return by how much the venue has more of each asset of an order than we think."""
    return {
        asset: balances.get(asset, ZERO) - ours.balances.get(asset, ZERO)
        for asset in _effects(order, ours)
    }


def _evidence(order: Order, ours: Ours, said: Said, rules: Rules) -> dict[str, str]:
    found = said.found[order.client_order_id]
    assert isinstance(found, NotFound), "a negative round has looked it up"
    assert said.open_orders is not None, "a negative round has the list"
    assert said.balances is not None, "a negative round has balances"
    instrument = ours.instruments[order.instrument_id]
    return {
        "asked_ns": str(said.asked_ns),
        "sent_by_ns": str(ours.sent_by_ns(order.client_order_id)),
        "lateness_ns": str(rules.lateness_ns),
        "order": found.detail,
        "open_orders": f"not among {len(said.open_orders)}",
        "fills": f"none of {len(said.fills[order.instrument_id])} since {said.fills_since_ns}",
        instrument.base: str(said.balances.get(instrument.base, ZERO)),
        instrument.quote: str(said.balances.get(instrument.quote, ZERO)),
    }
