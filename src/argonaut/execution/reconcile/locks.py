"""What the venue has locked: an order that no list shows still holds the units it would trade.

A resting order takes its base or quote units out of what is free. A list or a look-up can hide the
order; as long as more is locked than the orders shown account for, one is there (rule R3).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from argonaut.domain.number import ZERO
from argonaut.domain.order import Order, OrderType, Side
from argonaut.domain.venue_view import VenueOrder
from argonaut.execution.reconcile.round import Memory, Ours, Said


def unexplained_locks(ours: Ours, said: Said) -> Mapping[str, Decimal] | None:
    """Return by asset what is locked beyond what the orders shown lock; None when not told."""
    if said.locked is None or said.open_orders is None:
        return None
    found = [each for each in said.found.values() if isinstance(each, VenueOrder)]
    shown = {each.key: each for each in (*said.open_orders, *found)}
    rest = dict(said.locked)
    for order in shown.values():
        if order.status.is_final:
            continue
        asset, amount = _lock(ours, order, order.quantity - order.filled)
        rest[asset] = rest.get(asset, ZERO) - amount
    return {asset: amount for asset, amount in rest.items() if amount > ZERO}


def may_rest_unseen(order: Order, *, ours: Ours, said: Said, memory: Memory) -> bool:
    """Whether so much is locked that an order nobody shows may be the reason.

    What was locked before there was any doubt is somebody's at another instrument.
    """
    locks = unexplained_locks(ours, said)
    if locks is None or order.order_type is OrderType.MARKET:
        return False
    asset, amount = _lock(ours, order, order.quantity)
    grown = locks.get(asset, ZERO) - memory.locked.get(asset, ZERO)
    return amount > ZERO and grown >= amount


def _lock(ours: Ours, order: Order | VenueOrder, quantity: Decimal) -> tuple[str, Decimal]:
    """Return which asset an order with so many base units to go locks, and how much of it."""
    instrument = ours.instruments[order.instrument_id]
    if order.side is Side.SELL:
        return instrument.base, quantity
    price = order.price or order.trigger_price or ZERO
    return instrument.quote, instrument.notional(quantity, price)
