"""The rule by which a new model may decide: long enough, surely better, and not at a loss."""

import pytest

from argonaut.strategies.canary import Canary, CanaryRule, DryTrade

RULE = CanaryRule(
    bars_min=100,
    bars_max=300,
    sigmas=2.0,
    cost_fraction=0.002,
    stop_fraction=0.003,
    target_fraction=0.002,
)


def contest(bars, advantage, *, noise=1.0):
    canary = Canary(RULE)
    for number in range(bars):
        canary.score(advantage + (noise if number % 2 else -noise))
    return canary


def test_before_it_was_seen_long_enough_nothing_is_decided():
    assert contest(98, 5.0).outcome == ""


def test_one_that_surely_foresees_better_is_promoted():
    assert contest(100, 0.5).outcome == "promote"


def test_one_that_may_be_lucky_is_watched_on():
    canary = contest(100, 0.1)

    assert 0 < canary.sigmas < 2
    assert canary.outcome == ""


def test_one_that_surely_foresees_worse_is_dismissed():
    assert contest(100, -0.5).outcome == "dismiss"


def test_one_that_never_shows_itself_is_dismissed_at_last():
    assert contest(300, 0.01).outcome == "dismiss"


def test_one_whose_dry_run_lost_more_is_not_promoted():
    """Foresight that does not pay is no reason to trade on it."""
    canary = contest(100, 0.5)
    canary.take(0, 1, 100.0)
    canary.pass_bar(99.0, 100.0)

    assert canary.candidate.gain == pytest.approx(-0.005)
    assert canary.outcome == ""


def test_a_dry_trade_pays_its_cost_at_the_target():
    trade = DryTrade()
    trade.take(1, 100.0, RULE)
    trade.pass_bar(99.9, 100.3, RULE)

    assert (trade.trades, trade.side) == (1, 0)
    assert trade.gain == pytest.approx(0.0)


def test_in_a_bar_with_both_the_stop_came_first():
    trade = DryTrade()
    trade.take(1, 100.0, RULE)
    trade.pass_bar(99.0, 101.0, RULE)

    assert trade.gain == pytest.approx(-0.005)


def test_an_opposite_side_closes_and_opens_no_short_unless_shorts_are_on():
    trade = DryTrade()
    trade.take(1, 100.0, RULE)
    trade.take(-1, 100.1, RULE)
    trade.take(-1, 100.1, RULE)

    assert (trade.side, trade.trades) == (0, 1)
    assert trade.gain == pytest.approx(0.001 - 0.002)


def test_a_saved_contest_goes_on_to_the_last_bit():
    straight = contest(57, 0.3)
    again = Canary(RULE)
    again.load(straight.save())
    for each in (straight, again):
        each.take(1, 1, 100.0)
        each.score(0.2)

    assert again.save() == straight.save()
    assert again.told() == straight.told()
