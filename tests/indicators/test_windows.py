"""Windows of time: (now - window_ns, now], both ends to the nanosecond."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.indicators import (
    IndicatorError,
    Streamed,
    WindowFirst,
    WindowHigh,
    WindowLow,
    WindowSum,
)
from tests.indicators.series import Series, stream, walks

WINDOWS_NS = st.sampled_from([1, 50, 300, 900, 5_000])


@given(series=walks(), window_ns=WINDOWS_NS)
def test_a_window_holds_what_is_younger_than_its_length(series: Series, window_ns: int) -> None:
    ts_ns, price, quantity = (series[name] for name in ("ts_ns", "price", "quantity"))
    (highest,) = stream(WindowHigh(window_ns), series)
    (lowest,) = stream(WindowLow(window_ns), series)
    (oldest,) = stream(WindowFirst(window_ns), series)
    (total,) = stream(WindowSum(window_ns), series)

    for row in range(len(price)):
        inside = ts_ns[: row + 1] > ts_ns[row] - window_ns
        prices = price[: row + 1][inside]
        assert highest[row] == prices.max()
        assert lowest[row] == prices.min()
        assert oldest[row] == prices[0]
        assert total[row] == math.fsum(quantity[: row + 1][inside])


@given(series=walks(), window_ns=WINDOWS_NS, skip_ns=WINDOWS_NS)
def test_a_window_that_ended_earlier_holds_nothing_newer(
    series: Series, window_ns: int, skip_ns: int
) -> None:
    """A baseline must not contain the jump that is measured against it."""
    ts_ns, price = series["ts_ns"], series["price"]
    (highest,) = stream(WindowHigh(window_ns, skip_ns=skip_ns), series)
    (lowest,) = stream(WindowLow(window_ns, skip_ns=skip_ns), series)

    for row in range(len(price)):
        end_ns = ts_ns[row] - skip_ns
        seen = ts_ns[: row + 1]
        prices = price[: row + 1][(seen > end_ns - window_ns) & (seen <= end_ns)]
        if prices.size:
            assert highest[row] == prices.max()
            assert lowest[row] == prices.min()
        else:
            assert np.isnan(highest[row])
            assert np.isnan(lowest[row])


@given(values=st.lists(st.floats(min_value=0, max_value=1e12), min_size=1, max_size=60))
def test_a_sum_is_rounded_once(values: list[float]) -> None:
    """Sizes of 1e12 pass through; what they rounded away must come back when they leave."""
    total = WindowSum(5)
    for ts_ns, value in enumerate(values):
        total.update(ts_ns, value)

    assert total.value is not None
    exact = sum(map(Fraction, values[-5:]))
    assert abs(Fraction(total.value) - exact) <= exact * Fraction(2) ** -52 + Fraction(2) ** -60


def test_a_size_alone_in_its_window_is_the_sum() -> None:
    """Whatever came before it: here three sizes that two floats cannot hold at once."""
    total = WindowSum(5)
    for ts_ns, value in enumerate((1e30, 1e13, 1e-5)):
        total.update(ts_ns, value)

    assert total.update(100, 7e-6) == 7e-6


@pytest.mark.parametrize("indicator", [WindowFirst(9), WindowHigh(9), WindowLow(9), WindowSum(9)])
def test_times_that_step_back_neither_fail_nor_empty_the_window(indicator: Streamed) -> None:
    """Merged feeds do step back by a microsecond now and then."""
    values = [indicator.update(ts_ns, 1.0) for ts_ns in (100, 95, 103, 80, 104)]

    assert None not in values


def test_a_window_over_bars_goes_by_their_close() -> None:
    """Bars have gaps, so six bars are not always six minutes."""
    assert WindowHigh(9, of="high").inputs == ("close_ns", "high")
    assert WindowSum(9).inputs == ("ts_ns", "quantity")
    assert WindowFirst(9).inputs == WindowLow(9).inputs == ("ts_ns", "price")


@pytest.mark.parametrize("indicator", [WindowFirst, WindowHigh, WindowLow, WindowSum])
def test_a_window_of_seconds_as_a_float_is_refused(indicator: type[WindowSum]) -> None:
    with pytest.raises(IndicatorError, match=r"want window_ns to be an int >= 1, not 2\.0"):
        indicator(2.0)  # type: ignore[arg-type]
