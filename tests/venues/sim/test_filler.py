"""How much an order gets, what it costs, and what its fill does to its group."""

from decimal import Decimal

import pytest

from argonaut.domain.order import Amended, Filled, OrderStatus, TimeInForce
from argonaut.venues.sim import (
    FixedBps,
    MakerTaker,
    NoFees,
    SpreadPlusImpact,
    VolumeParticipation,
)
from argonaut.venues.sim.orders import JOINS_MAX
from tests.venues.sim.stage import TEN_BP, Stage, fills, order, said


def test_a_fill_moves_base_quote_and_fee():
    stage = Stage(balances={"USDT": "1000"}, fees=TEN_BP)
    stage.send(order("b", "buy", quantity="2"))

    (bought,) = fills(stage.open(100))

    assert (bought.fee, bought.fee_asset) == (Decimal("0.2"), "USDT")
    assert stage.balances == {"COIN": 2, "USDT": Decimal("799.8")}


def test_a_sale_pays_its_fee_out_of_what_it_brings():
    stage = Stage(balances={"COIN": "2"}, fees=TEN_BP)
    stage.send(order("s", "sell", quantity="2"))
    stage.open(100)

    assert stage.balances == {"COIN": 0, "USDT": Decimal("199.8")}


def test_fills_are_numbered_over_all_orders():
    stage = Stage()
    stage.send(order("a", "buy"))
    stage.send(order("b", "sell"))

    assert [each.fill_id for each in fills(stage.open(100))] == ["sim-1", "sim-2"]


def test_slippage_is_rounded_to_a_tick_against_us_and_told_in_quote():
    stage = Stage(slippage=FixedBps(Decimal(1)))
    stage.send(order("b", "buy", quantity="2"))
    stage.send(order("s", "sell", quantity="3"))

    bought, sold = fills(stage.open(100))

    assert (bought.price, bought.slippage_quote) == (Decimal("100.1"), Decimal("0.2"))
    assert (sold.price, sold.slippage_quote) == (Decimal("99.9"), Decimal("0.3"))


def test_a_sale_never_slips_to_nothing():
    stage = Stage(slippage=FixedBps(Decimal(9999)))
    stage.send(order("s", "sell"))

    assert said(stage.open(0.1)) == ["s filled 1 @ 0.1"]


def test_a_larger_part_of_the_bar_slips_more():
    """sqrt(4/100) x 100 bp = 20 bp of 100, and half the spread."""
    stage = Stage(slippage=SpreadPlusImpact(half_spread_bps=Decimal(10), impact_bps=Decimal(100)))
    stage.bar(100, 100, 100, 100, volume=100.0)
    stage.send(order("b", "buy", quantity="4"))

    assert said(stage.open(100)) == ["b filled 4 @ 100.3"]


def test_a_quote_has_its_spread_paid_already():
    stage = Stage(slippage=SpreadPlusImpact(half_spread_bps=Decimal(10), impact_bps=Decimal(100)))
    stage.quote(99, 100)

    assert said(stage.send(order("b", "buy"))) == ["b filled 1 @ 100"]


def test_an_order_sized_by_cash_spends_it_with_the_fee():
    """floor(100 / (30 x 1.001)) in lots of 0.001 is 3.33; what is left stays in the account."""
    stage = Stage(balances={"USDT": "100"}, fees=TEN_BP)
    stage.send(order("b", "buy", quantity="50", quote_quantity="100"))

    assert said(stage.open(30)) == ["b filled 3.33 @ 30", "b expired: the quote quantity is spent"]
    assert stage.balances["USDT"] == Decimal("0.0001")
    assert stage.orders["b"].status is OrderStatus.EXPIRED


def test_an_order_sized_by_cash_never_passes_its_quantity():
    stage = Stage()
    stage.send(order("b", "buy", quantity="3", quote_quantity="1000"))

    assert said(stage.open(100)) == ["b filled 3 @ 100"]


def test_a_sale_is_sized_by_cash_with_the_same_rule():
    stage = Stage(balances={}, fees=TEN_BP, allow_short=True)
    stage.send(order("s", "sell", quantity="50", quote_quantity="100"))

    assert said(stage.open(30))[0] == "s filled 3.33 @ 30"


def test_a_fee_in_base_leaves_all_the_cash_for_buying():
    stage = Stage(
        balances={"USDT": "90"}, fees=MakerTaker(fee_asset="base_on_buy", taker=Decimal("0.01"))
    )
    stage.send(order("b", "buy", quantity="50", quote_quantity="90"))
    stage.open(30)

    assert stage.balances == {"USDT": 0, "COIN": Decimal("2.97")}


def test_cash_below_a_lot_buys_nothing():
    stage = Stage(balances={"USDT": "1"})
    stage.send(order("b", "buy", quantity="50", quote_quantity="1"))

    assert said(stage.open(2000)) == ["b expired: the quote quantity buys less than one lot"]


def test_an_order_sized_by_cash_goes_on_where_the_bar_was_too_small():
    stage = Stage(balances={"USDT": "100"}, participation=VolumeParticipation())
    stage.bar(10, 10, 10, 10, volume=40)
    stage.send(order("b", "buy", quantity="50", quote_quantity="100"))
    stage.bar(10, 10, 10, 10, volume=1000)

    assert said(stage.bar(20, 20, 20, 20)) == [
        "b filled 3 @ 20",
        "b expired: the quote quantity is spent",
    ]
    assert stage.balances == {"USDT": 0, "COIN": 7}


def test_fees_of_every_part_count_against_the_cash():
    """4 cost 44, 1 costs 11, and floor(42 / 11) more: never a quote unit over 97."""
    stage = Stage(
        balances={"USDT": "1000"},
        fees=MakerTaker(taker=Decimal("0.1")),
        participation=VolumeParticipation(),
        filters={"lot_size": Decimal(1)},
    )
    stage.bar(10, 10, 10, 10, volume=40)
    stage.send(order("b", "buy", quantity="50", quote_quantity="97"))
    stage.bar(10, 10, 10, 10, volume=10)
    stage.bar(10, 10, 10, 10, volume=1000)
    stage.bar(10, 10, 10, 10, volume=1000)

    assert [each.quantity for each in fills(stage.reports)] == [4, 1, 3]
    assert stage.balances["USDT"] == 912


def test_a_reduce_only_order_is_cut_to_the_position():
    stage = Stage(balances={"COIN": "0.6004"})
    stage.send(order("s", "sell", reduce_only=True))

    assert said(stage.open(100)) == [
        "s filled 0.6 @ 100",
        "s expired: reduce-only: nothing is left to reduce",
    ]


def test_two_reduce_only_orders_close_once():
    stage = Stage(balances={"COIN": "1"})
    stage.send(order("a", "sell", reduce_only=True))
    stage.send(order("b", "sell", reduce_only=True))

    assert said(stage.open(100)) == [
        "a filled 1 @ 100",
        "b expired: reduce-only: nothing is left to reduce",
    ]


def test_a_reduce_only_buy_closes_a_short_and_no_more():
    stage = Stage(balances={"USDT": "500", "COIN": "-1"}, allow_short=True)
    stage.send(order("b", "buy", quantity="3", reduce_only=True))

    assert said(stage.open(100))[0] == "b filled 1 @ 100"
    assert stage.balances["COIN"] == 0


def test_a_buy_that_became_too_dear_fills_what_the_cash_allows():
    """Affordable at the close, not at the open: a spot account never owes."""
    stage = Stage(balances={"USDT": "100"}, fees=TEN_BP)
    stage.bar(90, 90, 90, 90)
    stage.send(order("b", "buy"))

    assert said(stage.open(100)) == [
        "b filled 0.999 @ 100",
        "b expired: insufficient balance for the rest",
    ]
    assert stage.balances["USDT"] == Decimal("0.0001")


def test_an_exit_comes_before_what_a_resting_sale_reserves():
    """Getting out must not wait; the other sale finds its base gone."""
    stage = Stage(balances={"COIN": "1"})
    stage.send(order("b", "sell"))
    stage.send(order("a", "sell", reduce_only=True))
    stage.cancel("b")
    stage.send(order("b2", "sell"))

    assert said(stage.open(100)) == [
        "a filled 1 @ 100",
        "b2 expired: insufficient balance for the rest",
    ]


def test_an_immediate_market_order_does_not_wait():
    stage = Stage(participation=VolumeParticipation())
    stage.bar(100, 100, 100, 100, volume=0)
    stage.send(order("b", "buy", time_in_force=TimeInForce.IOC))

    assert said(stage.open(100)) == ["b expired: time in force: the rest could not fill at once"]


def test_a_rebate_is_paid_to_us():
    stage = Stage(balances={"USDT": "1000"}, fees=MakerTaker(maker=Decimal("-0.001")))
    stage.bar(100, 100, 100, 100)
    stage.send(order("l", "buy", "limit", price="98"))
    stage.open(100)

    (made,) = fills(stage.rest(100, 100, 97, 98))

    assert made.fee == Decimal("-0.098")
    assert stage.balances["USDT"] == Decimal("902.098")


def test_contracts_are_worth_their_size():
    stage = Stage(
        balances={"USDT": "100"}, filters={"contract_size": Decimal("0.1")}, fees=NoFees()
    )
    stage.send(order("b", "buy", quantity="10"))
    stage.open(100)

    assert stage.balances["USDT"] == 0


def group(stage: Stage, **quantities: str) -> None:
    """One stop and as many targets as named, in one group, over 1 COIN."""
    stage.send(order("s", "sell", "stop", trigger_price="90", reduce_only=True, oco_group="g"))
    for name, quantity in quantities.items():
        price = {"t": "110", "u": "120"}[name]
        stage.send(
            order(name, "sell", "limit", quantity, price=price, reduce_only=True, oco_group="g")
        )


def in_group(**quantities: str) -> Stage:
    stage = Stage(balances={"COIN": "1"})
    stage.bar(100, 100, 100, 100)
    group(stage, **quantities)
    return stage


def test_a_full_fill_cancels_its_siblings():
    stage = in_group(t="1")

    assert said(stage.bar(100, 111, 100, 110)) == [
        "t filled 1 @ 110",
        "s canceled: an order of its group filled",
    ]
    assert stage.venue.working == {}


def test_a_target_over_a_part_shrinks_the_stop_and_leaves_the_other_target():
    stage = in_group(t="0.4", u="0.6")

    told = stage.bar(100, 111, 100, 110)

    assert said(told) == ["t filled 0.4 @ 110", "s amended"]
    assert isinstance(told[1], Amended)
    assert told[1].quantity == Decimal("0.6")
    assert stage.orders["u"].leaves == Decimal("0.6")
    assert said(stage.bar(110, 110, 89, 90)) == [
        "s triggered",
        "s filled 0.6 @ 90",
        "u canceled: an order of its group filled",
    ]


def test_a_partial_fill_shrinks_its_sibling_by_as_much():
    stage = Stage(balances={"COIN": "1"}, participation=VolumeParticipation())
    stage.bar(100, 100, 100, 100)
    group(stage, t="1")
    stage.bar(100, 111, 100, 110, volume=3)

    assert said(stage.bar(110, 110, 89, 89, volume=100)) == [
        "s triggered",
        "s filled 0.7 @ 90",
        "t canceled: an order of its group filled",
    ]


def test_the_group_is_settled_before_the_fill_is_told():
    """The engine may cancel the sibling on hearing of the fill; it is gone by then."""
    seen = []

    def look(stage, report):
        if isinstance(report, Filled):
            seen.append(stage.cancel("s"))

    stage = Stage(balances={"COIN": "1"}, react=look)
    stage.bar(100, 100, 100, 100)
    group(stage, t="1")
    stage.bar(100, 111, 100, 110)

    assert seen == [[]]
    assert said(stage.reports)[-1] == "s canceled: an order of its group filled"


def test_a_cancel_of_one_leaves_the_others():
    stage = in_group(t="1")

    assert said(stage.cancel("t")) == ["t canceled: requested"]
    assert said(stage.bar(100, 100, 89, 90)) == ["s triggered", "s filled 1 @ 90"]


def test_the_second_of_two_finds_the_first_filled_as_it_came():
    """The target was marketable at once; the stop sent with it must not close twice."""
    stage = Stage(balances={"COIN": "5"})
    stage.quote(111, 112)
    stage.send(order("t", "sell", "limit", price="110", reduce_only=True, oco_group="g"))
    stop = order("s", "sell", "stop", trigger_price="90", reduce_only=True, oco_group="g")

    assert said(stage.send(stop)) == ["s accepted", "s canceled: an order of its group filled"]


def test_the_second_of_two_is_cut_to_what_the_first_left():
    stage = Stage(balances={"COIN": "5"}, participation=VolumeParticipation())
    stage.quote(111, 112, quantity=0.4)
    stage.send(order("t", "sell", "limit", price="110", reduce_only=True, oco_group="g"))
    stop = order("s", "sell", "stop", trigger_price="90", reduce_only=True, oco_group="g")

    assert said(stage.send(stop)) == ["s accepted", "s amended"]
    assert stage.orders["s"].leaves == Decimal("0.6")


def test_a_group_of_another_instant_is_free_again():
    """The engine protects a new position under the name of the old pair."""
    stage = Stage(balances={"COIN": "5"})
    stage.quote(111, 112)
    stage.send(order("t", "sell", "limit", price="110", reduce_only=True, oco_group="g"))
    stage.quote(111, 112)
    stop = order("s", "sell", "stop", trigger_price="90", reduce_only=True, oco_group="g")

    assert said(stage.send(stop)) == ["s accepted"]


def test_a_driver_that_replaces_what_is_cut_comes_to_an_end():
    stage = Stage(balances={"COIN": "5"})
    stage.quote(111, 112)
    stage.send(order("t", "sell", "limit", price="110", reduce_only=True, oco_group="g"))
    answers = [
        stage.send(order(f"s{n}", "sell", "stop", trigger_price="90", oco_group="g"))
        for n in range(JOINS_MAX + 1)
    ]

    assert [len(each) for each in answers] == [2] * JOINS_MAX + [1]


def test_a_market_order_of_a_group_is_accepted_so_that_it_can_shrink():
    stage = Stage(balances={"COIN": "1"})
    sent = order("m", "sell", reduce_only=True, oco_group="g")

    assert said(stage.send(sent)) == ["m accepted"]


@pytest.mark.parametrize("quantity", ["0.5", "2"])
def test_entries_of_a_group_fill_one_or_the_other(quantity):
    """A breakout on either side: in total no more than the larger of the two."""
    stage = Stage(balances={"USDT": "1000", "COIN": "5"})
    stage.bar(100, 100, 100, 100)
    stage.send(order("up", "buy", "stop", "1", trigger_price="105", oco_group="g"))
    stage.send(order("down", "sell", "stop", quantity, trigger_price="95", oco_group="g"))
    stage.bar(100, 106, 94, 100)

    filled = sum(each.quantity for each in fills(stage.reports))
    assert filled <= max(Decimal(1), Decimal(quantity))
