import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.reports import trades

PROFITS = np.array([100, 200, 50, -150, 300, -100, 80, -30], dtype=np.float64)


def column(*values):
    return np.array(values, dtype=np.float64)


def test_the_published_toy_of_eight_trades():
    """Five wins of 146 on average, three losses of 93.33: published as 56.25 and 0.60267857."""
    assert trades.expectancy(PROFITS) == 56.25
    assert trades.expectancy_ratio(PROFITS) == pytest.approx(0.60267857)
    assert trades.win_rate(PROFITS) == 0.625
    assert trades.average_win(PROFITS) == 146
    assert trades.average_loss(PROFITS) == pytest.approx(-280 / 3)
    assert trades.profit_factor(PROFITS) == pytest.approx(730 / 280)
    assert trades.payoff_ratio(PROFITS) == pytest.approx(146 * 3 / 280)
    assert trades.kelly(PROFITS) == pytest.approx(0.625 - 0.375 / (146 * 3 / 280))
    assert trades.sqn(PROFITS) == pytest.approx(8**0.5 * 56.25 / PROFITS.std(ddof=1))


def test_a_trade_of_exactly_zero_is_neither_win_nor_loss():
    profits = column(10, 0, -5)

    assert trades.win_rate(profits) == pytest.approx(1 / 3)
    assert trades.average_win(profits) == 10
    assert trades.average_loss(profits) == -5


FIGURES = [
    trades.win_rate,
    trades.average_win,
    trades.average_loss,
    trades.profit_factor,
    trades.expectancy,
    trades.expectancy_ratio,
    trades.payoff_ratio,
    trades.sqn,
    trades.kelly,
]


@pytest.mark.parametrize("figure", FIGURES)
def test_nothing_is_said_about_no_trades(figure):
    assert figure(column()) is None


@pytest.mark.parametrize(
    "figure", [trades.profit_factor, trades.expectancy_ratio, trades.kelly, trades.average_loss]
)
def test_ratios_to_losses_are_not_defined_without_losses(figure):
    """An infinite profit factor would one day be plotted."""
    assert figure(column(1, 2)) is None


def test_equal_profits_have_no_system_quality():
    assert trades.sqn(column(5)) is None
    assert trades.sqn(column(0.1, 0.1, 0.1)) is None


def test_wilsons_interval_is_the_textbooks():
    """81 of 263 is the worked example of Wilson's interval: 0.255 to 0.366."""
    low, high = trades.wilson_interval(81, 263)

    assert (round(low, 3), round(high, 3)) == (0.255, 0.366)


@given(st.lists(st.floats(-1e9, 1e9), max_size=30))
def test_no_list_of_profits_raises(values):
    found = [figure(column(*values)) for figure in FIGURES]

    assert all(value is None or np.isfinite(value) for value in found)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(case):
    wins, count = case

    low, high = trades.wilson_interval(wins, count)

    noise = 1e-12
    assert -noise <= low <= wins / count + noise
    assert wins / count - noise <= high <= 1 + noise
