"""What the venue refuses, and with which code."""

from decimal import Decimal

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.domain.order import Rejected, TimeInForce
from argonaut.venues.sim import errors
from tests.venues.sim.stage import TEN_BP, Stage, instrument, order, said

FILTERS = {
    "min_quantity": Decimal("0.01"),
    "max_quantity": Decimal(50),
    "min_notional": Decimal(5),
    "price_min": Decimal(1),
    "price_max": Decimal(1000),
}


def refusal(stage: Stage, sent) -> tuple[str, str]:
    (report,) = stage.send(sent)
    assert isinstance(report, Rejected), report
    return report.code, report.reason


def at_100(**settings) -> Stage:
    stage = Stage(**settings)
    stage.bar(100, 100, 100, 100)
    return stage


def test_an_unknown_instrument_is_refused_by_name():
    code, reason = refusal(Stage(), order("a", "buy", instrument_id=InstrumentId("ELSE/USDT@sim")))

    assert code == errors.UNKNOWN_INSTRUMENT
    assert "ELSE/USDT@sim" in reason


def test_an_id_is_taken_once():
    """A resend must not double a position."""
    stage = at_100()
    stage.send(order("a", "buy"))
    stage.open(100)

    assert refusal(stage, order("a", "buy")) == (errors.DUPLICATE_ID, "a was sent before")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"order_type": "limit"}, "price"),
        ({"order_type": "stop"}, "trigger_price"),
        ({"order_type": "stop_limit", "price": "99"}, "trigger_price"),
        ({"order_type": "stop_limit", "trigger_price": "99"}, "price"),
        ({"order_type": "trailing_stop"}, "trail_fraction"),
        ({"order_type": "trailing_stop", "trail_fraction": "1"}, "trail_fraction < 1"),
        ({"time_in_force": TimeInForce.GTD}, "gtd"),
        ({"order_type": "limit", "price": "99", "time_in_force": TimeInForce.GTD}, "gtd"),
        ({"order_type": "stop", "trigger_price": "99", "time_in_force": TimeInForce.IOC}, "ioc"),
        ({"post_only": True}, "post-only"),
        ({"order_type": "stop", "trigger_price": "99", "post_only": True}, "post-only"),
        ({"order_type": "limit", "price": "99", "quote_quantity": "50"}, "quote quantity"),
        ({"quote_quantity": "0"}, "quote quantity"),
    ],
)
def test_an_order_the_venue_does_not_know_is_unsupported(fields, named):
    code, reason = refusal(at_100(), order("a", "sell", **fields))

    assert code == errors.UNSUPPORTED
    assert named in reason


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "1.0005"}, "lot"),
        ({"quantity": "0.009"}, "0.01"),
        ({"quantity": "51"}, "50"),
        ({"quantity": "0.04"}, "notional"),
        ({"order_type": "limit", "price": "99.95"}, "tick"),
        ({"order_type": "stop", "trigger_price": "99.95"}, "tick"),
        ({"order_type": "limit", "price": "0.9", "quantity": "10"}, "price"),
        ({"order_type": "limit", "price": "1001"}, "1000"),
        ({"order_type": "stop_limit", "price": "100", "trigger_price": "1001"}, "1000"),
        ({"quote_quantity": "3"}, "notional"),
    ],
)
def test_filters_are_kept_at_the_price_the_order_is_for(fields, named):
    code, reason = refusal(at_100(filters=FILTERS), order("a", "sell", **fields))

    assert code == errors.FILTER
    assert named in reason


def test_a_market_order_is_measured_at_the_price_it_was_decided_on():
    stage = Stage(filters=FILTERS)

    assert refusal(stage, order("a", "buy", quantity="0.04", decision_price="100"))[0] == (
        errors.FILTER
    )


def test_a_market_order_without_any_price_known_is_let_in():
    stage = Stage(filters=FILTERS)

    assert stage.send(order("a", "buy", quantity="0.04")) == []
    assert refusal(stage, order("b", "buy", quantity="0"))[0] == errors.FILTER


@pytest.mark.parametrize(("side", "price"), [("buy", "100"), ("sell", "100")])
def test_a_post_only_order_that_would_take_is_refused(side, price):
    sent = order("a", side, "limit", price=price, post_only=True)

    assert refusal(at_100(), sent)[0] == errors.POST_ONLY


def test_post_only_looks_at_the_other_side_of_a_quote():
    stage = Stage()
    stage.quote(99, 101)

    assert said(stage.send(order("a", "buy", "limit", price="100", post_only=True))) == [
        "a accepted"
    ]
    assert refusal(stage, order("b", "buy", "limit", price="101", post_only=True))[0] == (
        errors.POST_ONLY
    )


def test_reduce_only_wants_something_to_reduce():
    stage = at_100(balances={"USDT": "1000", "COIN": "0.0004"})  # less than a lot

    assert refusal(stage, order("a", "sell", reduce_only=True))[0] == errors.REDUCE_ONLY
    assert refusal(stage, order("b", "buy", reduce_only=True))[0] == errors.REDUCE_ONLY


def test_a_buy_wants_its_cost_with_the_fee():
    stage = at_100(balances={"USDT": "100"}, fees=TEN_BP)

    code, reason = refusal(stage, order("a", "buy"))

    assert code == errors.FUNDS
    assert "100.1" in reason
    assert said(stage.send(order("b", "buy", quantity="0.999"))) == []


def test_a_sell_wants_its_base():
    assert refusal(at_100(balances={"COIN": "0.5"}), order("a", "sell"))[0] == errors.FUNDS


def test_open_orders_reserve_what_they_need():
    stage = at_100(balances={"USDT": "100", "COIN": "1"})
    stage.send(order("a", "buy", "limit", price="50", quantity="1.5"))
    stage.send(order("b", "sell", "limit", price="150", quantity="0.7"))

    assert stage.venue.available("USDT") == 25
    assert stage.venue.available("COIN") == Decimal("0.3")
    assert refusal(stage, order("c", "buy", quantity="0.3"))[0] == errors.FUNDS
    assert refusal(stage, order("d", "sell", quantity="0.4"))[0] == errors.FUNDS


def test_an_order_sized_by_cash_reserves_the_cash():
    stage = at_100(balances={"USDT": "100"})
    stage.send(order("a", "buy", quantity="5", quote_quantity="80"))

    assert stage.venue.available("USDT") == 20
    assert refusal(stage, order("b", "buy", quantity="5", quote_quantity="21"))[0] == errors.FUNDS


def test_a_group_reserves_once():
    """One of them will fill, not both."""
    stage = at_100(balances={"COIN": "1"})
    stage.send(order("t", "sell", "limit", price="110", oco_group="g"))

    assert said(stage.send(order("s", "sell", "stop", trigger_price="90", oco_group="g"))) == [
        "s accepted"
    ]
    assert stage.venue.available("COIN") == 0


def test_a_reduce_only_order_reserves_nothing():
    stage = at_100(balances={"COIN": "1"})
    stage.send(order("s", "sell", "stop", trigger_price="90", reduce_only=True))

    assert stage.venue.available("COIN") == 1


def test_a_short_wants_buying_power_when_one_is_set():
    stage = at_100(balances={"USDT": "150"}, allow_short=True, buying_power="1")

    code, reason = refusal(stage, order("a", "sell", quantity="1.501"))

    assert code == errors.FUNDS
    assert "150" in reason
    assert stage.send(order("b", "sell", quantity="1.5")) == []


def test_open_entries_count_against_buying_power():
    stage = at_100(balances={"USDT": "150"}, allow_short=True, buying_power="1")
    stage.send(order("a", "sell", "limit", price="110", quantity="1"))

    assert refusal(stage, order("b", "sell", quantity="0.5"))[0] == errors.FUNDS
    assert stage.send(order("c", "sell", quantity="0.4")) == []


def test_an_order_that_reduces_needs_no_buying_power():
    stage = at_100(balances={"USDT": "-90", "COIN": "1"}, allow_short=True, buying_power=Decimal(1))

    assert stage.send(order("a", "sell")) == []


def test_without_a_buying_power_a_short_account_borrows_freely():
    stage = at_100(balances={}, allow_short=True)

    assert stage.send(order("a", "sell", quantity="1000")) == []
    assert stage.send(order("b", "buy", quantity="1000")) == []


def test_an_amendment_is_checked_like_an_order():
    stage = at_100(filters=FILTERS, balances={"USDT": "200", "COIN": "1"})
    stage.send(order("l", "buy", "limit", price="99"))
    stage.send(order("s", "sell", "stop", trigger_price="90"))

    assert stage.amend("l", price="98.95") == []  # off the tick
    assert stage.amend("l", quantity="0.005") == []  # below the minimum
    assert stage.amend("l", quantity="2.1") == []  # not affordable
    assert stage.amend("l", trigger_price="90") == []  # it has no trigger
    assert stage.amend("s", price="90") == []  # it has no limit
    assert stage.amend("s", trigger_price="1001") == []
    assert stage.amend("nobody", price="98") == []
    assert said(stage.amend("l", price="98", quantity="2")) == ["l amended"]
    assert stage.venue.available("USDT") == 4


def test_the_instrument_of_the_stage_is_what_the_tests_assume():
    assert (instrument().tick_size, instrument().lot_size) == (Decimal("0.1"), Decimal("0.001"))
