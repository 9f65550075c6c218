"""How an approval is worded as an order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from argonaut.domain.ids import ClientOrderId, SignalId
from argonaut.domain.order import Order, OrderRole, OrderType, Side, TimeInForce
from argonaut.domain.signal import Enter, Exit, Protection
from argonaut.domain.verdict import Approved
from argonaut.execution.orders import entry_order, exit_order
from tests.stories.stage import enter, instrument_of, leave

STOPS = (OrderType.STOP, OrderType.STOP_LIMIT)


def approved(signal: Enter | Exit, **fields: Any) -> Approved:
    given: dict[str, Any] = {"signal": signal, "requested": Decimal(2), "quantity": Decimal(1)}
    return Approved(**given | fields)


def entry(**fields: Any) -> Order:
    return entry_order(
        approved(replace(enter(), **fields), quote_quantity=Decimal(100)),
        instrument_of("0.1"),
        order_id=ClientOrderId("s-0-1-e"),
        signal_id=SignalId("s-0-1"),
        decision_price=Decimal(100),
        now_ns=7,
    )


def exit_(reduce_only: bool = True, **fields: Any) -> Order:
    return exit_order(
        approved(leave(**fields)),
        instrument_of("0.1"),
        order_id=ClientOrderId("s-0-1-x"),
        signal_id=SignalId("s-0-1"),
        side=Side.SELL,
        decision_price=Decimal(100),
        reduce_only=reduce_only,
        now_ns=7,
    )


def test_an_entry_is_the_size_that_was_approved_not_the_size_that_was_asked_for() -> None:
    order = entry()

    assert (order.quantity, order.quote_quantity) == (Decimal(1), Decimal(100))
    assert (order.client_order_id, order.role) == ("s-0-1-e", OrderRole.ENTRY)
    assert (order.decision_price, order.created_ns) == (Decimal(100), 7)
    assert not order.reduce_only


@pytest.mark.parametrize(
    ("side", "limit", "price"), [(Side.BUY, 99.99, "100.0"), (Side.SELL, 100.04, "100.0")]
)
def test_a_limit_lies_on_a_tick(side: Side, limit: float, price: str) -> None:
    order = entry(side=side, order_type=OrderType.LIMIT, limit_price=limit)

    assert order.price == Decimal(price)


@pytest.mark.parametrize("order_type", OrderType)
def test_an_order_has_the_prices_of_its_type_and_no_others(order_type: OrderType) -> None:
    """A market order ignores what came along; a price it does not know confuses a venue."""
    order = entry(
        order_type=order_type,
        limit_price=101.0,
        trigger_price=102.0,
        protection=Protection(trail_fraction=0.1),
    )

    has_price = order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT)
    has_trail = order_type is OrderType.TRAILING_STOP
    assert order.price == (Decimal(101) if has_price else None)
    assert order.trigger_price == (Decimal(102) if order_type in STOPS or has_trail else None)
    assert order.trail_fraction == (Decimal("0.1") if has_trail else None)


@pytest.mark.parametrize("order_type", OrderType)
def test_prices_that_were_not_given_stay_away(order_type: OrderType) -> None:
    order = entry(order_type=order_type)

    assert (order.price, order.trigger_price, order.trail_fraction) == (None, None, None)


def test_an_entry_says_how_long_it_rests_and_for_whom() -> None:
    order = entry(time_in_force=TimeInForce.FOK, post_only=True, tag="t", user_id="u")

    assert (order.time_in_force, order.post_only) == (TimeInForce.FOK, True)
    assert (order.tag, order.user_id) == ("t", "u")


def test_an_exit_closes_and_says_so() -> None:
    order = exit_(tag="t", user_id="u")

    assert (order.client_order_id, order.role, order.side) == ("s-0-1-x", OrderRole.EXIT, Side.SELL)
    assert (order.quantity, order.reduce_only) == (Decimal(1), True)
    assert (order.tag, order.user_id, order.created_ns) == ("t", "u", 7)


def test_an_exit_that_another_holding_nets_is_a_plain_order() -> None:
    """The venue would refuse it: the account holds nothing to reduce."""
    assert not exit_(reduce_only=False).reduce_only


def test_a_limit_exit_has_its_limit_on_a_tick_away_from_the_market() -> None:
    order = exit_(order_type=OrderType.LIMIT, limit_price=104.96)

    assert order.price == Decimal("105.0")


def test_wishes_are_not_mixed_up() -> None:
    with pytest.raises(AssertionError, match="wants an Enter"):
        entry_order(
            approved(leave()),
            instrument_of(),
            order_id=ClientOrderId("s-e"),
            signal_id=SignalId("s"),
            decision_price=Decimal(1),
            now_ns=0,
        )
    with pytest.raises(AssertionError, match="wants an Exit"):
        exit_order(
            approved(enter()),
            instrument_of(),
            order_id=ClientOrderId("s-e"),
            signal_id=SignalId("s"),
            side=Side.SELL,
            decision_price=None,
            reduce_only=True,
            now_ns=0,
        )
