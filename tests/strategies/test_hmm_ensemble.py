"""Every guard and default of HmmEnsemble."""

from decimal import Decimal

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.market import Quote
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Exit, Notional, Protection, Skip, Target
from argonaut.domain.tuning import Calibration, Tuning, calibration_event
from argonaut.strategies.hmm_ensemble import HmmEnsemble, Params
from tests.indicators.hmm.cards import a_card
from tests.strategies.ensembles import BULLISH, CHOPPY, an_ensemble, said, told_model
from tests.strategies.feeding import BTC, MINUTE_NS, NAME, SECOND_NS, START_NS, a_trade, holding


def blocker(strategy, held=None, *, minute=0):
    (skip,) = said(strategy, held, minute=minute)
    assert isinstance(skip, Skip)
    return skip.reason


def entry_of(strategy, held=None, *, minute=0):
    (entry,) = said(strategy, held, minute=minute)
    assert isinstance(entry, Enter)
    return entry


# the defaults


def test_the_defaults_are_those_of_the_specification():
    """MA 9/21, window 120, 0.5/0.5, 0.6, 30 s, 60 s, 10 USD, 20 bp, 30 bp."""
    assert Params() == Params(
        timeframe="1m",
        fast_bars=9,
        slow_bars=21,
        window_bars=120,
        short_bars=15,
        average_weight=0.5,
        regime_weight=0.5,
        min_confidence=0.6,
        cooldown_s=30.0,
        evaluate_s=60.0,
        notional_quote=Decimal(10),
        target_fraction=0.002,
        stop_fraction=0.003,
        shorts=False,
        models="data/models",
        model="",
        calibrations="data/calibration",
        canary_bars=1440,
        canary_bars_max=7200,
        canary_sigmas=2.0,
        cost_fraction=0.002,
        drift_sigmas=4.0,
    )


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"fast_bars": 21}, "want 0 < fast_bars < slow_bars, not 21 and 21"),
        ({"short_bars": 120}, "want 0 < short_bars < window_bars"),
        ({"min_confidence": 1.1}, "want 0 <= min_confidence <= 1"),
        ({"min_confidence": float("nan")}, "want 0 <= min_confidence <= 1"),
        ({"average_weight": 0.6}, "want average_weight \\+ regime_weight = 1"),
        ({"target_fraction": 20.0}, "0.002 is 20 bp"),
        ({"stop_fraction": 0.0}, "want 0 < stop_fraction < 1"),
        ({"evaluate_s": 0.0}, "want evaluate_s > 0"),
        ({"notional_quote": Decimal(0)}, "want notional_quote > 0"),
        ({"canary_bars": 0}, "want canary_bars > 0"),
        ({"canary_sigmas": float("inf")}, "want canary_sigmas > 0"),
        ({"cooldown_s": -1.0}, "want cooldown_s >= 0"),
        ({"cost_fraction": -0.1}, "want cost_fraction >= 0"),
        ({"drift_sigmas": -1.0}, "want drift_sigmas >= 0"),
        ({"canary_bars": 8000}, "want canary_bars <= canary_bars_max"),
        ({"timeframe": "soon"}, "soon"),
    ],
)
def test_params_that_cannot_work_are_refused_by_name(wrong, complaint):
    with pytest.raises(InvalidValueError, match=complaint):
        Params(**wrong)


def test_it_reads_bars_of_one_minute_with_averages_of_9_and_21_and_a_window_of_120():
    strategy = HmmEnsemble(NAME, BTC, Params())

    assert strategy.timeframes == ("1m",)
    assert (strategy.fast.warmup, strategy.slow.warmup) == (9, 21)
    assert (strategy.features.window_bars, strategy.features.short_bars) == (120, 15)


def test_it_wants_a_model_and_a_calibration_named_after_its_symbol():
    assert HmmEnsemble(NAME, BTC, Params()).tunings() == (
        Tuning("model", "data/models", "btc-usdt"),
        Tuning("calibration", "data/calibration", "BTC-USDT"),
    )


# the vote


def test_both_votes_up_is_a_buy_of_10_usd_with_target_20_bp_and_stop_30_bp():
    entry = entry_of(an_ensemble(BULLISH, average=1))

    assert (entry.side, entry.size) == (Side.BUY, Notional(Decimal(10)))
    assert entry.protection == Protection(stop_fraction=0.003, targets=(Target(fraction=0.002),))
    assert entry.confidence > 0.9
    assert entry.tag == "hmm_ensemble"


@pytest.mark.parametrize(("told", "enters"), [((0.0, 0.8, 0.2), True), ((0.01, 0.8, 0.19), False)])
def test_each_vote_has_half_the_weight_and_the_sum_has_to_reach_0_6(told, enters):
    """An average that points up is worth 0.5; the model has to add 0.1."""
    strategy = an_ensemble(told, average=1)

    assert isinstance(said(strategy)[0], Enter) is enters


def test_an_average_alone_is_not_enough():
    assert blocker(an_ensemble(CHOPPY, average=1)).startswith("confidence below 0.6: MA 9 above 21")


def test_votes_against_each_other_cancel():
    assert "confidence below 0.6" in blocker(an_ensemble(BULLISH, average=-1))


def test_averages_on_each_other_do_not_vote():
    assert "MA 9 on 21" in blocker(an_ensemble(BULLISH, average=0))


def test_the_weights_are_knobs():
    strategy = an_ensemble(BULLISH, average=-1, average_weight=0.0, regime_weight=1.0)

    assert isinstance(said(strategy)[0], Enter)


def test_price_and_regime_probabilities_are_recorded_with_each_decision():
    told = an_ensemble((0.05, 0.05, 0.9), average=1)

    assert said(told)[0].reason == (
        "MA 9 above 21; bear 0.050, chop 0.050, bull 0.900; score +0.925, confidence 0.925; "
        "price 100; btc-usdt v1"
    )
    assert "bear 0.000, chop 1.000, bull 0.000" in blocker(an_ensemble(CHOPPY, average=1))


def test_the_latest_price_is_that_of_the_last_trade_or_quote():
    strategy = an_ensemble(BULLISH, average=1)
    strategy.on_trade(a_trade(1, 101.5), holding())
    assert strategy._price == 101.5
    strategy.on_quote(Quote(BTC, START_NS, bid=99.0, ask=100.0), holding())

    assert strategy._price == 99.5


def test_bearish_is_a_short_only_where_shorts_are_on():
    bearish = (0.95, 0.05, 0.0)

    assert blocker(an_ensemble(bearish, average=-1)).startswith("bearish, and shorts are off")
    entry = entry_of(an_ensemble(bearish, average=-1, shorts=True))
    assert entry.side is Side.SELL


# holding


def test_what_is_held_is_closed_when_both_votes_turn():
    (leave,) = said(an_ensemble((0.95, 0.05, 0.0), average=-1), holding("1"))

    assert isinstance(leave, Exit)
    assert leave.reason.startswith("both votes turned: MA 9 below 21")


def test_what_is_held_is_left_to_its_bracket_otherwise():
    assert said(an_ensemble(BULLISH, average=1), holding("1")) == []
    assert said(an_ensemble(CHOPPY, average=-1), holding("1")) == []


def test_an_exit_under_way_is_not_asked_for_again():
    leaving = holding("1", exiting=Decimal(-1))

    assert said(an_ensemble((0.95, 0.05, 0.0), average=-1), leaving) == []


def test_an_entry_under_way_is_not_asked_for_again():
    entering = holding("0", entering=Decimal(1))

    assert "on its way" in blocker(an_ensemble(BULLISH, average=1), entering)


# clocks


@pytest.mark.parametrize(("seconds", "enters"), [(29, False), (30, True)])
def test_30_seconds_of_cooldown_follow_the_close_of_a_position(seconds, enters):
    now_ns = START_NS + MINUTE_NS
    closed = holding(closed_ns=now_ns - seconds * SECOND_NS)
    (told,) = said(an_ensemble(BULLISH, average=1), closed)

    assert isinstance(told, Enter) is enters
    assert enters or told.reason.startswith("cooldown of 30 s")


def test_cooldown_follows_an_entry_that_was_asked_for_too():
    """One the gate refused is not asked for at every bar."""
    strategy = an_ensemble(BULLISH, average=1, cooldown_s=90.0)

    assert isinstance(said(strategy)[0], Enter)
    assert "cooldown of 90 s" in blocker(strategy, minute=1)
    assert isinstance(said(strategy, minute=2)[0], Enter)


def test_it_is_evaluated_every_60_seconds():
    strategy = an_ensemble(BULLISH, average=1, evaluate_s=180.0, cooldown_s=0.0)
    decided = [minute for minute in range(7) if said(strategy, minute=minute)]

    assert decided == [0, 3, 6]


def test_by_default_every_bar_of_a_minute_is_evaluated():
    strategy = an_ensemble(BULLISH, average=1, cooldown_s=0.0)

    assert [minute for minute in range(3) if said(strategy, minute=minute)] == [0, 1, 2]


def test_a_reason_is_told_when_it_changes_and_once_an_hour():
    strategy = an_ensemble(CHOPPY, average=1)
    told = [minute for minute in range(125) if said(strategy, minute=minute)]

    assert told == [0, 60, 120]
    assert strategy.explain().startswith("confidence below 0.6")


# calibration


def calibrated(strategy, **factors):
    told = calibration_event(Calibration(**factors), NAME, BTC, event_ns=START_NS)
    return list(strategy.on_event(told, holding()) or ())


def test_the_multiplier_of_the_calibration_scales_10_usd():
    strategy = an_ensemble(BULLISH, average=1)
    calibrated(strategy, notional_multiplier=2.5)

    assert entry_of(strategy).size == Notional(Decimal(25))


def test_the_gain_of_the_calibration_scales_the_confidence():
    strategy = an_ensemble((0.0, 0.9, 0.1), average=1)
    assert "confidence 0.550" in blocker(strategy)
    calibrated(strategy, confidence_gain=1.1)

    assert entry_of(strategy, minute=1).confidence == pytest.approx(0.605)


def test_the_scale_of_the_calibration_scales_the_cooldown():
    strategy = an_ensemble(BULLISH, average=1)
    calibrated(strategy, cooldown_scale=4.0)
    closed = holding(closed_ns=START_NS)

    assert "cooldown of 120 s" in blocker(strategy, closed)


def test_a_reload_is_told_once_and_only_when_something_changed():
    strategy = an_ensemble(BULLISH, average=1)

    (told,) = calibrated(strategy, confidence_gain=1.2)
    assert told.reason == "calibration: confidence x1.2, notional x1, cooldown x1"
    assert calibrated(strategy, confidence_gain=1.2) == []


def test_a_calibration_of_another_strategy_is_not_ours():
    strategy = an_ensemble(BULLISH, average=1)
    event = calibration_event(
        Calibration(notional_multiplier=9.0), type(NAME)("other"), BTC, event_ns=START_NS
    )

    assert strategy.on_event(event, holding()) is None
    assert strategy.calibration == Calibration()


# the canary's and the drift's defaults; what they do is in test_hmm_ensemble_models.py


def test_a_candidate_is_watched_for_one_day_at_least_and_five_at_most():
    rule = HmmEnsemble(NAME, BTC, Params())._canary.rule

    assert (rule.bars_min, rule.bars_max) == (1440, 7200)


def test_a_candidate_has_to_be_two_sigmas_better_after_costs_of_20_bp():
    rule = HmmEnsemble(NAME, BTC, Params())._canary.rule

    assert (rule.sigmas, rule.cost_fraction) == (2.0, 0.002)
    assert (rule.stop_fraction, rule.target_fraction) == (0.003, 0.002)


@pytest.mark.parametrize(("sways", "drifts"), [(3.9, False), (4.1, True)])
def test_a_block_of_four_sways_below_what_training_saw_is_drift(sways, drifts):
    strategy = an_ensemble(BULLISH, average=1)
    current = strategy.current
    assert current is not None
    current.block_rows = current.card.block_rows
    current.block_mean = current.card.usual - sways * current.card.sway

    assert any("has drifted" in each.reason for each in said(strategy)) is drifts


# warm-up, and no model


def test_without_a_model_it_says_how_to_make_one():
    strategy = HmmEnsemble(NAME, BTC, Params())

    assert "train one with `argonaut train hmm`" in blocker(strategy)


def test_before_121_bars_it_says_that_it_waits():
    strategy = HmmEnsemble(NAME, BTC, Params())
    told_model(strategy, a_card())

    assert blocker(strategy) == "want 121 bars of 1m, with volume and moves in them"


def test_a_dead_market_is_no_reason_to_trade():
    strategy = an_ensemble(BULLISH, average=1)
    strategy.features.drift = None

    assert "with volume and moves in them" in blocker(strategy)
