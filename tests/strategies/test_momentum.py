"""Every guard and default of Momentum, by its rule for bars and by its rule for ticks."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Notional, Protection, Skip, Target
from argonaut.strategies.momentum import Momentum, Params
from tests.strategies.feeding import (
    BTC,
    MINUTE_NS,
    NAME,
    SECOND_NS,
    START_NS,
    Feeding,
    a_bar,
    a_trade,
    holding,
)

RISEN = a_bar(100.0, 102.0, 100.0, 101.0, 20.0)


def on_bars(high=101.0, volume=10.0, **params):
    """A Momentum for bars whose baseline of six bars has this high and mean volume."""
    strategy = Momentum(NAME, BTC, Params(**params))
    strategy.bars_high.value, strategy.bars_volume.value = high, volume
    return strategy


def said(strategy, bar=RISEN, held=None):
    return list(strategy.on_bar(bar, held or holding()) or ())


def blocker(strategy, bar=RISEN, held=None):
    (skip,) = said(strategy, bar, held)
    assert isinstance(skip, Skip)
    return skip.reason


# the defaults


def test_the_defaults_are_those_of_the_specification():
    """+1.8 % in 45 s over 6 min, volume 2x; stop 0.8, trail 1.2, target 3.5 %; 180 s; 75 USD."""
    assert Params() == Params(
        source="bars",
        rise_fraction=0.018,
        window_s=45.0,
        baseline_s=360.0,
        baseline_bars=6,
        volume_factor=2.0,
        stop_fraction=0.008,
        trail_fraction=0.012,
        target_fraction=0.035,
        cooldown_s=180.0,
        notional_quote=Decimal(75),
    )


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"rise_fraction": 1.8}, "0.018 is 1.8 percent"),
        ({"rise_fraction": 1.0}, "want 0 < rise_fraction < 1"),
        ({"stop_fraction": 0.0}, "want 0 < stop_fraction < 1"),
        ({"trail_fraction": float("nan")}, "want 0 < trail_fraction < 1"),
        ({"target_fraction": -0.1}, "want 0 < target_fraction < 1"),
        ({"window_s": 0.0}, "want window_s > 0, not 0.0"),
        ({"baseline_s": float("inf")}, "want baseline_s > 0, not inf"),
        ({"baseline_bars": 0}, "want baseline_bars > 0"),
        ({"volume_factor": -1.0}, "want volume_factor > 0"),
        ({"notional_quote": Decimal(0)}, "want notional_quote > 0"),
        ({"cooldown_s": -1.0}, "want cooldown_s >= 0"),
        ({"cooldown_s": float("nan")}, "want cooldown_s >= 0"),
    ],
)
def test_params_that_cannot_work_are_refused_by_name(wrong, complaint):
    with pytest.raises(InvalidValueError, match=complaint):
        Params(**wrong)


def test_without_cooldown_it_may_buy_again_at_once():
    held = holding(closed_ns=RISEN.close_ns)

    assert isinstance(said(on_bars(cooldown_s=0.0), held=held)[0], Enter)


# the rule for bars


def test_a_risen_bar_with_volume_is_bought_with_stop_trail_and_target():
    assert said(on_bars()) == [
        Enter(
            strategy_id=NAME,
            instrument_id=BTC,
            side=Side.BUY,
            size=Notional(Decimal(75)),
            protection=Protection(
                stop_fraction=0.008, trail_fraction=0.012, targets=(Target(fraction=0.035),)
            ),
            tag="momentum",
            reason="rise of 2.00% on 2.0x the baseline's volume",
        )
    ]


@pytest.mark.parametrize(("high", "enters"), [(101.79, False), (101.8, True)])
def test_a_bar_wants_a_rise_of_1_8_percent_above_its_open(high, enters):
    assert bool(said(on_bars(), a_bar(100.0, high, 100.0, 101.0, 20.0))) is enters


@given(ticks=st.integers(1, 10**6), places=st.integers(0, 8))
def test_a_rise_of_exactly_1_8_percent_counts_at_every_price(ticks, places):
    """3.054 is 1.8 percent above 3, and yet below 3 * 1.018 in float64."""
    opened, high = ticks * 1000 / 10**places, ticks * 1018 / 10**places
    below = (ticks * 1018 - 1) / 10**places

    assert said(on_bars(high=0.0), a_bar(opened, high, opened, high, 20.0))
    assert not said(on_bars(high=0.0), a_bar(opened, below, opened, below, 20.0))


def test_the_high_has_to_be_above_the_baselines():
    """A rise inside the range of the last minutes is a swing, not a breakout."""
    assert blocker(on_bars(high=102.0)) == (
        "rise of 2.00% to 102 after a high of 102, but it is not above the baseline's high"
    )


@pytest.mark.parametrize(("close", "enters"), [(99.99, False), (100.0, True)])
def test_the_close_must_not_be_below_the_open(close, enters):
    bar = a_bar(100.0, 102.0, 99.0, close, 20.0)
    (answer,) = said(on_bars(), bar)

    assert isinstance(answer, Enter) is enters
    assert enters or answer.reason == "rise of 2.00%, but the bar closed below its open"


@pytest.mark.parametrize(("volume", "enters"), [(19.9, False), (20.0, True)])
def test_the_volume_has_to_be_twice_the_baselines_mean(volume, enters):
    bar = a_bar(100.0, 102.0, 100.0, 101.0, volume)
    (answer,) = said(on_bars(), bar)

    assert isinstance(answer, Enter) is enters
    assert enters or answer.reason == "rise of 2.00% on 2.0x the baseline's volume, but want 2x"


def test_any_volume_is_twice_none_but_none_is_not():
    """Out of silence every print is a burst; a price that moved without one is a data error."""
    (entry,) = said(on_bars(volume=0.0))

    assert entry.reason == "rise of 2.00% on any times the baseline's volume"
    assert blocker(on_bars(volume=0.0), a_bar(100.0, 102.0, 100.0, 101.0, 0.0)).endswith("want 2x")


def test_the_baseline_is_the_six_bars_before_this_one():
    """Were the risen bar in its own baseline, its high could never be above it."""
    strategy = Momentum(NAME, BTC, Params())
    feeding = Feeding(strategy)
    bars = [(105.0, 90.0), *[(101.0, 10.0)] * 6, (102.0, 20.0)]
    answers = [
        feeding.bar(a_bar(100.0, high, 100.0, 100.5, volume, minute=minute))
        for minute, (high, volume) in enumerate(bars)
    ]

    assert [type(each) for each in answers[-1]] == [Enter]
    assert strategy.bars_high.value == 101.0
    assert strategy.bars_volume.value == 10.0


def test_before_six_bars_it_says_that_it_waits():
    feeding = Feeding(Momentum(NAME, BTC, Params()))
    for minute in range(5):
        feeding.bar(a_bar(minute=minute))

    (answer,) = feeding.bar(a_bar(100.0, 102.0, 100.0, 101.0, 20.0, minute=5))

    assert answer.reason == "rise of 2.00%, but the baseline of 6 bars is not whole yet"


def test_it_buys_once_while_it_is_in():
    assert said(on_bars(), held=holding("1")) == []
    assert said(on_bars(), held=holding(entering=Decimal(1))) == []
    assert said(on_bars(), held=holding(exiting=Decimal(-1))) == []


@pytest.mark.parametrize(("seconds", "enters"), [(0, False), (179, False), (180, True)])
def test_180_seconds_of_cooldown_follow_the_close_of_a_position(seconds, enters):
    """The top of a spike is where a stopped-out strategy most wants back in."""
    held = holding(closed_ns=RISEN.close_ns - seconds * SECOND_NS)
    (answer,) = said(on_bars(), held=held)

    assert isinstance(answer, Enter) is enters
    assert enters or answer.reason.endswith("2.0x the baseline's volume, but cooldown of 180 s")


def test_a_refused_entry_is_asked_for_again_at_the_next_risen_bar():
    strategy = on_bars()

    assert [type(each) for each in said(strategy) + said(strategy)] == [Enter, Enter]


def test_a_reason_is_told_once_in_a_baselines_length():
    """In a violent hour a row a bar would bury the one that matters."""
    strategy = on_bars(high=1000.0)
    told = [
        minute
        for minute in range(14)
        if said(strategy, a_bar(100.0, 102.0, 100.0, 101.0, 20.0, minute=minute))
    ]

    assert told == [0, 6, 12]
    assert strategy.explain() == "it is not above the baseline's high"


def test_another_reason_is_told_at_once():
    strategy = on_bars(high=1000.0)
    said(strategy)
    strategy.bars_high.value = 101.0

    assert blocker(strategy, a_bar(100.0, 102.0, 99.0, 99.5, 20.0)).endswith("below its open")


def test_on_bars_it_does_not_listen_to_trades():
    strategy = Momentum(NAME, BTC, Params())

    assert strategy.on_trade(a_trade(0, 1e9), holding()) is None
    assert {each.source for each in strategy.declared} == {"bar"}


# the rule for ticks


def quiet(seconds=405, price=100.0, quantity=1.0, start=0):
    """One print a second: a baseline with nothing in it."""
    return [a_trade(start + second, price, quantity) for second in range(seconds)]


def on_trades(prints, **params):
    feeding = Feeding(Momentum(NAME, BTC, Params(source="trades", **params)))
    for each in prints:
        feeding.trade(each)
    return feeding


def burst(start, price, quantity=10.0, count=10):
    return [a_trade(start + place / 10, price, quantity) for place in range(count)]


def kinds(signals):
    return [type(each).__name__ for each in signals]


def test_on_ticks_a_burst_over_the_baselines_high_is_bought_at_once():
    feeding = on_trades([*quiet(), *burst(405, 101.9)])
    skip, entry = feeding.said

    assert skip.reason == "rise of 1.90% on 1.2x the baseline's volume, but want 2x"
    assert entry.reason == "rise of 1.90% on 2.1x the baseline's volume"
    assert feeding.holding.opened_ns == START_NS + 405 * SECOND_NS + 4 * SECOND_NS // 10
    assert entry.protection == Protection(
        stop_fraction=0.008, trail_fraction=0.012, targets=(Target(fraction=0.035),)
    )


@pytest.mark.parametrize(("price", "enters"), [(101.79, False), (101.8, True)])
def test_on_ticks_it_wants_1_8_percent_above_the_baselines_high(price, enters):
    feeding = on_trades([*quiet(), *burst(405, price)])

    assert ("Enter" in kinds(feeding.said)) is enters


def test_on_ticks_the_rise_is_against_the_high_and_not_the_last_price():
    """A dip of 2 % and its recovery within 45 s is no breakout."""
    dip = [a_trade(405 + second, 98.0) for second in range(20)]
    feeding = on_trades([*quiet(), *dip, *burst(425, 100.5)])

    assert feeding.said == []


def test_on_ticks_a_slow_rise_is_none():
    """The same 1.8 % in four minutes moves the baseline along."""
    climb = [a_trade(405 + second, 100.0 + second * 0.0075, 5.0) for second in range(240)]
    feeding = on_trades([*quiet(), *climb])

    assert feeding.said == []


@pytest.mark.parametrize(("seconds", "enters"), [(44, True), (46, False)])
def test_on_ticks_the_rise_has_to_happen_within_45_seconds(seconds, enters):
    """Half of it at once, half later: in time, the first half is not yet the baseline."""
    half = [a_trade(405 + place, 100.95, 3.0) for place in range(seconds)]
    feeding = on_trades([*quiet(), *half, *burst(405 + seconds, 101.85, 30.0)])

    assert ("Enter" in kinds(feeding.said)) is enters


@pytest.mark.parametrize(("quantity", "enters"), [(0.66, False), (0.68, True)])
def test_on_ticks_the_window_wants_twice_the_baselines_volume(quantity, enters):
    """45 s against an eighth of 360 s: 90 units where 45 are usual."""
    busy = [a_trade(405 + place / 3, 100.0, quantity) for place in range(135)]
    feeding = on_trades([*quiet(), *busy, a_trade(450, 101.9, 0.0001)])

    assert kinds(feeding.said) == (["Enter"] if enters else ["Skip"])
    assert enters or feeding.strategy.explain() == "want 2x"


@pytest.mark.parametrize(("seconds", "enters"), [(404, False), (405, True)])
def test_on_ticks_the_baseline_has_to_be_whole(seconds, enters):
    """A bot that just started knows no six minutes, and the first jump is no breakout."""
    feeding = on_trades([*quiet(seconds), *burst(seconds, 102.0, 100.0, count=1)])

    assert kinds(feeding.said) == (["Enter"] if enters else ["Skip"])
    assert enters or feeding.said[0].reason.endswith("the baseline of 360 s is not whole yet")


def test_on_ticks_the_first_price_of_all_is_never_a_breakout():
    assert on_trades([a_trade(0, 1e9, 1e9)]).said == []


def test_on_ticks_a_hole_longer_than_the_baseline_makes_it_wait_anew():
    """After an outage the price may be anywhere; that gap is not momentum."""
    after = 405 + 500
    early = on_trades([*quiet(), *quiet(60, 100.0, start=after), *burst(after + 60, 103.0)])
    late = on_trades([*quiet(), *quiet(405, 100.0, start=after), *burst(after + 405, 103.0, 99.0)])

    assert kinds(early.said) == ["Skip"]
    assert kinds(late.said) == ["Enter"]


def test_on_ticks_a_pause_shorter_than_the_baseline_leaves_it_whole():
    feeding = on_trades([*quiet(), a_trade(700, 100.0), *burst(705, 101.9, 100.0)])

    assert kinds(feeding.said) == ["Enter"]


def test_on_ticks_it_buys_once_while_it_is_in():
    feeding = on_trades([*quiet(), *burst(405, 101.9, 100.0, count=200)])

    assert kinds(feeding.said) == ["Enter"]


def test_on_ticks_180_seconds_of_cooldown_follow_the_close_of_a_position():
    """Stopped out at the top, it must not buy the next print of the same spike."""
    stopped = a_trade(426, 100.0)
    again = burst(455, 104.0, 1000.0, count=20)
    feeding = on_trades([*quiet(), *burst(405, 101.9, 100.0), stopped, *again])

    assert kinds(feeding.said) == ["Enter", "Skip"]
    assert feeding.said[1].reason.endswith("but cooldown of 180 s")


def test_on_ticks_a_refused_entry_is_asked_for_again_once_a_window():
    """At every print of a burst it would be a thousand refusals."""
    strategy = Momentum(NAME, BTC, Params(source="trades"))
    feeding = Feeding(strategy)
    for each in quiet():
        feeding.trade(each)
    asked = []
    for place in range(900):
        each = a_trade(405 + place / 10, 102.0 + place, 100.0)
        feeding.trade(each)
        feeding.holding.quantity = Decimal(0)  # whatever was asked for, the gate refused it
        if feeding.said:
            asked.append(place)
            feeding.said.clear()

    assert asked == [0, 450]


def test_on_ticks_a_reason_is_told_when_it_changes_and_not_at_every_print():
    feeding = on_trades([*quiet(), *burst(405, 103.0, 0.01, count=100)])

    assert kinds(feeding.said) == ["Skip"]
    assert feeding.strategy.explain() == "want 2x"


def test_on_ticks_it_does_not_listen_to_bars():
    strategy = Momentum(NAME, BTC, Params(source="trades"))

    assert strategy.on_bar(RISEN, holding()) is None
    assert {each.source for each in strategy.declared} == {"trade"}


@given(steps=st.lists(st.tuples(st.integers(0, 30), st.integers(-3, 3)), max_size=150))
def test_on_ticks_calm_prints_never_make_it_buy(steps):
    """Within 1.7 % of one price there is no rise of 1.8 %, whatever the volume does."""
    second, place, prints = 0, 0, []
    for pause, step in steps:
        second, place = second + pause, max(0, min(17, place + step))
        prints.append(a_trade(second, 100.0 + place / 10, 1.0 + place * 50))
    feeding = on_trades(prints)

    assert "Enter" not in kinds(feeding.said)


@given(st.floats(1e-6, 1e6), st.integers(0, 40), st.floats(0.0181, 0.5), st.floats(2.001, 100.0))
def test_on_ticks_every_burst_over_a_whole_baseline_is_bought(price, second, rise, volume):
    """The other half of not over-triggering: a true breakout is never missed."""
    late = a_trade(405 + second, price * (1 + rise), 45.0 * volume)
    feeding = on_trades([*quiet(405 + second, price), late])

    assert kinds(feeding.said) == ["Enter"]


def test_the_windows_are_whole_nanoseconds():
    strategy = Momentum(NAME, BTC, Params(source="trades", window_s=0.1, baseline_s=0.3))

    assert strategy.baseline_high.window_ns == 300_000_000
    assert strategy.baseline_high.skip_ns == MINUTE_NS // 600
