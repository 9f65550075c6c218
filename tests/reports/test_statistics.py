import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.reports.returns import DAY_NS
from argonaut.reports.statistics import profit_fraction, summarize
from tests.reports.records import sure, trip


def test_a_run_of_three_days_by_hand():
    found = summarize(
        [0, DAY_NS, 2 * DAY_NS, 3 * DAY_NS],
        [1000, 1100, 990, 1089],
        [trip("10"), trip("-5", opened_ns=2 * DAY_NS, closed_ns=5 * DAY_NS // 2)],
        traded_quote=2089.5,
    )

    assert (found.equity_start, found.equity_final, found.equity_peak) == (1000, 1089, 1100)
    assert found.return_fraction == pytest.approx(0.089)
    assert found.cagr == pytest.approx(1.089 ** (365 / 3) - 1)
    assert found.annual_return == pytest.approx(found.cagr)
    assert found.sharpe == pytest.approx(
        (0.1 / 3) / np.std([0.1, -0.1, 0.1], ddof=1) * math.sqrt(365)
    )
    assert found.max_drawdown_fraction == pytest.approx(0.1)
    assert found.max_drawdown_days == 2
    assert found.calmar == pytest.approx(sure(found.annual_return) / 0.1)
    assert (found.trades, found.win_rate, found.profit_factor) == (2, 0.5, 2)
    assert (found.average_win, found.average_loss, found.expectancy) == (10, -5, 2.5)
    assert found.best_trade_fraction == pytest.approx(0.1)
    assert found.worst_trade_fraction == pytest.approx(-0.05)
    assert found.exposure_fraction == pytest.approx(0.5)
    assert found.average_holding_days == pytest.approx(0.75)
    assert found.turnover == pytest.approx(2089.5 / np.mean([1000, 1100, 990, 1089]))
    assert found.days == 3


def test_a_position_still_open_counts_as_exposure():
    found = summarize([0, 4 * DAY_NS], [1000, 1000], open_since_ns=[3 * DAY_NS])

    assert found.exposure_fraction == 0.25


def test_the_notional_of_trades_stands_in_for_the_traded_one():
    found = summarize([0, DAY_NS], [1000, 1000], [trip()])

    assert found.turnover == pytest.approx(0.21)


def test_a_year_of_252_days_scales_the_ratios():
    at, equity = np.arange(50) * DAY_NS, 1000 + np.cumsum(np.sin(np.arange(50)))

    year, trading = (summarize(at, equity, periods_per_year=days) for days in (365, 252))

    assert sure(year.sharpe) / sure(trading.sharpe) == pytest.approx(math.sqrt(365 / 252))


@pytest.mark.parametrize(
    ("at", "equity"),
    [([], []), ([5], [100]), ([5, 5], [100, 100]), ([0, DAY_NS], [0, 0]), ([0, 1], [-5, 5])],
    ids=["nothing", "one point", "no time", "no money", "debt"],
)
def test_degenerate_runs_have_nothing_to_say_and_say_so(at, equity):
    found = summarize(at, equity)

    assert (found.sharpe, found.cagr, found.calmar) == (None, None, None)
    assert found.trades == 0


def test_samples_that_are_no_numbers_are_left_out():
    found = summarize([0, 1, 2, 3], [100, math.nan, math.inf, 150])

    assert found.return_fraction == 0.5


def test_an_entry_for_nothing_divides_by_nothing():
    assert profit_fraction(trip(entry_price="0")) == 0


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40 * DAY_NS),
            st.one_of(st.floats(-1e12, 1e12), st.sampled_from([0.0, math.nan, math.inf, 1e-300])),
        ),
        max_size=40,
    )
)
def test_no_series_raises_and_no_figure_is_infinite(samples):
    """Flat, gapped, ruined, or absurd: every figure is a finite number or None."""
    at = np.cumsum([step for step, _ in samples])

    found = summarize(at, [equity for _, equity in samples])

    values = msgspec.structs.asdict(found).values()
    assert all(value is None or math.isfinite(value) for value in values)
