"""Moving average convergence divergence against TA-Lib."""

import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from argonaut.indicators import IndicatorError, Macd
from tests.indicators.series import Series, assert_close, stream, walks


@given(
    series=walks(rows_min=2, rows_max=80),
    fast=st.integers(2, 8),
    more=st.integers(1, 12),
    signal=st.integers(1, 9),
)
def test_all_three_lines_agree_with_talib(
    series: Series, fast: int, more: int, signal: int
) -> None:
    close = series["close"]

    lines = stream(Macd(fast, fast + more, signal), series)

    for ours, theirs in zip(lines, talib.MACD(close, fast, fast + more, signal), strict=True):
        assert_close(ours, theirs, atol=1e-12 * close.max())


def test_a_fast_average_that_is_not_faster_is_refused() -> None:
    with pytest.raises(IndicatorError, match="want fast < slow, not 26 and 26"):
        Macd(26, 26)
