"""The table of kernels: what has one, what has none, and where the outputs lie in the column."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from argonaut.indicators import (
    Bollinger,
    Lagged,
    Macd,
    RollingHigh,
    RollingLow,
    SessionVwap,
    Sma,
    Stochastic,
    Streamed,
    Volatility,
    Vwap,
)
from argonaut.indicators.compiled import COMPILED, compiled
from tests.indicators.series import (
    EVERY_INDICATOR,
    MINUTE_NS,
    Series,
    assert_same_bits,
    inputs_of,
    name_of,
    series_of,
    stream,
    walks,
)

NAN = np.nan
PRICES = np.array([1.0, 2.0, 4.0, 3.0, 5.0, 1.0])


class OwnMean(Sma):
    """What a user may make of ours: its kernel would compute the mean, not this."""


def column_of(indicator: object, *inputs: NDArray[Any]) -> list[float]:
    columns = compiled(indicator, inputs)
    assert columns is not None
    (column,) = columns
    return column.tolist()


def same(found: list[float], wanted: list[float]) -> bool:
    return np.array_equal(found, wanted, equal_nan=True)


@pytest.mark.parametrize("indicator", EVERY_INDICATOR, ids=name_of)
@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_a_column_too_short_to_warm_up_is_the_stream_too(indicator: Streamed, rows: int) -> None:
    """Cutting what is skipped from an empty column is where a kernel reads outside it."""
    series = series_of([(1, 1, 0, 0, 1.0, 50)] * rows)
    columns = compiled(indicator, inputs_of(indicator, series))

    assert columns is not None
    assert len(columns) == len(indicator.outputs)
    assert_same_bits(columns, stream(indicator, series))


@given(
    series=walks(),
    length=st.integers(1, 12),
    skip=st.integers(0, 12),
    bars=st.integers(1, 12),
)
def test_every_length_and_delay_puts_the_outputs_at_the_rows_of_the_stream(
    series: Series, length: int, skip: int, bars: int
) -> None:
    """A column one row early knows the future."""
    for indicator in (
        RollingHigh(length, skip=skip),
        RollingLow(length, skip=skip),
        Lagged(Sma(length), bars),
    ):
        columns = compiled(indicator, inputs_of(indicator, series))

        assert columns is not None
        assert_same_bits(columns, stream(indicator, series))


@given(
    series=walks(),
    lengths=st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6)),
)
def test_indicators_of_several_kernels_line_them_up_as_the_stream_does(
    series: Series, lengths: tuple[int, int, int]
) -> None:
    """Each kernel has a warm-up of its own; they have to be added, not mixed."""
    one, two, three = lengths
    for indicator in (
        Stochastic(one, two, three),
        Macd(one, one + two, three),
        Bollinger(one + 1, 2.0),
        Volatility(one + 1),
        Vwap(one),
    ):
        columns = compiled(indicator, inputs_of(indicator, series))

        assert columns is not None
        assert_same_bits(columns, stream(indicator, series))


def test_an_indicator_without_a_kernel_has_none() -> None:
    """It is then streamed, which is right and slower."""
    assert compiled(object(), (PRICES,)) is None


def test_a_descendant_of_ours_does_not_inherit_the_kernel() -> None:
    """It may override `update`, and the kernel would not know."""
    assert compiled(OwnMean(3), (PRICES,)) is None
    assert OwnMean not in COMPILED


def test_a_mean_by_hand() -> None:
    """One case a person can check, beside all that are checked against a twin."""
    assert same(column_of(Sma(2), PRICES), [NAN, 1.5, 3.0, 3.5, 4.0, 3.0])


def test_a_skipped_high_leaves_out_the_newest_rows() -> None:
    """A breakout compares with the high before this bar; with it, nothing ever breaks out."""
    assert same(column_of(RollingHigh(2, skip=1), PRICES), [NAN, NAN, 2.0, 4.0, 4.0, 5.0])


def test_a_lag_shifts_and_does_not_wrap() -> None:
    """The last value may not turn up at the first row."""
    assert same(column_of(Lagged(Sma(1), 2), PRICES), [NAN, NAN, 1.0, 2.0, 4.0, 3.0])


def test_a_session_begins_anew_at_midnight_utc() -> None:
    """Yesterday's volume has no say in today's mean price."""
    midnight = 1_735_689_600_000_000_000
    opens = np.array([midnight - MINUTE_NS, midnight, midnight + MINUTE_NS])
    price = np.array([1.0, 4.0, 8.0])
    volume = np.array([9.0, 1.0, 3.0])

    assert same(column_of(SessionVwap(), opens, price, price, price, volume), [1.0, 4.0, 7.0])
