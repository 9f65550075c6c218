"""Moving averages against polars' rolling mean (bit for bit), TA-Lib and exact sums."""

from fractions import Fraction

import numpy as np
import polars as pl
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from argonaut.indicators import Ema, IndicatorError, Sma
from tests.indicators.series import Series, assert_close, assert_same_bits, stream, walks

PRICES = st.floats(min_value=1e-9, max_value=1e6)


def exact_mean(values: list[float]) -> Fraction:
    return sum((Fraction(value) for value in values), Fraction(0)) / len(values)


@given(series=walks(rows_min=1), length=st.integers(1, 12))
def test_the_mean_of_prices_is_that_of_polars_to_the_last_bit(series: Series, length: int) -> None:
    """Users compare their crossings with a notebook; ties must fall the same way.

    Polars does not know when a window holds one value only; ours, as pandas', returns that value.
    """
    close = pl.Series(series["close"])
    same = close.rolling_min(length) == close.rolling_max(length)
    oracle = close.rolling_mean(length).to_numpy()
    still = same.fill_null(value=False).to_numpy()

    (mean,) = stream(Sma(length), series)

    assert_same_bits((mean,), (np.where(still, series["close"], oracle),))


@given(series=walks(rows_min=2), length=st.integers(2, 12))
def test_the_mean_agrees_with_talib(series: Series, length: int) -> None:
    (mean,) = stream(Sma(length), series)

    assert_close(mean, talib.SMA(series["close"], length))


@given(values=st.lists(PRICES, min_size=5, max_size=40))
def test_the_error_of_the_mean_is_a_rounding_of_the_largest_input(values: list[float]) -> None:
    mean = Sma(5)
    for value in values:
        mean.update(value)

    assert mean.value is not None
    error = abs(Fraction(mean.value) - exact_mean(values[-5:]))
    assert error <= Fraction(8 * max(values)) * Fraction(2) ** -53


@given(before=st.lists(PRICES, max_size=20), price=PRICES, length=st.integers(1, 15))
def test_a_market_that_stands_still_has_its_price_as_mean(
    before: list[float], price: float, length: int
) -> None:
    """`fast > slow` on a flat market must be false, not a rounding."""
    mean = Sma(length)
    for value in before + [price] * length:
        mean.update(value)

    assert mean.value == price


@given(price=PRICES, length=st.integers(1, 40))
def test_an_exponential_average_of_one_price_is_that_price(price: float, length: int) -> None:
    average = Ema(length)
    for _ in range(length + 5):
        average.update(price)

    assert average.value == price


@given(series=walks(rows_min=2), length=st.integers(2, 20))
def test_the_exponential_average_agrees_with_talib(series: Series, length: int) -> None:
    (average,) = stream(Ema(length), series)

    assert_close(average, talib.EMA(series["close"], length))


def test_an_average_is_none_before_its_length_and_returned_after() -> None:
    mean, average = Sma(3), Ema(3)

    assert [mean.update(value) for value in (1.0, 2.0, 3.0, 7.0)] == [None, None, 2.0, 4.0]
    assert [average.update(value) for value in (1.0, 2.0, 3.0, 7.0)] == [None, None, 2.0, 4.5]


def test_an_average_reads_the_close_unless_told_otherwise() -> None:
    assert Sma(3).inputs == Ema(3).inputs == ("close",)
    assert Sma(3, of="volume").inputs == Ema(3, of="volume").inputs == ("volume",)


@pytest.mark.parametrize("length", [0, -1, 2.0, True, "3", None])
def test_a_length_that_is_no_count_is_refused(length: int) -> None:
    with pytest.raises(IndicatorError, match=f"want length to be an int >= 1, not {length!r}"):
        Sma(length)


def test_a_misspelt_column_is_refused() -> None:
    with pytest.raises(IndicatorError, match=r"want of to be one of open, high, .* not 'Close'"):
        Ema(3, of="Close")


def test_the_error_of_the_mean_does_not_grow_with_time() -> None:
    """A bot runs for months; a plain running sum drifts."""
    dice = np.random.default_rng(3)
    values = np.round(np.exp(np.cumsum(dice.normal(0, 0.002, 200_000))) * 0.3, 5)

    (mean,) = Sma(10).columns(values)

    exact = exact_mean(values[-10:].tolist())
    assert abs(Fraction(float(mean[-1])) - exact) <= exact * Fraction(2) ** -51
