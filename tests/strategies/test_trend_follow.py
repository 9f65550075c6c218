"""Every guard and default of TrendFollow: enter when all agree, leave where it was said."""

from dataclasses import replace
from decimal import Decimal

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.order import Side
from argonaut.domain.signal import (
    Enter,
    EquityFraction,
    Exit,
    Protect,
    Protection,
    Skip,
    Target,
)
from argonaut.strategies.trend_follow import Params, TrendFollow
from tests.strategies.feeding import BTC, MINUTE_NS, NAME, START_NS, a_bar, holding

FOUR_HOURS_NS = 240 * MINUTE_NS
BAR = a_bar(99.0, 102.0, 98.0, 101.0, timeframe_ns=FOUR_HOURS_NS)
READINGS = {
    "fast": 100.0,
    "slow": 90.0,
    "confirm_fast": 100.0,
    "confirm_slow": 95.0,
    "regime_fast": 90.0,
    "regime_slow": 80.0,
    "rsi": 60.0,
    "atr": 4.0,
    "lowest": 97.0,
    "highest": 103.0,
}
DOWN = {
    "fast": 90.0,
    "slow": 100.0,
    "confirm_fast": 95.0,
    "confirm_slow": 100.0,
    "regime_fast": 80.0,
    "regime_slow": 90.0,
    "rsi": 40.0,
}


def trend(params=None, **readings):
    """A TrendFollow whose indicators read what an entry wants, but for those named."""
    strategy = TrendFollow(NAME, BTC, params or Params())
    for name, value in {**READINGS, **readings}.items():
        getattr(strategy, name).value = value
    return strategy


def said(strategy, held=None, bar=BAR):
    return list(strategy.on_bar(bar, held or holding()))


def blocker(strategy, held=None):
    (skip,) = said(strategy, held)
    assert isinstance(skip, Skip)
    return skip.reason


# the defaults


def test_the_defaults_are_those_of_the_specification():
    """4h 50/200, 1h 100/400, 1d 50/200; RSI 14 in 52-72; stop 3 bars - 1.2 ATR(14), target 2."""
    assert Params() == Params(
        timeframe="4h",
        fast_bars=50,
        slow_bars=200,
        confirm_timeframe="1h",
        confirm_fast_bars=100,
        confirm_slow_bars=400,
        regime_timeframe="1d",
        regime_fast_bars=50,
        regime_slow_bars=200,
        regime="required",
        rsi_bars=14,
        rsi_low=52.0,
        rsi_high=72.0,
        atr_bars=14,
        stop_bars=3,
        stop_atr=1.2,
        target_atr=2.0,
        cooldown_bars=3,
        shorts=False,
        equity_fraction=Decimal("0.015"),
        notional_min_quote=Decimal(75),
    )


def test_every_length_is_read_on_its_own_timeframe():
    declared = TrendFollow(NAME, BTC, Params()).declared

    assert [
        (
            type(each.indicator).__name__,
            each.indicator.save()["parameters"]["length"],
            each.timeframe_ns // MINUTE_NS,
        )
        for each in declared
    ] == [
        ("Sma", 50, 240),
        ("Sma", 200, 240),
        ("Rsi", 14, 240),
        ("Atr", 14, 240),
        ("RollingLow", 3, 240),
        ("RollingHigh", 3, 240),
        ("Sma", 100, 60),
        ("Sma", 400, 60),
        ("Sma", 50, 1440),
        ("Sma", 200, 1440),
    ]


def test_it_decides_on_bars_of_the_primary_timeframe_alone():
    assert TrendFollow(NAME, BTC, Params(timeframe="2h")).timeframes_ns() == (120 * MINUTE_NS,)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"fast_bars": 200}, "want 0 < fast_bars < slow_bars, not 200 and 200"),
        ({"fast_bars": 0}, "want 0 < fast_bars"),
        ({"confirm_fast_bars": 400}, "want 0 < confirm_fast_bars < confirm_slow_bars"),
        ({"regime_slow_bars": 50}, "want 0 < regime_fast_bars < regime_slow_bars"),
        ({"timeframe": "4H"}, "want a timeframe"),
        ({"confirm_timeframe": "hour"}, "want a timeframe"),
        ({"regime_timeframe": ""}, "want a timeframe"),
        ({"rsi_low": 72.0}, "want 0 <= rsi_low < rsi_high <= 100, not 72.0 and 72.0"),
        ({"rsi_high": 100.5}, "rsi_high <= 100"),
        ({"rsi_low": float("nan")}, "rsi_low"),
        ({"rsi_bars": 0}, "want rsi_bars > 0"),
        ({"atr_bars": -1}, "want atr_bars > 0"),
        ({"stop_bars": 0}, "want stop_bars > 0"),
        ({"stop_atr": float("nan")}, "want stop_atr > 0, not nan"),
        ({"target_atr": float("inf")}, "want target_atr > 0, not inf"),
        ({"cooldown_bars": -1}, "want cooldown_bars >= 0"),
        ({"equity_fraction": Decimal("1.5")}, "1.5 percent"),
        ({"equity_fraction": Decimal(0)}, "want 0 < equity_fraction"),
        ({"notional_min_quote": Decimal(-75)}, "want notional_min_quote >= 0"),
    ],
)
def test_params_that_cannot_work_are_refused_by_name(wrong, complaint):
    with pytest.raises(InvalidValueError, match=complaint):
        Params(**wrong)


def test_params_at_the_edge_of_what_works_are_taken():
    edge = Params(
        rsi_low=0.0,
        rsi_high=100.0,
        equity_fraction=Decimal(1),
        cooldown_bars=0,
        notional_min_quote=Decimal(0),
    )

    assert (edge.rsi_low, edge.cooldown_bars) == (0.0, 0)


# entering


def test_it_enters_long_when_three_timeframes_and_the_rsi_agree():
    assert said(trend()) == [
        Enter(
            strategy_id=NAME,
            instrument_id=BTC,
            side=Side.BUY,
            size=EquityFraction(Decimal("0.015"), Decimal(75)),
            protection=Protection(
                stop_price=97.0 - 1.2 * 4.0,
                targets=(Target(price=101.0 + 2.0 * 4.0),),
                exit_tag="trend_follow_exit",
            ),
            tag="trend_follow_long",
            reason="averages point up on 4h, 1h, 1d; RSI 60.0, ATR 4",
        )
    ]


def test_it_enters_short_as_the_mirror_of_long():
    """Stop above the highest high of 3 bars, target below the close, RSI 28 to 48."""
    (entry,) = said(trend(Params(shorts=True), **DOWN))

    assert (entry.side, entry.tag) == (Side.SELL, "trend_follow_short")
    assert entry.protection.stop_price == pytest.approx(103.0 + 1.2 * 4.0)
    assert entry.protection.targets == (Target(price=101.0 - 2.0 * 4.0),)
    assert entry.reason == "averages point down on 4h, 1h, 1d; RSI 40.0, ATR 4"


def test_shorts_are_off_by_default():
    assert blocker(trend(**DOWN)) == "trend is down, shorts are off"


@pytest.mark.parametrize(
    "other",
    [
        {"fast": 80.0},
        {"confirm_fast": 80.0},
        {"regime_fast": 70.0},
        {"fast": 90.0},  # equal to the slow one: no direction
    ],
)
def test_one_timeframe_that_disagrees_keeps_it_out(other):
    assert blocker(trend(**other)) == "timeframes disagree"


@pytest.mark.parametrize(("rsi", "enters"), [(51.9, 0), (52.0, 1), (72.0, 1), (72.1, 0)])
def test_a_long_wants_the_rsi_within_52_and_72(rsi, enters):
    """Below is no momentum; above, the move is old and the target close to its end."""
    strategy = trend(rsi=rsi)

    assert isinstance(said(strategy)[0], Enter if enters else Skip)
    assert strategy.explain() == ("" if enters else "RSI outside 52 to 72")


@pytest.mark.parametrize(("rsi", "enters"), [(27.9, 0), (28.0, 1), (48.0, 1), (48.1, 0)])
def test_a_short_wants_the_rsi_within_28_and_48(rsi, enters):
    strategy = trend(Params(shorts=True), **{**DOWN, "rsi": rsi})

    assert isinstance(said(strategy)[0], Enter if enters else Skip)
    assert strategy.explain() == ("" if enters else "RSI outside 28 to 48")


def test_an_entry_that_was_refused_is_asked_for_again():
    """Risk may say no for a minute; a strategy that believes it is in would miss the trend."""
    strategy = trend()
    first, second = said(strategy), said(strategy)

    assert first == second
    assert isinstance(second[0], Enter)


def test_a_working_entry_is_not_asked_for_twice():
    assert said(trend(), holding(entering=Decimal(1))) == []


def test_a_range_too_wide_for_a_stop_above_zero_is_a_reason_and_no_crash():
    """A coin that fell to a tenth has an ATR above its price."""
    assert blocker(trend(atr=90.0)) == "range too wide: stop or target would lie below zero"
    assert (
        blocker(trend(Params(shorts=True), **DOWN, atr=60.0))
        == "range too wide: stop or target would lie below zero"
    )


# warming up


def test_it_says_how_much_history_it_waits_for():
    cold = TrendFollow(NAME, BTC, Params())

    assert blocker(cold) == "waits for history: 200 bars of 4h, 400 bars of 1h, 200 bars of 1d"


def test_each_missing_history_is_named_until_it_is_there():
    names = ("slow", "confirm_slow", "regime_slow", "rsi", "atr", "lowest")

    assert {name: blocker(trend(**{name: None})) for name in names} == {
        "slow": "waits for history: 200 bars of 4h",
        "confirm_slow": "waits for history: 400 bars of 1h",
        "regime_slow": "waits for history: 200 bars of 1d",
        "rsi": "waits for history: 15 bars of 4h",
        "atr": "waits for history: 15 bars of 4h",
        "lowest": "waits for history: 3 bars of 4h",
    }


def test_a_regime_that_is_required_is_waited_for():
    assert blocker(trend(regime_slow=None)) == "waits for history: 200 bars of 1d"


def test_a_regime_when_warm_is_left_out_while_cold_and_the_reason_says_so():
    (entry,) = said(trend(Params(regime="when_warm"), regime_slow=None))

    assert entry.reason == "averages point up on 4h, 1h; RSI 60.0, ATR 4"


def test_a_regime_when_warm_counts_once_it_is_warm():
    assert blocker(trend(Params(regime="when_warm"), regime_fast=70.0)) == "timeframes disagree"


# telling why not


def test_a_reason_is_told_when_it_changes_and_not_on_every_bar():
    """`argonaut why` reads these; a row a bar would bury the one that matters."""
    strategy = trend(rsi=80.0)
    reasons = [each.reason for each in said(strategy) + said(strategy)]
    strategy.fast.value = 80.0
    reasons += [each.reason for each in said(strategy) + said(strategy)]

    assert reasons == ["RSI outside 52 to 72", "timeframes disagree"]
    assert strategy.explain() == "timeframes disagree"


def test_after_an_entry_an_old_reason_is_told_again():
    strategy = trend(rsi=80.0)
    said(strategy)
    strategy.rsi.value = 60.0
    said(strategy)
    strategy.rsi.value = 80.0

    assert blocker(strategy) == "RSI outside 52 to 72"


# cooldown


@pytest.mark.parametrize(
    ("bars_ago", "enters"), [(0.0, False), (1.5, False), (2.99, False), (3.0, True), (3.5, True)]
)
def test_three_bars_of_cooldown_follow_an_exit(bars_ago, enters):
    """The time comes from the ledger, so a restart or a refused exit cannot lose it."""
    closed_ns = BAR.close_ns - int(bars_ago * FOUR_HOURS_NS)
    (answer,) = said(trend(), holding(closed_ns=closed_ns))

    assert isinstance(answer, Enter) is enters
    if not enters:
        assert answer.reason == "cooldown of 3 bars"


def test_without_cooldown_it_may_turn_around_at_once():
    answers = said(trend(Params(cooldown_bars=0)), holding(closed_ns=BAR.close_ns))

    assert isinstance(answers[0], Enter)


# holding


def long(**fields):
    defaults = {"average_price": Decimal(100), "stop_price": Decimal(90), "opened_ns": START_NS}
    return holding("1", **{**defaults, **fields})


def short(**fields):
    defaults = {"average_price": Decimal(100), "stop_price": Decimal(110), "opened_ns": START_NS}
    return holding("-1", **{**defaults, **fields})


def test_while_held_it_never_enters_again():
    assert said(trend(), long(stop_price=Decimal(95))) == []


def test_the_stop_follows_the_low_of_three_bars_upwards():
    (moved,) = said(trend(), long())

    assert isinstance(moved, Protect)
    assert moved.stop_price == pytest.approx(97.0 - 1.2 * 4.0)


@pytest.mark.parametrize("stop", ["92.2", "95", "150"])
def test_the_stop_of_a_long_is_never_lowered(stop):
    """A stop that loosens is a loss nobody agreed to."""
    assert said(trend(), long(stop_price=Decimal(stop))) == []


@pytest.mark.parametrize(("stop", "moves"), [("110", 1), ("107.8", 0), ("105", 0)])
def test_the_stop_of_a_short_is_never_raised(stop, moves):
    answers = said(trend(Params(shorts=True), **DOWN), short(stop_price=Decimal(stop)))

    assert len(answers) == moves
    assert all(each.stop_price == pytest.approx(103.0 + 1.2 * 4.0) for each in answers)


def test_a_stop_that_would_lie_below_zero_stays_where_it_is():
    assert said(trend(atr=90.0), long()) == []


def test_a_cross_back_is_an_exit_with_the_gain_so_far():
    (leaving,) = said(trend(fast=80.0), long())

    assert leaving == Exit(
        strategy_id=NAME,
        instrument_id=BTC,
        tag="trend_follow_exit",
        reason="fast average crossed back over slow, P&L +1.00%",
    )


def test_a_short_leaves_at_a_cross_up_with_the_gain_so_far():
    (leaving,) = said(trend(), short())

    assert leaving.reason == "fast average crossed back over slow, P&L -1.00%"


def test_an_exit_is_asked_for_once():
    assert said(trend(fast=80.0), long(exiting=Decimal(-1))) == []


def test_other_timeframes_do_not_make_it_leave():
    """They are what an entry wants; the stop and the target are what ends it."""
    assert said(trend(confirm_fast=10.0, regime_fast=10.0), long(stop_price=Decimal(95))) == []


def test_every_length_is_a_knob():
    """Whoever has ten days of bars can still run it, by saying which lengths."""
    params = replace(Params(), slow_bars=60, confirm_slow_bars=120, regime_slow_bars=51)

    assert (
        blocker(TrendFollow(NAME, BTC, params))
        == "waits for history: 60 bars of 4h, 120 bars of 1h, 51 bars of 1d"
    )


def test_the_tuner_is_off_by_default():
    """Nothing moves its knobs, and nothing is saved for it."""
    assert "tuner" not in TrendFollow(NAME, BTC, Params()).save()
