"""Deviations, bands and returns against exact arithmetic and TA-Lib."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from argonaut.indicators import Bollinger, IndicatorError, Returns, StandardDeviation, Volatility
from tests.indicators.series import Series, assert_close, stream, walks

PRICES = st.floats(min_value=1e-6, max_value=1e6)


def exact_deviation(values: list[float]) -> float:
    """Return the population standard deviation, rounded once."""
    numbers = [Fraction(value) for value in values]
    mean = sum(numbers) / len(numbers)
    variance = sum((number - mean) ** 2 for number in numbers) / len(numbers)
    return math.sqrt(variance)


@given(values=st.lists(PRICES, min_size=6, max_size=40), length=st.integers(2, 6))
def test_the_deviation_is_exact_but_for_rounding(values: list[float], length: int) -> None:
    deviation = StandardDeviation(length)
    for value in values:
        deviation.update(value)

    window = values[-length:]
    assert deviation.value == pytest.approx(
        exact_deviation(window), rel=1e-12, abs=1e-15 * max(window)
    )
    assert deviation.mean == pytest.approx(math.fsum(window) / length, rel=1e-14)


@given(series=walks(rows_min=2), length=st.integers(2, 15))
def test_the_deviation_agrees_with_talib(series: Series, length: int) -> None:
    """TA-Lib subtracts two large sums, so its variance is good to 1e-13 of the price squared."""
    close = series["close"]
    (deviation,) = stream(StandardDeviation(length), series)

    theirs = talib.STDDEV(close, length)
    assert_close(deviation * deviation, theirs * theirs, atol=1e-13 * close.max() * close.max())


@given(before=st.lists(PRICES, max_size=20), price=PRICES, length=st.integers(2, 15))
def test_a_market_that_stands_still_deviates_by_exactly_nothing(
    before: list[float], price: float, length: int
) -> None:
    """A spike that has left the window must leave nothing behind."""
    deviation = StandardDeviation(length)
    for value in [*before, 1e9, *[price] * length]:
        deviation.update(value)

    assert deviation.value == 0.0
    assert deviation.mean == price


@given(series=walks(rows_min=2), length=st.integers(2, 15))
def test_the_bands_agree_with_talib(series: Series, length: int) -> None:
    close = series["close"]

    bands = stream(Bollinger(length, 2.0), series)

    slack = 1e-6 * close.max()  # the root of TA-Lib's 1e-13
    for ours, theirs in zip(bands, talib.BBANDS(close, length, 2.0, 2.0), strict=True):
        assert_close(ours, theirs, atol=slack)
    assert_close(bands[1], talib.SMA(close, length))


@given(series=walks(rows_min=2), length=st.integers(1, 15))
def test_returns_agree_with_talib(series: Series, length: int) -> None:
    (change,) = stream(Returns(length), series)

    assert_close(change, talib.ROCP(series["close"], length))


@given(series=walks(rows_min=2), length=st.integers(2, 8))
def test_volatility_is_the_deviation_of_returns(series: Series, length: int) -> None:
    close = series["close"].tolist()
    returns = [now / then - 1 for then, now in pairwise(close)]

    (volatility,) = stream(Volatility(length), series)

    assert np.isnan(volatility[:length]).all()
    for row in range(length, len(close)):
        want = exact_deviation(returns[row - length : row])
        assert volatility[row] == pytest.approx(want, rel=1e-9, abs=1e-14)


def test_a_return_on_no_volume_is_zero_as_in_talib() -> None:
    change = Returns(1, of="volume")

    assert [change.update(volume) for volume in (0.0, 5.0, 10.0)] == [None, 0.0, 1.0]


@pytest.mark.parametrize("width", [0.0, -2.0, math.nan, math.inf])
def test_bands_of_no_width_are_refused(width: float) -> None:
    with pytest.raises(IndicatorError, match=f"want width to be a finite number > 0, not {width}"):
        Bollinger(20, width)


def test_one_value_has_no_deviation() -> None:
    with pytest.raises(IndicatorError, match="want length to be an int >= 2, not 1"):
        StandardDeviation(1)
