"""Triggers of orders the engine holds itself."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.ids import ClientOrderId, StrategyId
from argonaut.domain.order import Order, OrderRole, OrderType, Side
from argonaut.engine.held import held_here, trailed
from argonaut.engine.route import Route, Span
from argonaut.ledger.position import Position
from tests.stories.stage import BTC, MINUTE_NS, instrument_of


def order(side: Side, **fields: Any) -> Order:
    given: dict[str, Any] = {
        "client_order_id": ClientOrderId("a-1"),
        "strategy_id": StrategyId("story"),
        "instrument_id": BTC,
        "side": side,
        "order_type": OrderType.TRAILING_STOP,
        "role": OrderRole.ENTRY,
        "quantity": Decimal(1),
        "trail_fraction": Decimal("0.1"),
        "created_ns": 100,
    }
    return Order(**given | fields)


def route(price: float | None = 100.0) -> Route:
    made = Route(instrument_of("1"), MINUTE_NS, Position(BTC))
    made.price = price
    return made


def seen(low: float, high: float, *, since_ns: int = 100, last: float | None = None) -> Span:
    return Span(since_ns, low, high, high, low, last if last is not None else high)


@pytest.mark.parametrize(("side", "trigger"), [(Side.BUY, 110), (Side.SELL, 90)])
def test_a_trailing_order_starts_from_the_last_price(side: Side, trigger: int) -> None:
    assert held_here(order(side), route()).trigger_price == trigger


def test_an_order_that_knows_its_trigger_keeps_it() -> None:
    known = order(Side.SELL, trigger_price=Decimal(95))

    assert held_here(known, route()) is known
    assert held_here(order(Side.SELL), route(None)).trigger_price is None


@pytest.mark.parametrize(
    ("side", "trigger", "span", "after"),
    [
        (Side.SELL, 90, seen(100, 121), 109),  # 108.9, rounded so that it wakes earlier
        (Side.SELL, 90, seen(80, 99), 90),  # never back
        (Side.BUY, 110, seen(79, 100), 86),  # 86.9, rounded so that it wakes earlier
        (Side.BUY, 110, seen(105, 130), 110),
        (Side.SELL, 90, seen(100, 121, since_ns=0, last=105), 95),  # the high may be older
        (Side.SELL, 90, seen(100, math.inf), 90),
        (Side.SELL, 90, seen(math.nan, math.nan), 90),
    ],
)
def test_a_trigger_follows_the_best_price_and_never_goes_back(
    side: Side, trigger: int, span: Span, after: int
) -> None:
    held = order(side, trigger_price=Decimal(trigger))

    assert trailed(held, route(), span).trigger_price == after
