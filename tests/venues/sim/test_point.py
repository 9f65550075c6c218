"""Fills at one price, rule by rule of the module's list."""

from decimal import Decimal

import pytest

from argonaut.domain.order import Filled, TimeInForce
from argonaut.venues.sim import FixedBps, FixedLatency, VolumeParticipation
from argonaut.venues.sim.point import MEANWHILE_MAX
from tests.venues.sim.stage import Stage, fills, order, said


def test_a_market_order_fills_at_the_next_open():
    """The close it was decided on is gone when it arrives."""
    stage = Stage()
    stage.bar(100, 101, 99, 100)

    assert stage.send(order("a", "buy")) == []
    assert said(stage.bar(100.5, 102, 100, 101)) == ["a filled 1 @ 100.5"]
    assert stage.reports[-1].event_ns == 60_000_000_000  # the second bar's open


def test_a_market_order_fills_at_the_close_it_was_decided_on_when_ruled_so():
    stage = _at_close()
    stage.bar(100, 101, 99, 100.2)

    assert said(stage.send(order("a", "buy"))) == ["a filled 1 @ 100.2"]
    assert fills(stage.reports)[0].event_ns == stage.now_ns


def test_a_market_order_of_the_close_passes_an_open_by():
    stage = _at_close()
    stage.bar(100, 101, 99, 100)
    stage.now_ns += 1  # decided a moment after the close

    assert stage.send(order("a", "buy")) == []
    assert said(stage.bar(101, 103, 100, 102.5)) == ["a filled 1 @ 102.5"]


def _at_close() -> Stage:
    return Stage(fill_at="close")


def test_market_orders_fill_in_the_order_they_came():
    stage = Stage()
    stage.send(order("a", "buy"))
    stage.send(order("b", "sell"))

    assert said(stage.open(100)) == ["a filled 1 @ 100", "b filled 1 @ 100"]


def test_a_gap_through_a_stop_fills_at_the_open():
    """The price never traded at the trigger, so nobody got it."""
    stage = Stage()
    stage.bar(100, 101, 99, 100)
    stage.send(order("s", "sell", "stop", trigger_price="98"))

    assert said(stage.open(95)) == ["s triggered", "s filled 1 @ 95"]


def test_a_buy_stop_gaps_upwards():
    stage = Stage()
    stage.bar(100, 101, 99, 100)
    stage.send(order("s", "buy", "stop", trigger_price="102"))

    assert said(stage.open(104)) == ["s triggered", "s filled 1 @ 104"]


def test_a_stop_limit_that_gaps_past_its_limit_rests():
    stage = Stage()
    stage.bar(100, 101, 99, 100)
    stage.send(order("s", "sell", "stop_limit", trigger_price="98", price="97"))

    assert said(stage.open(95)) == ["s triggered"]
    assert said(stage.rest(95, 97, 94, 95)) == []
    assert said(stage.bar(96, 97.1, 95, 97)) == ["s filled 1 @ 97"]
    assert fills(stage.reports)[0].is_maker


def test_a_limit_takes_a_better_open_when_it_arrives():
    stage = Stage()
    stage.bar(100, 101, 99, 100)
    stage.send(order("l", "buy", "limit", price="101"))

    told = stage.open(100.4)

    assert said(told) == ["l filled 1 @ 100.4"]
    assert not fills(told)[0].is_maker


def test_a_limit_that_takes_is_never_slipped_past_its_price():
    stage = Stage(slippage=FixedBps(Decimal(100)))
    stage.bar(100, 101, 99, 100)
    stage.send(order("l", "buy", "limit", price="100.3"))

    (filled,) = fills(stage.open(100))

    assert filled.price == Decimal("100.3")
    assert filled.slippage_quote == Decimal("0.3")


def test_a_resting_limit_gapped_through_fills_at_its_own_price():
    """Between two prices of a market that never sleeps, our price traded first."""
    stage = _resting_buy()

    told = stage.open(95)

    assert said(told) == ["l filled 1 @ 98"]
    assert fills(told)[0].is_maker


def test_a_gap_improves_a_resting_limit_when_ruled_so():
    stage = _resting_buy(gap_improves=True)

    assert said(stage.open(95)) == ["l filled 1 @ 95"]


def test_an_open_that_only_touches_a_resting_limit_fills_nothing():
    stage = _resting_buy()

    assert said(stage.open(98)) == []
    assert said(stage.open(97.9)) == ["l filled 1 @ 98"]


def test_a_touch_fills_when_ruled_so():
    stage = _resting_buy(touch_fills=True)

    assert said(stage.open(98)) == ["l filled 1 @ 98"]


def _resting_buy(**settings) -> Stage:
    stage = Stage(**settings)
    stage.bar(100, 101, 99, 100)
    stage.send(order("l", "buy", "limit", price="98"))
    assert said(stage.bar(100, 101, 99, 100)) == []
    return stage


@pytest.mark.parametrize(
    ("time_in_force", "reason"),
    [
        (TimeInForce.IOC, "time in force: the rest could not fill at once"),
        (TimeInForce.FOK, "time in force: the whole could not fill at once"),
    ],
)
def test_an_immediate_limit_that_is_not_marketable_expires(time_in_force, reason):
    stage = Stage()
    stage.bar(100, 101, 99, 100)
    stage.send(order("l", "buy", "limit", price="98", time_in_force=time_in_force))

    assert said(stage.open(99)) == [f"l expired: {reason}"]


def test_an_ioc_fills_what_it_can_and_expires():
    stage = Stage(participation=VolumeParticipation())
    stage.bar(100, 101, 99, 100, volume=4.0)
    stage.send(order("l", "buy", "limit", price="101", time_in_force=TimeInForce.IOC))

    assert said(stage.open(100)) == [
        "l filled 0.4 @ 100",
        "l expired: time in force: the rest could not fill at once",
    ]


def test_a_fok_fills_all_or_nothing():
    stage = Stage(participation=VolumeParticipation())
    stage.bar(100, 101, 99, 100, volume=4.0)
    for name, quantity in (("some", "0.4"), ("all", "0.5")):
        stage.send(order(name, "buy", quantity=quantity, time_in_force=TimeInForce.FOK))

    assert said(stage.open(100)) == [
        "some filled 0.4 @ 100",
        "all expired: time in force: the whole could not fill at once",
    ]


def test_a_post_only_order_that_would_take_on_arrival_expires():
    stage = Stage()
    stage.bar(100, 101, 99, 100)
    stage.send(order("l", "buy", "limit", price="99", post_only=True))

    assert said(stage.open(98.5)) == ["l expired: post-only: it would have taken"]


def test_a_post_only_order_rests_and_makes():
    stage = Stage()
    stage.bar(100, 101, 99, 100)
    stage.send(order("l", "buy", "limit", price="99", post_only=True))
    stage.open(100)

    told = stage.rest(100, 101, 98, 100)

    assert said(told) == ["l filled 1 @ 99"]
    assert fills(told)[0].is_maker


def test_stops_go_before_limits_at_one_price():
    """Both closed the position; the worse one counts."""
    stage = Stage(balances={"COIN": "1"})
    stage.bar(100, 101, 99, 100)
    stage.send(order("l", "sell", "limit", price="94", reduce_only=True))
    stage.send(order("s", "sell", "stop", trigger_price="98", reduce_only=True))

    assert said(stage.open(95)) == [
        "s triggered",
        "s filled 1 @ 95",
        "l expired: reduce-only: nothing is left to reduce",
    ]


def test_a_market_order_takes_the_ask_to_buy_and_the_bid_to_sell():
    stage = Stage()
    stage.quote(99, 101)

    assert said(stage.send(order("b", "buy"))) == ["b filled 1 @ 101"]
    assert said(stage.send(order("s", "sell"))) == ["s filled 1 @ 99"]


def test_a_market_order_takes_the_print_it_was_decided_on():
    stage = Stage()
    stage.trade(100.3)

    assert said(stage.send(order("b", "buy"))) == ["b filled 1 @ 100.3"]


def test_a_market_order_decided_after_a_print_waits_for_the_next():
    stage = Stage()
    stage.trade(100)
    stage.now_ns += 1

    assert stage.send(order("b", "buy")) == []
    assert said(stage.trade(101)) == ["b filled 1 @ 101"]


def test_an_order_travels_before_it_meets_a_price():
    stage = Stage(latency=FixedLatency(ms=2))
    stage.trade(100)
    stage.send(order("b", "buy"))

    assert said(stage.trade(101, after_ns=1_999_999)) == []
    assert said(stage.trade(102, after_ns=1)) == ["b filled 1 @ 102"]


def test_a_cancel_travels_too_and_can_come_too_late():
    """We asked in time; the fill happened all the same."""
    stage = Stage(latency=FixedLatency(ms=2))
    stage.trade(100)
    stage.send(order("l", "buy", "limit", price="99"))
    stage.trade(100, after_ns=3_000_000)

    assert stage.cancel("l") == []
    assert said(stage.trade(98, quantity=0.4, after_ns=1_000_000)) == ["l filled 1 @ 99"]


def test_a_cancel_that_arrives_takes_the_order_out_before_the_price_counts():
    stage = Stage(latency=FixedLatency(ms=2))
    stage.trade(100)
    stage.send(order("l", "buy", "limit", price="99"))
    stage.trade(100, after_ns=3_000_000)
    stage.cancel("l")

    assert said(stage.trade(98, after_ns=2_000_000)) == ["l canceled: requested"]


def test_a_stop_on_trades_fills_at_the_print_that_woke_it():
    stage = Stage()
    stage.trade(100)
    stage.send(order("s", "sell", "stop", trigger_price="98"))

    assert said(stage.trade(98.1)) == []
    assert said(stage.trade(97.5)) == ["s triggered", "s filled 1 @ 97.5"]


def test_a_sell_stop_watches_the_bid_and_a_buy_stop_the_ask():
    stage = Stage()
    stage.quote(100, 101)
    stage.send(order("s", "sell", "stop", trigger_price="98"))
    stage.send(order("b", "buy", "stop", trigger_price="103"))

    assert said(stage.quote(98, 99)) == ["s triggered", "s filled 1 @ 98"]
    assert said(stage.quote(102, 103)) == ["b triggered", "b filled 1 @ 103"]


def test_a_limit_on_trades_wants_a_print_through_it():
    stage = Stage()
    stage.trade(100)
    stage.send(order("l", "buy", "limit", price="99"))

    assert said(stage.trade(99)) == []
    assert said(stage.trade(98.9)) == ["l filled 1 @ 99"]


def test_a_limit_on_quotes_wants_the_other_side_through_it():
    stage = Stage()
    stage.quote(99.5, 100)
    stage.send(order("l", "buy", "limit", price="99"))

    assert said(stage.quote(98.5, 99)) == []
    assert said(stage.quote(98, 98.9)) == ["l filled 1 @ 99"]


def test_a_print_fills_no_more_than_it_printed():
    stage = Stage(participation=VolumeParticipation())
    stage.trade(100, quantity=0.3)

    assert said(stage.send(order("b", "buy"))) == ["b filled 0.3 @ 100"]
    assert said(stage.trade(101, quantity=0.5)) == ["b filled 0.5 @ 101"]
    assert said(stage.trade(102, quantity=5)) == ["b filled 0.2 @ 102"]


def test_two_orders_share_one_print():
    stage = Stage(participation=VolumeParticipation())
    stage.trade(100, quantity=1.2)

    assert said(stage.send(order("a", "buy"))) == ["a filled 1 @ 100"]
    assert said(stage.send(order("b", "buy"))) == ["b filled 0.2 @ 100"]


def test_each_side_of_a_quote_has_its_own_quantity():
    stage = Stage(participation=VolumeParticipation())
    stage.quote(99, 100, quantity=1)

    assert said(stage.send(order("a", "buy"))) == ["a filled 1 @ 100"]
    assert said(stage.send(order("b", "sell"))) == ["b filled 1 @ 99"]
    assert said(stage.send(order("c", "sell"))) == []
    assert said(stage.quote(98, 99)) == ["c filled 1 @ 98"]


def test_an_open_fills_no_more_than_a_share_of_the_last_bar():
    """The new bar's volume is not known at its open; the last one's is."""
    stage = Stage(participation=VolumeParticipation())
    stage.bar(100, 101, 99, 100, volume=6.0)
    stage.send(order("b", "buy"))

    assert said(stage.bar(101, 102, 100, 101, volume=100.0)) == ["b filled 0.6 @ 101"]
    assert said(stage.bar(102, 103, 101, 102, volume=100.0)) == ["b filled 0.4 @ 102"]


def test_nothing_fills_where_nobody_trades():
    """Zero-volume bars are outages: an order in one is stuck."""
    stage = Stage(participation=VolumeParticipation())
    stage.bar(100, 100, 100, 100, volume=0.0)
    stage.send(order("b", "buy"))

    assert said(stage.bar(100, 100, 100, 100, volume=0.0)) == []
    assert said(stage.bar(100, 100, 100, 100, volume=50.0)) == []
    assert said(stage.bar(100, 100, 100, 100, volume=50.0)) == ["b filled 1 @ 100"]


def test_a_trailing_stop_follows_opens_and_fires_on_a_gap():
    stage = Stage()
    stage.bar(100, 101, 99, 100)
    stage.send(order("t", "sell", "trailing_stop", trail_fraction="0.05"))
    stage.open(110)

    assert said(stage.open(104.6)) == []
    assert said(stage.open(104)) == ["t triggered", "t filled 1 @ 104"]


def test_a_trailing_buy_follows_quotes_down():
    stage = Stage()
    stage.quote(99.9, 100)
    stage.send(order("t", "buy", "trailing_stop", trail_fraction="0.1"))
    stage.quote(89.9, 90)

    assert said(stage.quote(98.8, 98.9)) == []
    assert said(stage.quote(98.9, 99)) == ["t triggered", "t filled 1 @ 99"]


def test_a_trailing_stop_follows_nothing_before_it_arrives():
    stage = Stage(latency=FixedLatency(ms=2))
    stage.trade(100)
    stage.send(order("t", "sell", "trailing_stop", trail_fraction="0.05"))
    stage.trade(120, after_ns=1_000_000)

    assert said(stage.trade(100, after_ns=1_000_000)) == []
    assert said(stage.trade(95)) == ["t triggered", "t filled 1 @ 95"]


def test_an_order_submitted_between_two_fills_takes_part_in_the_same_open():
    """Close and reverse: the second order is sent when the first has filled."""

    def reverse(stage, report):
        if isinstance(report, Filled) and report.client_order_id == "out":
            stage.send(order("in", "buy", quantity="2"))

    stage = Stage(react=reverse)
    stage.send(order("out", "sell"))

    assert said(stage.open(100)) == ["out filled 1 @ 100", "in filled 2 @ 100"]


def test_a_cancel_between_two_fills_counts_before_the_next():
    def cancel_other(stage, report):
        if isinstance(report, Filled):
            stage.cancel("b")

    stage = Stage(react=cancel_other)
    stage.send(order("a", "buy"))
    stage.send(order("b", "buy"))
    stage.open(100)

    assert said(stage.reports) == ["a filled 1 @ 100", "b canceled: requested"]


@pytest.mark.parametrize("moment", ["open", "trade"])
def test_a_strategy_that_answers_every_fill_with_an_order_does_not_stop_time(moment):
    def again(stage, report):
        if isinstance(report, Filled):
            stage.send(order(f"again-{len(stage.orders)}", "buy", quantity="0.001"))

    stage = Stage(react=again)
    stage.send(order("a", "buy", quantity="0.001"))
    told = stage.open(100) if moment == "open" else stage.trade(100)

    assert len(fills(stage.reports)) <= 2 * MEANWHILE_MAX + 2
    assert len(told) >= 1


def test_a_stop_for_an_entry_that_just_filled_rests_from_then_on():
    def protect(stage, report):
        if isinstance(report, Filled) and report.client_order_id == "in":
            stage.send(order("s", "sell", "stop", trigger_price="98", reduce_only=True))

    stage = Stage(balances={"USDT": "1000"}, react=protect)
    stage.send(order("in", "buy"))
    stage.bar(100, 101, 97, 100)

    assert said(stage.reports) == [
        "in filled 1 @ 100",
        "s accepted",
        "s triggered",
        "s filled 1 @ 98",
    ]
