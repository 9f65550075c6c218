"""Every guard and default of EventBreakout, and how its stop follows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent, TimerFired
from argonaut.domain.market import Quote
from argonaut.domain.signal import Enter, Protect, RiskFraction, Skip
from argonaut.strategies.event_breakout import EventBreakout, Params
from tests.strategies.feeding import (
    BTC,
    NAME,
    SECOND_NS,
    START_NS,
    Feeding,
    a_bar,
    a_trade,
    holding,
)

BARS = 20
NOW_NS = START_NS + BARS * 60 * SECOND_NS


def an_event(**fields):
    told: dict[str, Any] = {
        "event_ns": NOW_NS,
        "event_id": "e1",
        "source": "matcher",
        "kind": "displacement",
        "symbols": ("BTC",),
        "published_ns": NOW_NS - 400 * SECOND_NS,
        "payload": {"price": "95"},
    }
    return ExternalEvent(**(told | fields))


def fed(price=100.0, low=98.0, spread=0.001, quantity=6000.0, **params):
    """Return a strategy that has seen twenty bars, a minute of trades and a quote of now."""
    feeding = Feeding(EventBreakout(NAME, BTC, Params(**params)))
    for minute in range(BARS):
        feeding.bar(a_bar(100, 101, low, 100, minute=minute))
    feeding.trade(a_trade(BARS * 60 - 1, price, quantity))
    half = price * spread / 2
    feeding.strategy.on_quote(Quote(BTC, NOW_NS, bid=price - half, ask=price + half), holding())
    return feeding.strategy


def said(event, strategy=None, held=None):
    return list((strategy or fed()).on_event(event, held or holding()) or ())


def blocker(event, strategy=None, held=None):
    (skip,) = said(event, strategy, held)
    assert isinstance(skip, Skip)
    return skip.reason


def timer(second=0):
    return TimerFired(event_ns=NOW_NS + second * SECOND_NS, key="x")


# defaults


def test_the_defaults_are_those_of_the_spec() -> None:
    params = Params()

    assert (params.late_max_s, params.chase_fraction_max) == (1800.0, 0.20)
    assert (params.spread_fraction_max, params.minute_notional_min) == (0.006, 500_000.0)
    assert (params.fresh_s, params.stop_bars, params.stop_atr) == (300.0, 3, 1.5)
    assert (params.first_target_fraction, params.second_target_fraction) == (0.03, 0.06)
    assert (params.target_share, params.trail_atr, params.trail_every_s) == (0.33, 1.2, 2.0)
    assert params.cooldown_s == 900.0
    assert (params.skips_max, params.skips_window_s, params.denied_s) == (3, 1800.0, 7200.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"chase_fraction_max": 20},
        {"spread_fraction_max": 0},
        {"second_target_fraction": 0.02},
        {"target_share": 0.5},
        {"risk_fraction": Decimal(1)},
        {"stop_bars": 0},
        {"trail_every_s": float("nan")},
        {"cooldown_s": -1},
    ],
)
def test_a_guard_that_guards_nothing_is_refused(wrong) -> None:
    with pytest.raises(InvalidValueError, match="want "):
        Params(**wrong)


# what passes


def test_a_breakout_is_bought_with_two_targets_and_a_rest() -> None:
    (entry,) = said(an_event())

    assert isinstance(entry, Enter)
    assert entry.size == RiskFraction(Decimal("0.0075"))
    assert entry.protection.stop_price == 98.0
    assert [(each.fraction, each.share) for each in entry.protection.targets] == [
        (0.03, 0.33),
        (0.06, 0.33),
    ]
    assert entry.reason == "displacement of BTC by matcher, 400 s ago"


def test_in_the_first_five_minutes_half_the_size_is_taken() -> None:
    (early,) = said(an_event(published_ns=NOW_NS - 299 * SECOND_NS))

    assert early.size == RiskFraction(Decimal("0.00375"))
    assert early.reason.endswith(", half the size")


def test_the_stop_is_the_low_of_the_last_three_bars() -> None:
    """What was low before them is of another time."""
    feeding = Feeding(EventBreakout(NAME, BTC, Params()))
    for minute in range(BARS):
        low = 90 if minute < BARS - 3 else 98 + BARS - minute - 1
        feeding.bar(a_bar(101, 102, low, 101, minute=minute))
    feeding.trade(a_trade(BARS * 60 - 1, 101.0, 6000.0))
    feeding.strategy.on_quote(Quote(BTC, NOW_NS, bid=100.99, ask=101.01), holding())
    (entry,) = said(an_event(), feeding.strategy)

    assert entry.protection.stop_price == 98.0


def test_below_the_low_the_stop_is_a_distance_in_ranges() -> None:
    """The low of three bars protects nothing when the price is under it already."""
    (entry,) = said(an_event(), fed(price=97.0))

    assert entry.protection.stop_price == pytest.approx(97.0 - 1.5 * 3.0)


@pytest.mark.parametrize("kind", ["displacement", "listing", "perp_listing"])
def test_displacements_and_listings_count(kind) -> None:
    assert isinstance(said(an_event(kind=kind))[0], Enter)


def test_other_kinds_and_other_coins_are_not_for_us() -> None:
    assert said(an_event(kind="social")) == []
    assert said(an_event(symbols=("ETH",))) == []


# what does not


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"published_ns": NOW_NS - 1801 * SECOND_NS}, "it is 1801 s late, want at most 1800"),
        ({"payload": {}}, "it names no price from before"),
        ({"payload": {"price": "nan"}}, "it names no price from before"),
        ({"payload": {"price": "-1"}}, "it names no price from before"),
        ({"payload": {"price": "83.3"}}, "the price is 20.0% above 83.3, want less than 20%"),
    ],
)
def test_each_guard_on_the_event_holds_and_says_so(fields, reason) -> None:
    assert blocker(an_event(**fields)).endswith(f"but {reason}")


@pytest.mark.parametrize(
    ("market", "reason"),
    [
        ({"spread": 0.0061}, "a spread of 0.61%, want less than 0.60%"),
        ({"quantity": 4999.0}, "want at least 500,000"),
        ({"stop_bars": 30}, "30 bars are not known yet"),
    ],
)
def test_each_guard_on_the_market_holds_and_says_so(market, reason) -> None:
    assert reason in blocker(an_event(), fed(**market))


def test_an_old_quote_is_no_quote() -> None:
    assert "no quote of the last 5 s" in blocker(an_event(event_ns=NOW_NS + 6 * SECOND_NS))


def test_a_strategy_that_has_seen_nothing_buys_nothing() -> None:
    assert "no price was seen yet" in blocker(an_event(), EventBreakout(NAME, BTC, Params()))


def test_a_held_position_is_not_enlarged() -> None:
    assert "something is held" in blocker(an_event(), held=holding("1"))


def test_the_cooldown_lasts_fifteen_minutes_from_the_close() -> None:
    soon = holding(closed_ns=NOW_NS - 899 * SECOND_NS)
    later = holding(closed_ns=NOW_NS - 900 * SECOND_NS)

    assert "cooldown of 900 s" in blocker(an_event(), held=soon)
    assert isinstance(said(an_event(), held=later)[0], Enter)


def test_three_events_that_came_to_nothing_deny_the_coin_for_two_hours() -> None:
    """Each of them is a trap that did not close; the fourth might."""
    strategy = fed(quote_age_max_s=1e6)
    for minute in (0, 10, 20):
        said(an_event(event_ns=NOW_NS + minute * 60 * SECOND_NS, payload={}), strategy)
    then = NOW_NS + 20 * 60 * SECOND_NS

    denied = an_event(event_ns=then + 7199 * SECOND_NS, published_ns=None)
    free = an_event(event_ns=then + 7200 * SECOND_NS, published_ns=None)

    assert "denied after 3 events" in blocker(denied, strategy)
    assert isinstance(said(free, strategy)[0], Enter)


def test_three_skips_over_more_than_half_an_hour_deny_nothing() -> None:
    strategy = fed(quote_age_max_s=1e6)
    for minute in (0, 15, 30):
        said(an_event(event_ns=NOW_NS + minute * 60 * SECOND_NS, payload={}), strategy)

    again = an_event(event_ns=NOW_NS + 31 * 60 * SECOND_NS, published_ns=None, payload={})

    assert "names no price" in blocker(again, strategy)


# the rest trails


def test_the_stop_follows_the_best_price_every_two_seconds() -> None:
    strategy = fed()
    said(an_event(), strategy)
    held = holding("1", stop_price=Decimal(98))
    assert strategy.wake_at() == NOW_NS + 2 * SECOND_NS
    strategy.on_trade(a_trade(BARS * 60 + 1, 110.0), held)

    (moved,) = strategy.on_timer(timer(2), held)

    assert isinstance(moved, Protect)
    assert moved.stop_price == pytest.approx(110.0 - 1.2 * 3.0)
    assert strategy.wake_at() == NOW_NS + 4 * SECOND_NS


def test_the_stop_never_loosens() -> None:
    strategy = fed()
    said(an_event(), strategy)
    held = holding("1", stop_price=Decimal(109))
    strategy.on_trade(a_trade(BARS * 60 + 1, 110.0), held)

    assert list(strategy.on_timer(timer(2), held)) == []


def test_the_watch_ends_with_the_position() -> None:
    strategy = fed()
    said(an_event(), strategy)

    assert list(strategy.on_timer(timer(2), holding())) == []
    assert strategy.wake_at() is None


def test_best_price_denial_and_watch_survive_a_restart() -> None:
    """A trail that forgets its best price gives the gain back."""
    before = fed()
    said(an_event(), before)
    before.on_trade(a_trade(BARS * 60 + 1, 110.0), holding("1"))
    after = fed()

    after.load(before.save())

    assert after.wake_at() == NOW_NS + 2 * SECOND_NS
    held = holding("1", stop_price=Decimal(98))
    after.on_trade(a_trade(BARS * 60 + 1, 108.0), held)
    (moved,) = after.on_timer(timer(2), held)
    assert moved.stop_price == pytest.approx(110.0 - 1.2 * 3.0)


@given(st.lists(st.floats(90, 130), min_size=1, max_size=20))
def test_whatever_prices_come_the_stop_only_tightens(prices) -> None:
    strategy = fed()
    said(an_event(), strategy)
    held = holding("1", stop_price=Decimal(98))
    for number, price in enumerate(prices):
        strategy.on_trade(a_trade(BARS * 60 + number, price), held)
        for moved in strategy.on_timer(timer(2 * number), held):
            assert moved.stop_price > float(held.stop_price or 0)
            assert moved.stop_price < price
            held.stop_price = Decimal(repr(moved.stop_price))
