"""Wilder's indicators against TA-Lib, and where they part from it on purpose."""

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from argonaut.indicators import Adx, Atr, IndicatorError, Rsi, TrueRange
from tests.indicators.series import Series, assert_close, stream, walks

Column = NDArray[np.float64]

LENGTHS = st.integers(2, 15)


def bars(series: Series) -> tuple[Column, Column, Column]:
    return series["high"], series["low"], series["close"]


@given(series=walks(rows_min=2), length=LENGTHS)
def test_the_strength_index_agrees_with_talib(series: Series, length: int) -> None:
    (index,) = stream(Rsi(length), series)

    assert_close(index, talib.RSI(series["close"], length), atol=1e-9)


@given(series=walks(rows_min=2))
def test_the_true_range_agrees_with_talib(series: Series) -> None:
    (span,) = stream(TrueRange(), series)

    assert_close(span, talib.TRANGE(*bars(series)))


@given(series=walks(rows_min=2), length=st.integers(1, 15))
def test_the_average_true_range_agrees_with_talib(series: Series, length: int) -> None:
    (average,) = stream(Atr(length), series)

    assert_close(average, talib.ATR(*bars(series), length), atol=1e-12)


@given(series=walks(rows_min=2), length=LENGTHS)
def test_the_directional_index_agrees_with_talib(series: Series, length: int) -> None:
    value, plus_di, minus_di = stream(Adx(length), series)

    assert_close(value, talib.ADX(*bars(series), length), atol=1e-9)
    assert_close(plus_di, talib.PLUS_DI(*bars(series), length), atol=1e-9)
    assert_close(minus_di, talib.MINUS_DI(*bars(series), length), atol=1e-9)


def test_a_market_that_never_moved_has_all_indices_at_zero_as_in_talib() -> None:
    still = np.full(40, 0.1)

    assert set(Rsi(14).columns(still)[0][14:]) == set(talib.RSI(still, 14)[14:]) == {0.0}
    assert set(Atr(14).columns(still, still, still)[0][14:]) == {0.0}
    assert [set(column[27:]) for column in Adx(14).columns(still, still, still)] == [{0.0}] * 3


def test_a_market_that_only_rises_has_a_strength_of_exactly_one_hundred() -> None:
    index = Rsi(3)
    for price in (0.1, 0.2, 0.4, 0.5, 0.7):
        index.update(price)

    assert index.value == 100.0


def test_a_market_that_stops_moving_keeps_its_strength() -> None:
    """Zero reads as oversold, and hours of stillness on a thin pair must not say "buy"."""
    price = np.concatenate([[100.0, 103.0, 102.0, 104.0], np.full(5_000, 104.0)])

    index = Rsi(14).columns(price)[0]

    assert index[-1] == pytest.approx(index[20], rel=1e-9)


def test_after_a_still_eternity_nothing_has_moved_where_talib_has_noise() -> None:
    """A ratio of two denormals can be any number: TA-Lib's comes out at 50 and 100."""
    price = np.concatenate([[100.0, 103.0, 102.0, 104.0], np.full(12_000, 104.0)])

    assert talib.RSI(price, 14)[-1] == 50.0
    assert Rsi(14).columns(price)[0][-1] == 0.0
    assert talib.PLUS_DI(price, price, price, 14)[-1] == 100.0
    assert Adx(14).columns(price, price, price)[1][-1] == 0.0


def test_a_bar_without_direction_leaves_the_directional_index_as_it_was() -> None:
    index = Adx(2)
    for price in (1.0, 2.0, 3.0, 5.0, 6.0):
        index.update(price, price, price)
    before = index.value

    for _ in range(2_100):  # until the sums have decayed to nothing
        index.update(6.0, 6.0, 6.0)

    assert before == index.value == 100.0


def test_a_bar_whose_close_lies_outside_its_range_still_has_a_range() -> None:
    """Some BitMEX bars do: the previous close bounds the range on its own side only."""
    span = TrueRange()
    span.update(10.0, 9.0, 12.0)

    assert span.update(11.0, 10.5, 8.0) == 1.5
    assert span.update(11.0, 10.5, 10.0) == 3.0


@pytest.mark.parametrize("indicator", [Rsi, Adx])
def test_an_index_needs_at_least_two_bars(indicator: type[Rsi] | type[Adx]) -> None:
    with pytest.raises(IndicatorError, match="want length to be an int >= 2, not 1"):
        indicator(1)
