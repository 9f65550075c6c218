import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.reports import drawdowns
from argonaut.reports.returns import DAY_NS
from tests.reports.records import sure


def column(*values):
    return np.array(values, dtype=np.float64)


def daily(count):
    return np.arange(count, dtype=np.int64) * DAY_NS


def test_two_episodes_by_hand():
    """100 → 90 → 100 is two days 10 % deep; 110 → 88 lasts to the end and is deepest there."""
    equity = column(100, 90, 100, 110, 99, 104.5, 88)

    below = drawdowns.drawdown(equity)

    assert below == pytest.approx([0, 0.1, 0, 0, 0.1, 0.05, 0.2])
    assert drawdowns.max_drawdown(below) == pytest.approx(0.2)
    assert drawdowns.max_drawdown_days(daily(7), below) == 3
    assert drawdowns.average_drawdown(below) == pytest.approx(0.15)


def test_a_fall_on_the_last_day_is_an_episode():
    below = drawdowns.drawdown(column(100, 110, 99))

    assert drawdowns.max_drawdown_days(daily(3), below) == 1
    assert drawdowns.average_drawdown(below) == pytest.approx(0.1)


@pytest.mark.parametrize("equity", [(100.0,), (100.0, 100.0, 100.0), (1.0, 2.0, 3.0)])
def test_what_never_falls_has_no_drawdown(equity):
    below = drawdowns.drawdown(column(*equity))

    assert drawdowns.max_drawdown(below) == 0
    assert drawdowns.max_drawdown_days(daily(len(equity)), below) == 0
    assert drawdowns.average_drawdown(below) == 0


def test_no_samples_have_no_drawdown():
    below = drawdowns.drawdown(column())

    assert drawdowns.max_drawdown(below) is None
    assert drawdowns.max_drawdown_days(daily(0), below) is None
    assert drawdowns.average_drawdown(below) is None


def test_debt_from_the_start_divides_by_nothing():
    assert drawdowns.drawdown(column(0, -5, -1)).tolist() == [0, 0, 0]


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=50))
def test_a_drawdown_is_a_fraction_and_the_average_no_deeper_than_the_maximum(values):
    below = drawdowns.drawdown(column(*values))

    assert ((below >= 0) & (below < 1)).all()
    assert 0 <= sure(drawdowns.average_drawdown(below)) <= sure(drawdowns.max_drawdown(below))
    assert 0 <= sure(drawdowns.max_drawdown_days(daily(len(values)), below)) <= len(values) - 1
