"""The last gate: whatever we meant, only a legal order leaves (F25)."""

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from argonaut.domain.order import OrderType, Side, TimeInForce
from argonaut.venues.binance.request import fault_of_request, parameters_of
from tests.venues.binance.made import order, rules

RULES = rules()
SIGNED = {"recvWindow": "5000", "timestamp": "1795000000000", "signature": "ab" * 32}


def body(parameters, **other):
    return urlencode({"timestamp": 0, **parameters, **SIGNED, **other})


def sent(**other):
    """The encoded parameters of an order that fits, with some of them changed."""
    parameters = parameters_of(order(), RULES)
    assert isinstance(parameters, dict)
    return body(parameters, **other)


def market(**other):
    return order(order_type=OrderType.MARKET, price=None, **other)


def stop(**other):
    return order(
        order_type=OrderType.STOP,
        side=Side.SELL,
        price=None,
        trigger_price=Decimal("63000.5"),
        **other,
    )


def test_a_limit_order_carries_its_price_and_our_own_id():
    assert parameters_of(order(), RULES) == {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "quantity": "0.01",
        "newClientOrderId": "trend-k1-1-e",
        "newOrderRespType": "FULL",
        "price": "64000.00",
        "timeInForce": "GTC",
    }


def test_a_market_order_never_carries_a_price():
    """ccxt makes an amount of quote money of it."""
    parameters = parameters_of(market(decision_price=Decimal(64000)), RULES)

    assert isinstance(parameters, dict)
    assert not {"price", "quoteOrderQty", "timeInForce"} & set(parameters)


def test_an_order_that_must_not_take_is_a_maker_order():
    parameters = parameters_of(order(post_only=True), RULES)

    assert isinstance(parameters, dict)
    assert parameters["type"] == "LIMIT_MAKER"
    assert "timeInForce" not in parameters


def test_a_stop_carries_its_trigger_alone_and_a_stop_limit_both():
    plain = parameters_of(stop(), RULES)
    limited = parameters_of(
        order(
            order_type=OrderType.STOP_LIMIT,
            trigger_price=Decimal("63000.5"),
            time_in_force=TimeInForce.IOC,
        ),
        RULES,
    )

    assert isinstance(plain, dict)
    assert isinstance(limited, dict)
    assert (plain["type"], plain["stopPrice"]) == ("STOP_LOSS", "63000.5")
    assert not {"price", "timeInForce"} & set(plain)
    assert (limited["type"], limited["timeInForce"]) == ("STOP_LOSS_LIMIT", "IOC")
    assert (limited["price"], limited["stopPrice"]) == ("64000.00", "63000.5")


@pytest.mark.parametrize("number", ["1E-5", "0.00001", "1E+1", "12.50"])
def test_numbers_are_plain_and_exact(number):
    parameters = parameters_of(order(quantity=Decimal(number)), RULES)

    assert isinstance(parameters, dict)
    assert "E" not in parameters["quantity"]
    assert Decimal(parameters["quantity"]) == Decimal(number)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (order(order_type=OrderType.TRAILING_STOP), "takes no trailing_stop"),
        (order(time_in_force=TimeInForce.GTD), "good till a date"),
        (order(post_only=True, time_in_force=TimeInForce.IOC), "want post_only on a resting"),
        (stop(post_only=True), "want post_only on a resting"),
        (order(price=None), "want a price"),
        (order(order_type=OrderType.STOP, price=None), "want a stopPrice"),
    ],
)
def test_an_order_the_venue_has_no_words_for_is_not_sent(wrong, said):
    assert said in str(parameters_of(wrong, RULES))


def test_a_type_the_symbol_does_not_take_is_not_sent():
    bare = replace(RULES, order_types=frozenset({"LIMIT"}))

    assert "takes no market orders" in str(parameters_of(market(), bare))


@pytest.mark.parametrize(
    "fit",
    [
        order(),
        market(),
        stop(),
        order(post_only=True),
        order(order_type=OrderType.STOP_LIMIT, trigger_price=Decimal(63000)),
    ],
)
def test_what_fits_may_leave(fit):
    parameters = parameters_of(fit, RULES)
    assert isinstance(parameters, dict)

    assert fault_of_request(body(parameters), RULES) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"quantity": "-0.01"},
        {"quantity": "0"},
        {"quantity": "NaN"},
        {"quantity": "1e3"},
        {"quantity": "0.010000001"},
        {"quantity": "9000.00001"},
        {"quantity": ""},
        {"price": "-5"},
        {"price": "0"},
        {"price": "1000000000000"},
        {"price": "64000.001"},
        {"price": "100"},  # notional 1
        {"side": "HOLD"},
        {"symbol": "ETHBTC"},
        {"type": "MARKET"},  # with a price
        {"newClientOrderId": "x-TKT5PX2F0123"},  # not ours
        {"newClientOrderId": ""},
        {"newClientOrderId": "a" * 33},
        {"recvWindow": "60000"},
        {"recvWindow": "0"},
        {"timestamp": "1.5"},
        {"signature": ""},
        {"quoteOrderQty": "100"},
        {"icebergQty": "1"},
    ],
)
def test_what_does_not_fit_does_not_leave(changed):
    """Sent unchanged by ccxt 4.5.90: a quantity of -1, a price of -5, a price of 1e12."""
    assert fault_of_request(sent(**changed), RULES) is not None


def test_a_parameter_that_comes_twice_does_not_leave():
    """Which of the two would the venue take?"""
    assert fault_of_request(sent() + "&quantity=99", RULES) == "a parameter comes twice"


@pytest.mark.parametrize("quantity", ["0.000001", "120.00001", "0"])
def test_a_market_order_keeps_the_lots_of_market_orders(quantity):
    parameters = parameters_of(market(quantity=Decimal(quantity)), RULES)
    assert isinstance(parameters, dict)

    assert fault_of_request(body(parameters), RULES) is not None


NUMBERS = st.decimals(allow_nan=True, allow_infinity=True) | st.decimals(
    min_value=-10, max_value=10**7, places=8
)


@given(
    NUMBERS,
    NUMBERS | st.none(),
    NUMBERS | st.none(),
    st.sampled_from(OrderType),
    st.sampled_from(TimeInForce),
    st.booleans(),
)
def test_no_intent_at_all_makes_an_illegal_order(quantity, price, trigger, kind, force, post_only):
    """What passes the gate is finite, above zero, on tick and lot, and within the limits."""
    intent = order(
        quantity=quantity,
        price=price,
        trigger_price=trigger,
        order_type=kind,
        time_in_force=force,
        post_only=post_only,
    )
    parameters = parameters_of(intent, RULES)
    if isinstance(parameters, str) or fault_of_request(body(parameters), RULES):
        return
    instrument = RULES.instrument
    assert 0 < Decimal(parameters["quantity"]) <= 9000
    assert Decimal(parameters["quantity"]) % instrument.lot_size == 0
    for name in {"price", "stopPrice"} & set(parameters):
        value = Decimal(parameters[name])
        assert value % instrument.tick_size == 0
        assert instrument.fault_of(Decimal(parameters["quantity"]), value) is None
    assert ("price" in parameters) == (kind in {OrderType.LIMIT, OrderType.STOP_LIMIT})
