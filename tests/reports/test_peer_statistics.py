"""The published numbers themselves are reproduced in tests/real; here are the edges."""

import math

import numpy as np
import pytest

from argonaut.reports import peer_statistics as peers
from argonaut.reports import returns
from tests.reports.records import sure


def column(*values):
    return np.array(values, dtype=np.float64)


DAILY = column(0.02, -0.01, 0.015, -0.005)


def test_compound_volatility_of_small_returns_is_near_the_plain_one():
    small = DAILY / 1000

    assert peers.compound_volatility(small, periods_per_year=252) == pytest.approx(
        returns.annual_volatility(small, periods_per_year=252), rel=1e-2
    )


def test_annual_ratios_divide_annual_figures():
    annual = sure(returns.annual_return(DAILY, periods_per_year=252))

    assert peers.annual_sharpe(DAILY, periods_per_year=252) == pytest.approx(
        annual / sure(peers.compound_volatility(DAILY, periods_per_year=252))
    )
    assert peers.annual_sortino(DAILY, periods_per_year=252) == pytest.approx(
        annual / (math.sqrt((0.01**2 + 0.005**2) / 4) * math.sqrt(252))
    )


def test_the_market_itself_has_beta_one_and_no_alpha():
    prices = column(100, 104, 99, 107, 111)

    assert peers.alpha_beta(prices * 3, prices) == pytest.approx((0, 1))


def test_half_the_market_has_half_its_beta():
    steps = column(0.03, -0.02, 0.04, -0.01)
    market, half = (100 * np.exp(np.cumsum(np.append(0, each))) for each in (steps, steps / 2))

    _, beta = sure(peers.alpha_beta(half, market))

    assert beta == pytest.approx(0.5)


def test_geometric_average_of_a_gain_and_the_loss_that_undoes_it_is_zero():
    assert peers.geometric_average_trade(column(0.25, -0.2)) == pytest.approx(0)


def test_bars_of_entry_and_exit_count_as_exposed():
    bars = np.arange(10, dtype=np.int64) * 60

    assert peers.bars_exposed([(120, 240), (180, 200)], bars) == 0.3
    assert peers.bars_exposed([], bars) == 0
    assert peers.bars_exposed([(-500, 0)], bars) == 0.1


def test_trades_that_close_together_fall_together():
    """In which order the file lists them must not change the drawdown."""
    closed = np.array([1, 2, 2, 3], dtype=np.int64)

    first = peers.trade_list_drawdown(closed, column(10, -6, 4, 1), balance=0)
    second = peers.trade_list_drawdown(closed, column(10, 4, -6, 1), balance=0)

    assert first == second
    assert sure(first) == pytest.approx((0.2, 1, 2))


def test_trade_ratios_by_hand():
    profits = column(10, -5, 10, -10)
    relative = profits / 100

    assert peers.trade_sharpe(profits, balance=100, days=5) == pytest.approx(
        0.01 / relative.std() * math.sqrt(365)
    )
    assert peers.trade_sortino(profits, balance=100, days=5) == pytest.approx(
        0.01 / 0.025 * math.sqrt(365)
    )
    assert peers.trade_calmar(profits, balance=100, days=5, max_drawdown=0.5) == pytest.approx(
        1 / 0.5 * math.sqrt(365)
    )


def test_what_is_not_defined_is_none():
    nothing, flat = column(), np.ones(4)

    assert peers.compound_volatility(column(0.1), periods_per_year=252) is None
    assert peers.compound_volatility(column(0.1, -1.0), periods_per_year=252) is None
    assert peers.compound_volatility(column(0.1, 0.1), periods_per_year=252) == 0
    assert peers.annual_sharpe(nothing, periods_per_year=252) is None
    assert peers.annual_sortino(column(0.1, 0.2), periods_per_year=252) is None
    assert peers.alpha_beta(flat * column(1, 2, 3, 4), flat) is None
    assert peers.alpha_beta(column(1, 2), column(1, 2)) is None
    assert peers.geometric_average_trade(nothing) is None
    assert peers.geometric_average_trade(column(-1.2)) is None
    assert peers.bars_exposed([], np.empty(0, dtype=np.int64)) is None
    assert peers.trade_sharpe(nothing, balance=1, days=1) is None
    assert peers.trade_sortino(column(1, 2), balance=1, days=1) is None
    assert peers.trade_calmar(nothing, balance=1, days=1, max_drawdown=0.1) is None
    assert peers.trade_calmar(column(1), balance=1, days=1, max_drawdown=0) is None
    ones = np.arange(2, dtype=np.int64)
    assert peers.trade_list_drawdown(ones[:0], nothing, balance=1) is None
    assert peers.trade_list_drawdown(ones, column(1, 1), balance=1) is None
    assert peers.trade_list_drawdown(ones, column(-1, -1), balance=0) is None
