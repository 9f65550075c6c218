"""Approved wishes worded as orders: ids, grids, and what a market order ignores."""

from decimal import Decimal

import pytest

from argonaut.domain.ids import InstrumentId, SignalId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import Order, OrderRole, OrderType, Side
from argonaut.domain.signal import Enter, Exit, Protection, Quantity
from argonaut.domain.verdict import Approved
from argonaut.execution.orders import entry_order, exit_order

BTC = InstrumentId("BTC/USDT@sim")
INSTRUMENT = Instrument(
    instrument_id=BTC,
    base="BTC",
    quote="USDT",
    tick_size=Decimal("0.5"),
    lot_size=Decimal("0.1"),
)


def approved(signal: Enter | Exit) -> Approved:
    return Approved(signal=signal, requested=Decimal(1), quantity=Decimal(1))


def entry(**fields: object) -> Order:
    wish = Enter(
        strategy_id=StrategyId("trend"),
        instrument_id=BTC,
        size=Quantity(Decimal(1)),
        reason="because",
        **{"side": Side.BUY, "tag": "long", **fields},  # type: ignore[arg-type]
    )
    return entry_order(
        approved(wish),
        INSTRUMENT,
        signal_id=SignalId("trend-0-1"),
        decision_price=Decimal(100),
        now_ns=7,
    )


def leaving(**fields: object) -> Order:
    wish = Exit(
        strategy_id=StrategyId("trend"),
        instrument_id=BTC,
        reason="because",
        **fields,  # type: ignore[arg-type]
    )
    return exit_order(
        approved(wish),
        INSTRUMENT,
        signal_id=SignalId("trend-0-2"),
        side=Side.SELL,
        decision_price=None,
        reduce_only=True,
        now_ns=7,
    )


def test_an_entry_order_carries_its_signal_and_what_the_market_showed() -> None:
    """So that its cost can be told apart from its idea."""
    order = entry()

    assert order.client_order_id == "trend-0-1-e"
    assert (order.role, order.tag, order.created_ns) == (OrderRole.ENTRY, "long", 7)
    assert order.decision_price == Decimal(100)
    assert not order.reduce_only


def test_a_limit_is_rounded_away_from_the_market() -> None:
    """A buy down, a sell up: rounding may not pay more than was asked."""
    buy = entry(order_type=OrderType.LIMIT, limit_price=100.5)
    sell = leaving(order_type=OrderType.LIMIT, limit_price=100.5)

    assert (buy.price, sell.price) == (Decimal("100.5"), Decimal("100.5"))


@pytest.mark.parametrize("price", [1e30, 100.0])
def test_a_market_order_ignores_prices_that_came_along(price: float) -> None:
    """Detectors send them; an absurd one once stopped the engine."""
    order = entry(limit_price=price, trigger_price=price)

    assert (order.price, order.trigger_price) == (None, None)


def test_a_stop_entry_has_its_trigger_and_no_limit() -> None:
    """It becomes a market order there."""
    order = entry(order_type=OrderType.STOP, trigger_price=105.0)

    assert (order.trigger_price, order.price) == (Decimal(105), None)


def test_only_a_trailing_entry_trails() -> None:
    """The trail of a market entry belongs to its protection."""
    protection = Protection(trail_fraction=0.02)

    assert entry(protection=protection).trail_fraction is None
    assert entry(
        order_type=OrderType.TRAILING_STOP, protection=protection
    ).trail_fraction == Decimal("0.02")
    assert entry(order_type=OrderType.TRAILING_STOP).trail_fraction is None


def test_an_exit_order_only_reduces() -> None:
    """An exit may not open the other side."""
    order = leaving(tag="done")

    assert order.client_order_id == "trend-0-2-x"
    assert (order.role, order.reduce_only, order.tag) == (OrderRole.EXIT, True, "done")


def test_a_wish_of_the_wrong_kind_is_a_bug() -> None:
    """An exit worded as an entry would double the position."""
    wish = Exit(strategy_id=StrategyId("trend"), instrument_id=BTC, reason="because")

    with pytest.raises(AssertionError, match="wants an Enter"):
        entry_order(
            approved(wish),
            INSTRUMENT,
            signal_id=SignalId("a"),
            decision_price=Decimal(1),
            now_ns=0,
        )
