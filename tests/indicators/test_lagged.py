"""Another indicator as it was some inputs ago."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.indicators import Atr, IndicatorError, Lagged, Macd, Sma
from tests.indicators.series import Series, assert_same_bits, stream, walks


@given(series=walks(), bars=st.integers(1, 5))
def test_a_lagged_value_is_the_one_of_so_many_inputs_ago(series: Series, bars: int) -> None:
    (now,) = stream(Atr(3), series)
    (then,) = stream(Lagged(Atr(3), bars), series)

    late = np.concatenate([np.full(bars, np.nan), now])[: len(now)]
    assert_same_bits((then,), (late,))


def test_only_an_indicator_with_one_value_can_lag() -> None:
    with pytest.raises(IndicatorError, match=r"want an indicator with one value, not .'macd'"):
        Lagged(Macd())


def test_a_lag_of_nothing_is_refused() -> None:
    with pytest.raises(IndicatorError, match="want bars to be an int >= 1, not 0"):
        Lagged(Sma(3), 0)
