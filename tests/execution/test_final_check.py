"""The last look at the numbers that leave (F25)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from argonaut.domain.ids import InstrumentId
from argonaut.domain.order import OrderRole, OrderType, Side
from argonaut.execution.final_check import final_fault
from tests.execution.reconcile.two_sides import instrument, order_named

D = Decimal
COLLAR = D("0.05")
RULES = replace(instrument(), max_quantity=D(100), max_notional=D(5_000))


def fault(market: str | None = "100", **fields: Any) -> str:
    price = None if market is None else D(market)
    return final_fault(order_named("trend-1", **fields), RULES, price, COLLAR)


def test_an_order_as_it_should_be_leaves() -> None:
    assert fault() == ""
    assert fault(order_type=OrderType.MARKET, price=None) == ""
    assert fault(market=None, role=OrderRole.EXIT, side=Side.SELL) == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"quantity": "-1"}, "want quantity > 0"),
        ({"quantity": "0"}, "want quantity > 0"),
        ({"quantity": "NaN"}, "want quantity > 0"),
        ({"quantity": "Infinity"}, "want quantity > 0"),
        ({"quantity": "0.0005"}, "not a multiple of 0.001"),
        ({"quantity": "101"}, "above the maximum 100"),
        ({"quantity": "60"}, "notional 6000"),
        ({"price": D(-5)}, "want price > 0"),
        ({"price": D(0)}, "want price > 0"),
        ({"price": D("NaN")}, "want price > 0"),
        ({"price": D("100.001")}, "not a multiple of 0.01"),
        ({"price": D(1_000)}, "more than 5"),
        ({"price": D(10)}, "more than 5"),
        ({"price": None}, "wants a price"),
        ({"quote_quantity": D(-1)}, "want quote_quantity > 0"),
        ({"filled": D(1)}, "want quantity above the 1 filled"),
        ({"order_type": OrderType.STOP, "price": None}, "wants a trigger_price"),
        ({"market": None}, "wants a market price"),
        ({"instrument_id": InstrumentId("ETH/USDT@venue")}, "meets the rules of BTC"),
    ],
)
def test_a_wrong_number_does_not_leave(fields: dict[str, Any], said: str) -> None:
    """ccxt sends each of these as it is."""
    assert said in fault(**fields)


def test_protection_may_lie_far_from_the_market_and_not_a_digit_away() -> None:
    stop: dict[str, Any] = {
        "role": OrderRole.STOP,
        "side": Side.SELL,
        "order_type": OrderType.STOP,
        "price": None,
    }

    assert fault(trigger_price=D(50), **stop) == ""
    assert "a digit away" in fault(trigger_price=D("9.5"), **stop)
    assert "a digit away" in fault(trigger_price=D(1_000), **stop)


def test_the_level_of_a_stop_that_has_triggered_does_not_leave_with_it() -> None:
    """It goes as a market order: where its level was is nobody's business any more."""
    assert fault(order_type=OrderType.MARKET, price=None, trigger_price=D(1)) == ""


@given(
    quantity=st.decimals(allow_nan=True, allow_infinity=True),
    price=st.decimals(allow_nan=True, allow_infinity=True),
)
def test_nothing_illegal_leaves_whatever_is_asked(quantity: Decimal, price: Decimal) -> None:
    """I11: every number on the wire is finite, positive, on its grid and within bounds."""
    order = replace(order_named("trend-1"), quantity=quantity, price=price)

    if not final_fault(order, RULES, D(100), COLLAR):
        assert quantity > 0
        assert quantity % RULES.lot_size == 0
        assert price % RULES.tick_size == 0
        assert D(95) <= price <= D(105)
