"""Volume-weighted numbers against exact arithmetic and TA-Lib."""

from fractions import Fraction

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from argonaut.indicators import Obv, SessionVwap, Vwap
from tests.indicators.series import START_NS, Series, assert_same_bits, stream, walks


def weighted_mean(series: Series, start: int, end: int) -> float | None:
    """Return the exact volume-weighted typical price of a slice, None without volume."""
    volumes = [Fraction(value) for value in series["volume"][start:end].tolist()]
    prices = [
        sum(Fraction(float(series[name][row])) for name in ("high", "low", "close")) / 3
        for row in range(start, end)
    ]
    total = sum(volumes)
    if total == 0:
        return None
    return float(sum(p * v for p, v in zip(prices, volumes, strict=True)) / total)


@given(series=walks(rows_min=1))
def test_on_balance_volume_is_that_of_talib_to_the_last_bit(series: Series) -> None:
    (balance,) = stream(Obv(), series)

    assert_same_bits((balance,), (talib.OBV(series["close"], series["volume"]),))


@given(series=walks(), length=st.integers(1, 8))
def test_the_rolling_average_price_is_exact_but_for_rounding(series: Series, length: int) -> None:
    """Volumes of 1e9 come and go among volumes of 0.1: nothing may stay behind."""
    (average,) = stream(Vwap(length), series)

    for row in range(length - 1, len(average)):
        want = weighted_mean(series, row + 1 - length, row + 1)
        if want is None:
            want = talib.TYPPRICE(series["high"], series["low"], series["close"])[row]
        assert average[row] == pytest.approx(want, rel=1e-13)


@given(series=walks())
def test_the_session_average_price_starts_anew_at_midnight(series: Series) -> None:
    (average,) = stream(SessionVwap(), series)

    midnight = 2  # the series starts two minutes before it
    for row in range(len(average)):
        start = midnight if row >= midnight else 0
        want = weighted_mean(series, start, row + 1)
        if want is None:
            want = talib.TYPPRICE(series["high"], series["low"], series["close"])[row]
        assert average[row] == pytest.approx(want, rel=1e-13)


@given(price=st.floats(min_value=1e-9, max_value=1e6), length=st.integers(1, 9))
def test_a_market_that_stands_still_has_its_price_as_average(price: float, length: int) -> None:
    rolling, session = Vwap(length), SessionVwap()
    for volume in (0.1, 0.3, 0.0, 7.0, 0.7, 0.1, 0.1, 0.1, 0.1):
        rolling.update(price, price, price, volume)
        session.update(START_NS, price, price, price, volume)

    assert rolling.value == session.value == price


def test_volume_that_has_left_the_window_leaves_nothing_behind() -> None:
    average = Vwap(2)
    for price, volume in ((10.0, 1e17), (20.0, 0.3), (30.0, 0.0), (40.0, 0.0), (50.0, 2.0)):
        average.update(price, price, price, volume)

    assert average.value == 50.0
    assert np.isfinite(average.value)
