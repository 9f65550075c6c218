"""Orders and reports as values: what cannot be is refused, and JSON keeps every digit."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.order import (
    Filled,
    Order,
    OrderEvent,
    OrderRole,
    OrderStatus,
    OrderType,
    Report,
    Side,
    TimeInForce,
)
from argonaut.domain.transitions import IllegalTransitionError, apply
from tests.domain.orders import (
    ACCEPTED,
    CANCELED,
    EVENTS,
    EXPIRED,
    REJECTED,
    SUBMITTED,
    TRIGGERED,
    UNKNOWN,
    WHEN,
    D,
    amended,
    fill,
    new_order,
    order_after,
)

S = OrderStatus


@given(st.lists(EVENTS, max_size=14))
def test_an_order_reads_back_from_json_as_it_was(events: list[OrderEvent]) -> None:
    """The journal is JSON; a restart that loses a digit or a fill id doubles a position."""
    order = order_after()
    for event in events:
        try:
            order = apply(order, event)
        except IllegalTransitionError:
            continue

    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order


@given(EVENTS)
def test_an_event_reads_back_from_json_as_it_was(event: OrderEvent) -> None:
    assert msgspec.json.decode(msgspec.json.encode(event), type=type(event)) == event


@pytest.mark.parametrize(
    "report",
    [
        ACCEPTED,
        REJECTED,
        TRIGGERED,
        fill("f-1", "1"),
        CANCELED,
        EXPIRED,
        amended(price="5"),
        UNKNOWN,
    ],
)
def test_a_report_says_in_json_which_one_it_is(report: Report) -> None:
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_an_order_s_json_names_nothing_we_do_not_know() -> None:
    text = msgspec.json.encode(new_order()).replace(b'"side"', b'"sides"')

    with pytest.raises(msgspec.ValidationError, match="sides"):
        msgspec.json.decode(text, type=Order)


def test_fills_make_the_average_price() -> None:
    order = order_after(SUBMITTED, fill("f-1", "0.25", "100"), fill("f-2", "0.75", "104"))

    assert (order.average_price, order.filled_quote) == (D(103), D(103))
    assert order_after(SUBMITTED).average_price is None


@pytest.mark.parametrize("name", ["quantity", "price", "trigger_price"])
@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_an_amendment_to_no_number_is_refused(name: str, value: str) -> None:
    """Amended to zero, an order that never filled would have counted as filled."""
    with pytest.raises(InvalidValueError, match=f"want {name} > 0 after an amendment, not {value}"):
        amended(**{name: value})


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "sNaN", "Infinity"])
def test_a_fill_that_cannot_be_is_refused(value: str) -> None:
    with pytest.raises(InvalidValueError, match=f"fill f-1: want quantity > 0, not {value}"):
        fill("f-1", value)
    with pytest.raises(InvalidValueError, match=f"fill f-1: want price > 0, not {value}"):
        fill("f-1", "1", value)


@pytest.mark.parametrize(("fee", "asset"), [("NaN", "USDT"), ("-Infinity", "USDT"), ("0.1", "")])
def test_a_fee_wants_to_be_finite_and_of_some_asset(fee: str, asset: str) -> None:
    with pytest.raises(InvalidValueError, match=f"want a finite fee in a named asset, not {fee}"):
        fill("f-1", "1", fee=D(fee), fee_asset=asset)


def test_a_rebate_is_a_fee() -> None:
    assert fill("f-1", "1", fee=D("-0.1"), fee_asset="USDT").fee == D("-0.1")


def test_a_fill_from_the_wire_is_checked_as_well() -> None:
    text = msgspec.json.encode(fill("f-1", "1")).replace(b'"quantity":"1"', b'"quantity":"NaN"')

    with pytest.raises(msgspec.ValidationError, match="want quantity > 0, not NaN"):
        msgspec.json.decode(text, type=Filled)


def test_sides_have_signs_and_opposites() -> None:
    assert (Side.BUY.sign, Side.SELL.sign) == (1, -1)
    assert (Side.BUY.opposite, Side.SELL.opposite) == (Side.SELL, Side.BUY)


def test_stops_and_targets_protect_and_entries_and_exits_do_not() -> None:
    assert {role for role in OrderRole if role.is_protective} == {OrderRole.STOP, OrderRole.TARGET}


def test_final_is_where_nothing_more_is_expected() -> None:
    final = {status for status in OrderStatus if status.is_final}

    assert final == {S.DENIED, S.FILLED, S.CANCELED, S.EXPIRED, S.REJECTED}


@given(
    st.builds(
        Order,
        **{name: st.just(WHEN["client_order_id"]) for name in ("client_order_id",)},
        strategy_id=st.text(max_size=5),
        instrument_id=st.text(max_size=5),
        side=st.sampled_from(Side),
        order_type=st.sampled_from(OrderType),
        role=st.sampled_from(OrderRole),
        time_in_force=st.sampled_from(TimeInForce),
        quantity=st.decimals(allow_nan=False, allow_infinity=False),
        price=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
        fill_ids=st.lists(st.text(max_size=4), max_size=3).map(tuple),
        tag=st.text(max_size=5),
    )
)
def test_any_order_s_numbers_keep_every_digit_in_json(order: Order) -> None:
    back = msgspec.json.decode(msgspec.json.encode(order), type=Order)

    assert back == order
    assert _digits(back.quantity) == _digits(order.quantity)


def _digits(value: Decimal) -> tuple[object, ...]:
    return tuple(value.as_tuple())
