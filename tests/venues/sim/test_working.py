"""One order at the venue: its prices, its trail, what it reserves."""

from decimal import Decimal

import pytest

from argonaut.domain.number import ONE, ZERO
from argonaut.venues.sim.working import STAGE_OF, Working
from tests.venues.sim.stage import instrument, order


def working(*args, rate=ONE, **fields) -> Working:
    sent = order("w", *args, **fields)
    is_buy = sent.side.sign > 0
    stage = STAGE_OF[sent.order_type]
    return Working(
        sent,
        stage,
        is_buy=is_buy,
        seq=1,
        active_ns=0,
        leaves=sent.quantity,
        reserve_rate=rate,
        reference=None,
        quote_left=sent.quote_quantity,
    )


def trailing(side: str, trail: str) -> Working:
    return working(side, "trailing_stop", trail_fraction=trail)


def test_a_limit_is_through_one_tick_beyond_its_price():
    buy, sell = working("buy", "limit", price="100"), working("sell", "limit", price="100")
    for each in (buy, sell):
        each.set_price(Decimal(100), instrument(), touch_fills=False)

    assert (buy.through_f, sell.through_f) == (99.9, 100.1)


def test_a_touch_is_enough_when_ruled_so():
    buy = working("buy", "limit", price="100")
    buy.set_price(Decimal(100), instrument(), touch_fills=True)

    assert buy.through_f == 100


@pytest.mark.parametrize(
    ("side", "prices", "trigger"),
    [
        ("sell", [100, 110, 104], "104.5"),  # 110 x 0.95
        ("sell", [100.1], "95.1"),  # 95.095: the tick that wakes earlier
        ("buy", [100, 90, 95], "94.5"),  # 90 x 1.05
        ("buy", [99.9], "104.8"),  # 104.895: the tick that wakes earlier
    ],
)
def test_a_trail_follows_the_best_price_only(side, prices, trigger):
    trail = trailing(side, "0.05")
    for price in prices:
        trail.follow(price, instrument())

    assert trail.trigger == Decimal(trigger)


@pytest.mark.parametrize(("side", "fixed"), [("sell", "97"), ("buy", "103")])
def test_a_trail_never_loosens_a_tighter_trigger(side, fixed):
    trail = trailing(side, "0.05")
    trail.set_trigger(Decimal(fixed))
    trail.follow(100, instrument())

    assert trail.trigger == Decimal(fixed)


def test_a_trail_too_close_to_zero_sets_no_trigger():
    trail = trailing("buy", "0.05")
    trail.follow(0.01, instrument())

    assert trail.trigger is None


def test_what_an_order_reserves():
    assert working("sell", quantity="3").reserved == 3
    assert working("buy", quantity="3", rate=Decimal(100)).reserved == 300
    assert working("buy", quantity="3", rate=Decimal(100), quote_quantity="50").reserved == 50
    assert working("sell", quantity="3", rate=ZERO, reduce_only=True).reserved == 0
    assert working("buy", rate=ZERO, quote_quantity="50", reduce_only=True).reserved == 0


def test_what_an_entry_adds_to_exposure():
    mark, size = Decimal(100), Decimal(1)
    limit = working("buy", "limit", price="90", quantity="2")
    limit.set_price(Decimal(90), instrument(), touch_fills=False)

    assert limit.entry_notional(mark, size) == 180
    assert working("sell", quantity="2").entry_notional(mark, size) == 200
    assert working("buy", quote_quantity="50").entry_notional(mark, size) == 50
    assert working("sell", reduce_only=True).entry_notional(mark, size) == 0
