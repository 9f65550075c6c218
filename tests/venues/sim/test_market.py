"""What a market shows, how much of it is left, and when it wakes."""

import math
from decimal import Decimal

from argonaut.domain.market import Bar, Quote, Trade
from argonaut.venues.sim import VolumeParticipation
from argonaut.venues.sim.market import Market, Shown
from tests.venues.sim.stage import COIN, MINUTE_NS, NO_CAP, Stage, instrument, order


def market(participation=None) -> Market:
    return Market(instrument(), participation or VolumeParticipation())


def bar(at: int = 0, close: float = 100.0, volume: float = 50.0) -> Bar:
    return Bar(
        COIN, MINUTE_NS, at * MINUTE_NS, open=99, high=101, low=98, close=close, volume=volume
    )


def test_a_market_that_showed_nothing_has_no_price():
    fresh = market()

    assert fresh.shown is Shown.NOTHING
    assert fresh.mark() is None
    assert fresh.reference(order("a", "buy"), 0, is_buy=True) is None
    assert fresh.room(is_buy=True) is None


def test_the_price_of_this_instant_comes_before_the_price_of_the_decision():
    seen = market()
    seen.show_close(bar())
    decided = order("a", "buy", decision_price="97")

    assert seen.reference(decided, MINUTE_NS, is_buy=True) == 100
    assert seen.reference(decided, MINUTE_NS + 1, is_buy=True) == 97
    assert seen.reference(order("b", "buy"), MINUTE_NS + 1, is_buy=True) == 100


def test_a_quote_stands_until_the_next():
    seen = market()
    seen.renew_quote(Quote(COIN, 5, bid=99, ask=101, bid_quantity=1, ask_quantity=2))

    assert seen.shows_at(500)
    assert seen.reference(order("a", "buy", decision_price="1"), 500, is_buy=True) == 101
    assert seen.money(is_buy=False) == 99


def test_an_open_has_room_by_the_bar_before_and_the_path_by_its_own():
    seen = market()
    seen.show_close(bar(0, volume=50.0))
    seen.show_open(MINUTE_NS, 100.0)
    assert seen.room(is_buy=True) == 5

    seen.use(Decimal(4), is_buy=True)
    assert seen.room(is_buy=True) == 1
    assert seen.room(is_buy=False) == 1

    seen.show_path(bar(1, volume=30.0))
    assert seen.room(is_buy=True) == 0  # 3 less the 4 of its open
    seen.show_path(bar(2, volume=30.0))
    assert seen.room(is_buy=True) == 3


def test_showing_the_same_again_gives_no_more_room():
    seen = market()
    for show in (
        lambda: seen.show_close(bar()),
        lambda: seen.show_trade(Trade(COIN, 7, price=100.0, quantity=5.0)),
        lambda: seen.show_quote(Quote(COIN, 8, bid=99, ask=100, bid_quantity=5, ask_quantity=5)),
    ):
        show()
        seen.use(Decimal(5), is_buy=True)
        show()

        assert seen.room(is_buy=True) == 0


def test_a_new_print_gives_new_room_even_if_it_looks_the_same():
    seen = market()
    print_ = Trade(COIN, 7, price=100.0, quantity=5.0)
    seen.renew_trade(print_)
    seen.use(Decimal(5), is_buy=True)
    seen.renew_trade(print_)

    assert seen.room(is_buy=True) == 5


def test_only_a_quote_has_a_room_for_each_side():
    seen = market()
    seen.renew_quote(Quote(COIN, 8, bid=99, ask=100, bid_quantity=3, ask_quantity=5))
    seen.use(Decimal(2), is_buy=True)
    seen.use(Decimal(1), is_buy=False)

    assert seen.room(is_buy=True) == 3
    assert seen.room(is_buy=False) == 2


def test_without_a_cap_there_is_always_room():
    seen = market(NO_CAP)
    seen.show_close(bar())

    assert seen.room(is_buy=True) is None


def test_a_volume_nobody_told_is_no_cap():
    seen = market()
    seen.show_close(bar(volume=math.nan))

    assert seen.room(is_buy=True) is None


def test_a_price_below_half_a_tick_is_a_tick():
    seen = market()
    seen.show_close(bar(close=0.04))

    assert seen.money(is_buy=True) == Decimal("0.1")


def bounds(*sent) -> tuple[float, float]:
    """Where the market of these resting orders wakes."""
    stage = Stage(balances={"USDT": "5000", "COIN": "10"})
    stage.bar(100, 100, 100, 100)
    for each in sent:
        stage.send(each)
    stage.open(100)
    woken = stage.venue.working[COIN]
    return woken.low, woken.high


def test_it_sleeps_between_the_nearest_prices_that_matter():
    resting = (
        order("a", "buy", "limit", price="90"),
        order("b", "sell", "limit", price="110"),
        order("c", "sell", "stop", trigger_price="95"),
        order("d", "buy", "stop", trigger_price="105"),
    )

    assert bounds(*resting) == (95, 105)
    assert bounds(*resting[:2]) == (89.9, 110.1)


def test_a_trailing_stop_wakes_it_at_every_new_best():
    assert bounds(order("t", "sell", "trailing_stop", trail_fraction="0.1")) == (90, 100)
    assert bounds(order("t", "buy", "trailing_stop", trail_fraction="0.1")) == (100, 110)


def test_an_order_that_waits_for_any_price_keeps_it_awake():
    stage = Stage()
    stage.bar(100, 100, 100, 100)
    stage.send(order("a", "buy", "limit", price="90"))

    assert stage.venue.working[COIN].low == math.inf
