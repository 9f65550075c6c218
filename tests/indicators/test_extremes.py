"""Rolling extremes and the stochastic oscillator against plain sorting and TA-Lib."""

from typing import Any

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from argonaut.indicators import IndicatorError, RollingHigh, RollingLow, Stochastic
from tests.indicators.series import Series, assert_close, stream, walks

SIMPLE: Any = 0  # talib.MA_Type.SMA, which its types hide


@given(series=walks(), length=st.integers(1, 12), skip=st.integers(0, 4))
def test_extremes_are_those_of_the_window_before_the_skipped_inputs(
    series: Series, length: int, skip: int
) -> None:
    """A breakout that counted its own bar could never break out."""
    (highest,) = stream(RollingHigh(length, "high", skip), series)
    (lowest,) = stream(RollingLow(length, "low", skip), series)

    for row in range(len(highest)):
        end = row + 1 - skip
        if end < length:
            assert np.isnan(highest[row])
            assert np.isnan(lowest[row])
        else:
            assert highest[row] == max(series["high"][end - length : end])
            assert lowest[row] == min(series["low"][end - length : end])


def test_the_close_is_read_unless_told_otherwise() -> None:
    assert RollingHigh(3).inputs == RollingLow(3).inputs == ("close",)
    assert RollingLow(3, of="low").inputs == ("low",)


def test_a_negative_skip_is_refused() -> None:
    with pytest.raises(IndicatorError, match="want skip to be an int >= 0, not -1"):
        RollingLow(3, skip=-1)


@given(
    series=walks(rows_min=2),
    length=st.integers(1, 9),
    smooth=st.integers(1, 4),
    signal=st.integers(1, 4),
)
def test_the_oscillator_agrees_with_talib(
    series: Series, length: int, smooth: int, signal: int
) -> None:
    bars = (series["high"], series["low"], series["close"])

    lines = stream(Stochastic(length, smooth, signal), series)

    for ours, theirs in zip(
        lines, talib.STOCH(*bars, length, smooth, SIMPLE, signal, SIMPLE), strict=True
    ):
        assert_close(ours, theirs, atol=1e-9)


def test_a_market_without_range_stands_at_zero_as_in_talib() -> None:
    oscillator = Stochastic(2, 1, 1)
    for _ in range(4):
        oscillator.update(7.0, 7.0, 7.0)

    assert (oscillator.k, oscillator.d) == (0.0, 0.0)
