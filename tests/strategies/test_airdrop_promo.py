"""Every guard and default of AirdropPromo, and how it trades a volume and ends flat."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent, TimerFired
from argonaut.domain.ids import ClientOrderId, FillId
from argonaut.domain.market import Quote
from argonaut.domain.order import Filled
from argonaut.domain.signal import Enter, Exit, Notional, Skip
from argonaut.strategies.airdrop_promo import AirdropPromo, Params
from tests.strategies.feeding import BTC, NAME, SECOND_NS, START_NS, holding

NOW_NS = START_NS
WORTH = {"min_volume_quote": "500", "pool_quote": "100000", "mode": "equal"}


def an_event(payload=None, **fields):
    told: dict[str, Any] = {
        "event_ns": NOW_NS,
        "event_id": "p1",
        "source": "binance",
        "kind": "promo",
        "symbols": ("BTC",),
        "priority": 0.7,
        "payload": WORTH | (payload or {}),
    }
    return ExternalEvent(**(told | fields))


def quoted(spread=0.002, at_ns=NOW_NS, **params):
    strategy = AirdropPromo(NAME, BTC, Params(**params))
    quote_at(strategy, at_ns, spread)
    return strategy


def quote_at(strategy, at_ns, spread=0.002):
    half = 100 * spread / 2
    strategy.on_quote(Quote(BTC, at_ns, bid=100 - half, ask=100 + half), holding())


def said(event, strategy=None, held=None):
    return list((strategy or quoted()).on_event(event, held or holding()) or ())


def blocker(event, strategy=None, held=None):
    (skip,) = said(event, strategy, held)
    assert isinstance(skip, Skip)
    return skip.reason


def fill(strategy, quote_units, at_ns, held):
    filled = Filled(
        client_order_id=ClientOrderId("x"),
        event_ns=at_ns,
        fill_id=FillId(f"f{at_ns}"),
        price=Decimal(100),
        quantity=Decimal(repr(quote_units)) / 100,
    )
    strategy.on_fill(filled, held)


def play(strategy, event, *, most=100):
    """Join and answer every wish with its fill; return the sizes traded and what was said last."""
    sizes: list[float] = []
    wishes, held, now_ns = said(event, strategy), 0.0, NOW_NS
    for _ in range(most):
        (wish,) = wishes
        if isinstance(wish, Skip):
            return sizes, wish.reason
        if isinstance(wish, Enter):
            assert isinstance(wish.size, Notional)
            held = float(wish.size.quote)
            sizes.append(held)
        else:
            sizes.append(-held)
            held = 0.0
        now_ns += SECOND_NS
        owned = holding(repr(held / 100))
        fill(strategy, abs(sizes[-1]), now_ns, owned)
        now_ns = strategy.wake_at()
        quote_at(strategy, now_ns)
        wishes = list(strategy.on_timer(TimerFired(event_ns=now_ns, key="x"), owned))
    raise AssertionError("it does not end")


# defaults


def test_the_defaults_are_those_of_the_spec() -> None:
    params = Params()

    assert (params.priority_min, params.reward_min_quote) == (0.7, 8.0)
    assert (params.spread_fraction_max, params.cooldown_s) == (0.04, 7200.0)
    assert (params.size_min_quote, params.size_max_quote) == (25.0, 300.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"priority_min": 7},
        {"spread_fraction_max": 4},
        {"reward_min_quote": 0},
        {"fee_fraction": -0.1},
        {"size_min_quote": 301},
        {"leg_gap_s": float("inf")},
    ],
)
def test_a_guard_that_guards_nothing_is_refused(wrong) -> None:
    with pytest.raises(InvalidValueError, match=f"want .*{next(iter(wrong))}"):
        Params(**wrong)


# joining


def test_a_promotion_that_pays_is_joined_with_half_its_volume() -> None:
    """The sale of what is bought counts as volume too."""
    (entry,) = said(an_event())

    assert isinstance(entry, Enter)
    assert entry.size == Notional(Decimal("250.0"))
    assert entry.protection.stop_fraction == 0.05
    assert entry.reason == "joins promotion p1: 500 to trade"


def test_a_small_volume_is_bought_with_25_at_least() -> None:
    """Half of 30 would be refused by most venues."""
    (entry,) = said(an_event({"min_volume_quote": "30"}))

    assert entry.size == Notional(Decimal("25.0"))


def test_other_kinds_and_coins_are_not_for_us() -> None:
    assert said(an_event(kind="listing")) == []
    assert said(an_event(symbols=("ETH",))) == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"priority": 0.69}, "want priority >= 0.7, not 0.69"),
        ({"payload": {"starts_ns": str(NOW_NS + 1)}}, "it has not begun"),
        ({"payload": {"ends_ns": str(NOW_NS)}}, "it is over"),
        ({"payload": {"wants_registration": "true"}}, "it wants a person to register"),
        ({"payload": {"min_volume_quote": ""}}, "it names no volume to trade"),
        ({"payload": {"min_volume_quote": "nan"}}, "it names no volume to trade"),
        ({"payload": {"min_volume_quote": "5001"}}, "it wants 5001 traded, 5000 are allowed"),
        ({"payload": {"pool_quote": "79999"}}, "want a reward of 8, not 8.00"),
        ({"payload": {"pool_quote": ""}}, "want a reward of 8, not 0.00"),
        ({"payload": {"cap_quote": "5"}}, "want a reward of 8, not 5.00"),
        ({"payload": {"mode": "ranked"}}, "want a reward of 8, not 0.00"),
        ({"payload": {"participants": "100000"}}, "want a reward of 8, not 1.00"),
        (
            {"payload": {"min_volume_quote": "5000"}},
            "a reward of 10.00 does not pay for a cost of 12.50",
        ),
    ],
)
def test_each_guard_holds_and_says_so(fields, reason) -> None:
    assert blocker(an_event(**fields)) == f"promotion p1, but {reason}"


def test_a_wide_spread_and_an_old_quote_are_not_paid() -> None:
    assert "a spread of 4.10%, want at most 4.00%" in blocker(an_event(), quoted(spread=0.041))
    assert "no quote of the last 30 s" in blocker(an_event(), quoted(at_ns=NOW_NS - 31 * SECOND_NS))
    assert "no quote" in blocker(an_event(), AirdropPromo(NAME, BTC, Params()))


def test_one_promotion_at_a_time_and_two_hours_between() -> None:
    strategy = quoted(quote_age_max_s=1e6)
    said(an_event(), strategy)
    assert "promotion p1 is not finished" in blocker(an_event(event_id="p2"), strategy)
    play(strategy := quoted(quote_age_max_s=1e6), an_event())

    soon = an_event(event_id="p2", event_ns=NOW_NS + 7199 * SECOND_NS)
    later = an_event(event_id="p2", event_ns=NOW_NS + 7200 * SECOND_NS)

    assert "cooldown of 7200 s" in blocker(soon, strategy)
    assert isinstance(said(later, strategy)[0], Enter)


def test_what_is_held_for_another_reason_is_not_mixed_in() -> None:
    assert "something is held" in blocker(an_event(), held=holding("1"))


# trading the volume


def test_a_volume_is_bought_and_sold_and_the_participation_recorded() -> None:
    sizes, record = play(quoted(), an_event())

    assert sizes == [250.0, -250.0]
    assert record == "promotion p1: traded 500.00 of 500.00, met"


def test_a_large_volume_takes_several_rounds_of_at_most_300() -> None:
    event = an_event({"min_volume_quote": "1400", "pool_quote": "1000000"})

    sizes, record = play(quoted(), event)

    assert sizes == [300.0, -300.0, 300.0, -300.0, 100.0, -100.0]
    assert record.endswith("met")


def test_when_the_period_ends_it_sells_and_stops() -> None:
    """What is left over is an open risk without a reward."""
    event = an_event(
        {
            "min_volume_quote": "1400",
            "pool_quote": "1000000",
            "ends_ns": str(NOW_NS + 8 * SECOND_NS),
        }
    )

    sizes, record = play(quoted(), event)

    assert sizes == [300.0, -300.0]
    assert record == "promotion p1: traded 600.00 of 1400.00, missed, it is over"


def test_it_waits_where_the_spread_has_become_wide() -> None:
    strategy = quoted()
    said(an_event({"min_volume_quote": "1400", "pool_quote": "1000000"}), strategy)
    fill(strategy, 300.0, NOW_NS, holding("3"))
    fill(strategy, 300.0, NOW_NS, holding())
    then = strategy.wake_at()
    quote_at(strategy, then, spread=0.05)

    assert list(strategy.on_timer(TimerFired(event_ns=then, key="x"), holding())) == []
    assert strategy.wake_at() == then + 5 * SECOND_NS


def test_it_waits_while_an_order_works() -> None:
    strategy = quoted()
    said(an_event(), strategy)
    fill(strategy, 250.0, NOW_NS, holding("2.5"))
    then = strategy.wake_at()
    working = holding("2.5", exiting=Decimal("-2.5"))

    assert list(strategy.on_timer(TimerFired(event_ns=then, key="x"), working)) == []
    assert strategy.wake_at() == then + 5 * SECOND_NS


def test_a_restart_goes_on_where_it_was() -> None:
    """Otherwise the bought half stays, or the volume is traded twice."""
    before = quoted()
    said(an_event(), before)
    fill(before, 250.0, NOW_NS, holding("2.5"))
    after = quoted()

    after.load(before.save())

    assert after.explain() == "p1: traded 250.00 of 500.00"
    (wish,) = after.on_timer(TimerFired(event_ns=after.wake_at(), key="x"), holding("2.5"))
    assert isinstance(wish, Exit)


def test_fills_of_no_promotion_and_timers_of_none_do_nothing() -> None:
    strategy = quoted()

    fill(strategy, 10.0, NOW_NS, holding())

    assert strategy.wake_at() is None
    assert list(strategy.on_timer(TimerFired(event_ns=NOW_NS, key="x"), holding())) == []


@given(st.floats(1, 5000))
def test_it_always_ends_flat_and_within_the_bounds_of_a_size(volume) -> None:
    event = an_event({"min_volume_quote": repr(volume), "pool_quote": "10000000"})

    sizes, record = play(quoted(), event)

    assert sum(sizes) == pytest.approx(0)
    assert all(24.99 <= abs(size) <= 300 for size in sizes)
    assert record.endswith("met")
