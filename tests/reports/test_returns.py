import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.reports import returns
from argonaut.reports.returns import DAY_NS

HOUR_NS = DAY_NS // 24


def column(*values):
    return np.array(values, dtype=np.float64)


def times(*hours):
    return np.array([int(hour * HOUR_NS) for hour in hours], dtype=np.int64)


def test_the_last_sample_of_each_day_is_found_across_a_gap():
    """Day 3 has no sample: it is left out and not filled, or Sharpe would count quiet days."""
    found = returns.last_of_each_day(times(1, 5, 23, 25, 47, 73))

    assert found.tolist() == [2, 4, 5]


def test_midnight_sharp_closes_the_day_that_ends():
    """A bar's close time is the next bar's open: the day's last close is stamped at midnight."""
    found = returns.last_of_each_day(times(0, 23, 24, 25, 48))

    assert found.tolist() == [0, 2, 4]


def test_no_samples_have_no_days():
    assert returns.last_of_each_day(times()).size == 0


def test_returns_from_zero_or_less_are_left_out():
    found = returns.simple_returns(column(100, 110, 0, 50, 55))

    assert found == pytest.approx([0.1, -1.0, 0.1])


def test_total_return_wants_a_positive_start():
    assert returns.total_return(column(100, 125)) == 0.25
    assert returns.total_return(column(0, 125)) is None
    assert returns.total_return(column()) is None


def test_cagr_goes_by_the_calendar():
    year = times(0, 365 * 24)

    assert returns.cagr(year, column(100, 121)) == pytest.approx(0.21)
    assert returns.cagr(times(0, 2 * 365 * 24), column(100, 121)) == pytest.approx(0.1)
    assert returns.cagr(year, column(100, 0)) == -1


def test_no_year_follows_from_an_hour():
    """Half a percent in an hour would be a growth of 10^19 in a year."""
    assert returns.cagr(times(0, 1), column(100, 100.5)) is None
    assert returns.cagr(times(0, 24), column(1, 1e9)) is None


def test_cagr_is_not_defined_from_nothing_or_into_debt():
    assert returns.cagr(times(0), column(100)) is None
    assert returns.cagr(times(0, 48), column(0, 100)) is None
    assert returns.cagr(times(0, 48), column(100, -1)) is None


def test_annual_return_compounds():
    assert returns.annual_return(column(0.1, -0.1), periods_per_year=4) == pytest.approx(
        0.99**2 - 1
    )
    assert returns.annual_return(column()) is None
    assert returns.annual_return(column(-1.5)) is None
    assert returns.annual_return(column(1e9)) is None


def test_a_hand_made_sharpe_and_sortino():
    daily = column(0.01, 0.03, -0.02, 0.02)
    mean, deviation = 0.01, math.sqrt((0 + 4 + 9 + 1) / 3) / 100

    assert returns.sharpe(daily) == pytest.approx(mean / deviation * math.sqrt(365))
    assert returns.sharpe(daily, periods_per_year=252) == pytest.approx(
        mean / deviation * math.sqrt(252)
    )
    assert returns.annual_volatility(daily) == pytest.approx(deviation * math.sqrt(365))
    assert returns.sortino(daily) == pytest.approx(mean / 0.01 * math.sqrt(365))


def test_a_constant_return_has_no_sharpe():
    """Float noise of a steady growth must not become a Sharpe ratio of 10^14."""
    daily = returns.simple_returns(column(*(100 * 1.001**day for day in range(50))))

    assert returns.sharpe(daily) is None
    assert returns.sortino(daily) is None
    assert returns.annual_volatility(daily) == 0


def test_ratios_of_too_few_returns_are_not_defined():
    for ratio in (returns.sharpe, returns.sortino, returns.omega, returns.tail_ratio):
        assert ratio(column()) is None
    assert returns.sharpe(column(0.1)) is None
    assert returns.value_at_risk(column()) is None
    assert returns.conditional_value_at_risk(column()) is None
    assert returns.downside_deviation(column()) is None
    assert returns.calmar(0.2, 0.0) is None
    assert returns.calmar(None, 0.1) is None


def test_omega_tail_ratio_and_value_at_risk_by_hand():
    daily = np.linspace(-0.10, 0.10, 21)

    assert returns.omega(column(0.03, -0.01, 0.01)) == pytest.approx(4)
    assert returns.tail_ratio(daily) == pytest.approx(1)
    assert returns.value_at_risk(daily) == pytest.approx(-0.09)
    assert returns.conditional_value_at_risk(daily) == pytest.approx(-0.095)
    assert returns.calmar(0.3, 0.15) == pytest.approx(2)


def test_months_run_from_close_to_close():
    at = np.array(
        ["2024-12-30", "2024-12-31", "2025-01-15", "2025-02-01", "2025-03-10"],
        dtype="datetime64[ns]",
    ).astype(np.int64)

    found = returns.monthly_returns(at, column(80, 100, 90, 110, 121))

    assert found == pytest.approx({(2024, 12): 0.25, (2025, 1): 0.1, (2025, 3): 0.1})


def test_a_first_sample_at_midnight_is_no_month_of_its_own():
    at = np.array(["2025-01-01", "2025-01-31"], dtype="datetime64[ns]").astype(np.int64)

    assert returns.monthly_returns(at, column(100, 110)) == pytest.approx({(2025, 1): 0.1})
    assert returns.monthly_returns(times(), column()) == {}


@given(
    st.lists(st.floats(0.5, 2), min_size=1, max_size=60),
    st.lists(st.integers(1, 40 * 24), min_size=60, max_size=60),
)
def test_months_multiply_to_the_total(growth, hours):
    equity = 100 * np.cumprod(growth)
    at = times(*np.cumsum(hours)[: equity.size])

    months = returns.monthly_returns(at, equity)

    assert np.prod([1 + value for value in months.values()]) == pytest.approx(
        equity[-1] / equity[0]
    )


@given(
    st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=40),
    st.floats(0.0, 1.0),
)
def test_the_value_at_risk_is_the_quantile_of_numpy(values, tail):
    wanted = float(np.quantile(np.array(values), tail))
    found = returns.value_at_risk(np.array(values), tail=tail)
    assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)
