"""Fills after a bar's open, rule by rule of the module's list."""

from decimal import Decimal

import pytest

from argonaut.domain.order import Accepted, Filled
from argonaut.venues.sim import FixedBps, VolumeParticipation
from tests.venues.sim.stage import MINUTE_NS, Stage, fills, order, said


def long_one(**settings) -> Stage:
    """Holds 1 COIN and nothing else, after one quiet bar at 100."""
    stage = Stage(**({"balances": {"COIN": "1"}} | settings))
    stage.bar(100, 100, 100, 100)
    return stage


def stop_at(price, name="s", **fields):
    return order(name, "sell", "stop", trigger_price=price, reduce_only=True, **fields)


def target_at(price, name="t", **fields):
    return order(name, "sell", "limit", price=price, reduce_only=True, **fields)


def test_a_stop_inside_the_bar_fills_at_its_trigger():
    stage = long_one()
    stage.send(stop_at("98"))

    told = stage.bar(100, 101, 97, 99)

    assert said(told) == ["s triggered", "s filled 1 @ 98"]
    assert {report.event_ns for report in told} == {2 * MINUTE_NS}  # told at the close


def test_a_stop_the_low_just_touches_is_hit():
    stage = long_one()
    stage.send(stop_at("98"))

    assert said(stage.bar(100, 101, 98.1, 99)) == []
    assert said(stage.bar(100, 101, 98, 99)) == ["s triggered", "s filled 1 @ 98"]


def test_a_stop_slips_beyond_the_low():
    """Our own order was not among those that made the low."""
    stage = long_one(slippage=FixedBps(Decimal(200)))
    stage.send(stop_at("98"))

    (filled,) = fills(stage.bar(100, 101, 98, 99))

    assert filled.price == Decimal("96.0")  # 98 x 0.98 = 96.04, to the tick below
    assert filled.slippage_quote == Decimal("2.0")


def test_a_bar_that_reaches_stop_and_target_hits_the_stop():
    stage = long_one()
    stage.send(target_at("102", oco_group="g"))
    stage.send(stop_at("98", oco_group="g"))

    assert said(stage.bar(100, 103, 97, 102.5)) == [
        "s triggered",
        "s filled 1 @ 98",
        "t canceled: an order of its group filled",
    ]


def test_a_short_is_hurt_by_the_high_first():
    stage = Stage(balances={"USDT": "1000", "COIN": "-1"}, allow_short=True)
    stage.bar(100, 100, 100, 100)
    stage.send(order("t", "buy", "limit", price="98", reduce_only=True, oco_group="g"))
    stage.send(order("s", "buy", "stop", trigger_price="102", reduce_only=True, oco_group="g"))

    assert said(stage.bar(100, 103, 97, 100))[:2] == ["s triggered", "s filled 1 @ 102"]


def test_a_target_wants_the_high_a_tick_through_it():
    stage = long_one()
    stage.send(target_at("102"))
    stage.open(100)

    assert said(stage.rest(100, 102, 99, 101)) == []
    assert said(stage.bar(100, 102.1, 99, 101)) == ["t filled 1 @ 102"]


def test_an_entry_wants_the_low_a_tick_through_it():
    stage = Stage()
    stage.bar(100, 100, 100, 100)
    stage.send(order("e", "buy", "limit", price="98"))
    stage.send(order("s", "sell", "stop", trigger_price="98"))  # so that the bar is looked at

    assert said(stage.bar(100, 101, 98, 99)) == ["s triggered", "s filled 1 @ 98"]
    assert said(stage.bar(100, 101, 97.9, 99)) == ["e filled 1 @ 98"]


def test_a_stop_goes_before_a_nearer_limit():
    stage = long_one(balances={"COIN": "1", "USDT": "1000"})
    stage.send(order("e", "buy", "limit", price="99"))
    stage.send(stop_at("98"))

    assert said(stage.bar(100, 101, 97, 98)) == [
        "s triggered",
        "s filled 1 @ 98",
        "e filled 1 @ 99",
    ]


def test_a_target_fills_on_a_touch_when_ruled_so():
    stage = long_one(touch_fills=True)
    stage.send(target_at("102"))

    assert said(stage.bar(100, 102, 99, 101)) == ["t filled 1 @ 102"]


def test_a_target_makes_and_is_never_slipped():
    stage = long_one(slippage=FixedBps(Decimal(50)))
    stage.send(target_at("102"))

    (filled,) = fills(stage.bar(100, 103, 99, 101))

    assert filled.price == 102
    assert filled.is_maker
    assert filled.slippage_quote == 0


def test_stops_of_one_side_are_met_as_the_price_falls():
    stage = long_one(balances={"COIN": "2"})
    stage.send(stop_at("97", "far"))
    stage.send(stop_at("99", "near"))

    assert said(stage.bar(100, 101, 96, 97)) == [
        "near triggered",
        "near filled 1 @ 99",
        "far triggered",
        "far filled 1 @ 97",
    ]


def test_an_entry_that_adds_to_a_long_is_met_before_its_target():
    """The low hurts a long, so the path goes there first: worse for both."""
    stage = long_one(balances={"COIN": "1", "USDT": "1000"})
    stage.send(order("t", "sell", "limit", price="102"))
    stage.send(order("e", "buy", "limit", price="98"))

    assert said(stage.bar(100, 103, 97, 100)) == ["e filled 1 @ 98", "t filled 1 @ 102"]


def test_a_stop_placed_inside_the_bar_can_be_hit_inside_it():
    """The entry filled on the way down; the low may have come after."""
    stage = _protected_entry(stop="95", target="104")
    stage.bar(100, 105, 94, 104)

    assert said(stage.reports) == [
        "e accepted",
        "e filled 1 @ 98",
        "s accepted",
        "t accepted",
        "s triggered",
        "s filled 1 @ 95",
        "t canceled: an order of its group filled",
    ]


def test_a_target_placed_inside_the_bar_waits_for_the_next_open():
    """The high may have come before the entry."""
    stage = _protected_entry(stop="95", target="104")

    assert said(stage.bar(100, 105, 97, 103)) == ["e filled 1 @ 98"]
    assert said(stage.bar(104.5, 105, 103, 104))[0] == "t filled 1 @ 104.5"


def test_a_stop_placed_inside_the_bar_on_the_wrong_side_fills_where_the_price_is():
    """A sell stop above the price is already reached; its trigger is not to be had."""
    stage = _protected_entry(stop="99", target="104")

    assert said(stage.bar(100, 101, 97, 98))[1:3] == ["s triggered", "s filled 1 @ 98"]


def _protected_entry(*, stop: str, target: str) -> Stage:
    def protect(stage, report):
        if isinstance(report, Filled) and report.client_order_id == "e":
            stage.send(stop_at(stop, oco_group="g"))
            stage.send(target_at(target, oco_group="g"))

    stage = Stage(balances={"USDT": "1000"}, react=protect)
    stage.bar(100, 100, 100, 100)
    stage.send(order("e", "buy", "limit", price="98"))
    return stage


def test_a_stop_limit_fills_at_its_trigger_within_its_limit():
    stage = long_one(slippage=FixedBps(Decimal(200)))
    stage.send(order("s", "sell", "stop_limit", trigger_price="98", price="97.5", reduce_only=True))

    assert said(stage.bar(100, 101, 90, 91)) == ["s triggered", "s filled 1 @ 97.5"]


def test_a_stop_limit_above_its_trigger_rests_until_the_price_comes_back():
    stage = long_one()
    stage.send(order("s", "sell", "stop_limit", trigger_price="98", price="99", reduce_only=True))

    assert said(stage.bar(100, 101, 97, 97)) == ["s triggered"]
    assert said(stage.bar(97, 99.1, 96, 98)) == ["s filled 1 @ 99"]


def test_a_trailing_stop_is_checked_with_yesterdays_trigger_first():
    """High 110 would have lifted it to 104.5; the low of 94 came first."""
    stage = _trailing("0.05")

    assert said(stage.bar(100, 110, 94, 109)) == ["t triggered", "t filled 1 @ 95"]


def test_a_trailing_stop_is_lifted_by_the_high_and_checked_against_the_close():
    stage = _trailing("0.05")

    assert said(stage.bar(100, 110, 96, 104)) == ["t triggered", "t filled 1 @ 104.5"]


def test_a_trailing_stop_keeps_what_it_gained():
    stage = _trailing("0.05")
    stage.bar(100, 110, 99, 109)

    assert said(stage.bar(106, 107, 104.6, 106)) == []
    assert said(stage.bar(106, 107, 104, 106)) == ["t triggered", "t filled 1 @ 104.5"]


def test_of_trail_and_fixed_trigger_the_tighter_holds():
    stage = long_one()
    stage.send(
        order(
            "t",
            "sell",
            "trailing_stop",
            trail_fraction="0.05",
            trigger_price="97",
            reduce_only=True,
        )
    )

    assert said(stage.bar(100, 101, 96.5, 100)) == ["t triggered", "t filled 1 @ 97"]


def test_a_trailing_buy_stop_follows_the_low():
    stage = Stage(balances={"USDT": "1000", "COIN": "-1"}, allow_short=True)
    stage.bar(100, 100, 100, 100)
    stage.send(order("t", "buy", "trailing_stop", trail_fraction="0.1", reduce_only=True))

    assert said(stage.bar(100, 101, 90, 91)) == []
    assert said(stage.bar(91, 99, 90.5, 95)) == ["t triggered", "t filled 1 @ 99"]


def test_a_trailing_stop_placed_inside_the_bar_follows_the_close_only():
    """The high of 120 may be older than the order."""

    def trail(stage, report):
        if isinstance(report, Filled) and report.client_order_id == "e":
            stage.send(order("t", "sell", "trailing_stop", trail_fraction="0.05", reduce_only=True))

    stage = Stage(balances={"USDT": "1000"}, react=trail)
    stage.bar(100, 100, 100, 100)
    stage.send(order("e", "buy", "limit", price="98"))
    stage.bar(100, 120, 97, 99)

    assert said(stage.bar(99, 99, 94.2, 95)) == []
    assert said(stage.bar(95, 96, 94, 95)) == ["t triggered", "t filled 1 @ 94.1"]


def test_of_two_trailing_stops_in_a_group_one_fires():
    stage = long_one()
    for name in ("t", "u"):
        stage.send(
            order(
                name,
                "sell",
                "trailing_stop",
                trail_fraction="0.05",
                reduce_only=True,
                oco_group="g",
            )
        )

    assert said(stage.bar(100, 110, 99, 104)) == [
        "t triggered",
        "t filled 1 @ 104.5",
        "u canceled: an order of its group filled",
    ]


def _trailing(trail: str) -> Stage:
    stage = long_one()
    stage.send(order("t", "sell", "trailing_stop", trail_fraction=trail, reduce_only=True))
    return stage


def test_what_a_bar_cannot_hold_of_a_stop_goes_on_as_a_market_order():
    stage = long_one(participation=VolumeParticipation())
    stage.send(stop_at("98"))

    assert said(stage.bar(100, 101, 97, 97, volume=4)) == ["s triggered", "s filled 0.4 @ 98"]
    assert said(stage.bar(96, 97, 95, 96, volume=10)) == ["s filled 0.4 @ 96"]
    assert said(stage.bar(95, 97, 95, 96, volume=10)) == ["s filled 0.2 @ 95"]


def test_all_fills_of_one_bar_share_its_cap():
    """What the open took is not there for the path."""
    stage = Stage(balances={"USDT": "1000"}, participation=VolumeParticipation())
    stage.bar(100, 100, 100, 100, volume=100)
    stage.send(order("l", "buy", "limit", price="98"))
    stage.send(order("m", "buy", quantity="0.8"))

    assert said(stage.bar(100, 101, 97, 99, volume=10)) == [
        "m filled 0.8 @ 100",
        "l filled 0.2 @ 98",
    ]


def test_a_market_order_sent_inside_a_bar_waits_for_the_next_open():
    def go(stage, report):
        if isinstance(report, Filled) and report.client_order_id == "e":
            stage.send(order("m", "sell"))

    stage = Stage(balances={"USDT": "1000"}, react=go)
    stage.bar(100, 100, 100, 100)
    stage.send(order("e", "buy", "limit", price="98"))

    assert said(stage.bar(100, 101, 97, 99)) == ["e filled 1 @ 98"]
    assert said(stage.bar(99.5, 101, 97, 99)) == ["m filled 1 @ 99.5"]


def test_a_market_order_sent_inside_a_bar_takes_its_close_when_ruled_so():
    def go(stage, report):
        if isinstance(report, Filled) and report.client_order_id == "e":
            stage.send(order("m", "sell"))

    stage = Stage(balances={"USDT": "1000"}, react=go, fill_at="close")
    stage.bar(100, 100, 100, 100)
    stage.send(order("e", "buy", "limit", price="98"))

    assert said(stage.bar(100, 101, 97, 99.2)) == ["e filled 1 @ 98", "m filled 1 @ 99.2"]


def test_a_sibling_canceled_between_two_fills_does_not_fill():
    """Two independent targets; the engine takes the second out when the first fills."""

    def cancel_other(stage, report):
        if isinstance(report, Filled):
            stage.cancel("b")

    stage = Stage(balances={"COIN": "2"}, react=cancel_other)
    stage.bar(100, 100, 100, 100)
    stage.send(target_at("102", "a"))
    stage.send(target_at("103", "b"))
    stage.bar(100, 105, 99, 104)

    assert [line for line in said(stage.reports) if "accepted" not in line] == [
        "a filled 1 @ 102",
        "b canceled: requested",
    ]


@pytest.mark.parametrize("bad", [float("nan"), 0.0, -1.0])
def test_a_bar_with_an_impossible_price_fills_nothing(bad):
    stage = long_one()
    stage.send(stop_at("98"))

    assert said(stage.rest(100, 101, bad, 99)) == []
    assert said(stage.open(bad)) == []


def test_endless_stops_inside_a_bar_end():
    def again(stage, report):
        if isinstance(report, Accepted):
            return
        if isinstance(report, Filled):
            name = f"s{len(stage.orders)}"
            stage.send(order(name, "sell", "stop", quantity="0.001", trigger_price="98"))

    stage = Stage(react=again)
    stage.bar(100, 100, 100, 100)
    stage.send(order("s", "sell", "stop", quantity="0.001", trigger_price="98"))
    stage.bar(100, 101, 97, 99)

    assert 1 < len(fills(stage.reports)) < 100
