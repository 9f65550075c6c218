"""Orders the engine holds itself, because the venue has no such type: how their triggers move."""

from __future__ import annotations

import math
from decimal import Decimal

import msgspec

from argonaut.domain.ids import VenueOrderId
from argonaut.domain.number import ONE
from argonaut.domain.order import Order, Side
from argonaut.engine.route import Route, Span

HELD_HERE = VenueOrderId("local")
"""Stands for the venue's id of an order that no venue has."""


def held_here(order: Order, route: Route) -> Order:
    """Return an order as it begins to be held; a trailing one starts from the last price."""
    price = route.money()
    if order.trigger_price is not None or order.trail_fraction is None or price is None:
        return order
    return msgspec.structs.replace(order, trigger_price=_level(order, route, price))


def trailed(order: Order, route: Route, span: Span) -> Order:
    """Return a held trailing stop with its trigger moved by a new best price."""
    best = span.best(is_long=order.side is Side.SELL, since_ns=order.created_ns)
    trigger = order.trigger_price
    assert trigger is not None, "a held order has a trigger"
    if not 0.0 < best < math.inf:
        return order
    level = _level(order, route, route.instrument.price(best))
    tighter = max(trigger, level) if order.side is Side.SELL else min(trigger, level)
    return order if tighter == trigger else msgspec.structs.replace(order, trigger_price=tighter)


def _level(order: Order, route: Route, best: Decimal) -> Decimal:
    """Best price x (1 - trail fraction) of a sell, x (1 + trail fraction) of a buy, on a tick."""
    trail = order.trail_fraction
    assert trail is not None, "only a trailing stop trails"
    level = best * (ONE + order.side.sign * trail)
    return route.instrument.price_passive(level, order.side)
