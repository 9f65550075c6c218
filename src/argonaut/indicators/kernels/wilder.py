"""Twins of `wilder.py`: (rows,) float64 in, (rows,) float64 out, NaN before the warm-up."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def rsi(values: NDArray[np.float64], length: int, nothing: float) -> NDArray[np.float64]:
    """Twin of `Rsi`; movement of `nothing` or less counts as none."""
    rows = values.shape[0]
    result = np.full(rows, np.nan)
    gain = loss = 0.0
    for t in range(1, rows):
        seen = min(t, length)
        change = values[t] - values[t - 1]
        gain = gain + ((change if change > 0.0 else 0.0) - gain) / seen
        loss = loss + ((-change if change < 0.0 else 0.0) - loss) / seen
        if t < length:
            continue
        moved = gain + loss
        result[t] = 100.0 * (gain / moved) if moved > nothing else 0.0
    return result


@njit(cache=True)
def true_range(
    high: NDArray[np.float64], low: NDArray[np.float64], close: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Twin of `TrueRange`."""
    rows = close.shape[0]
    result = np.full(rows, np.nan)
    for t in range(1, rows):
        previous = close[t - 1]
        top = high[t] if high[t] > previous else previous
        bottom = low[t] if low[t] < previous else previous
        result[t] = top - bottom
    return result


@njit(cache=True)
def atr(
    high: NDArray[np.float64], low: NDArray[np.float64], close: NDArray[np.float64], length: int
) -> NDArray[np.float64]:
    """Twin of `Atr`."""
    result = true_range(high, low, close)
    average = 0.0
    for t in range(1, result.shape[0]):
        average = average + (result[t] - average) / min(t, length)
        result[t] = average if t >= length else np.nan
    return result


@njit(cache=True)
def adx(
    high: NDArray[np.float64],
    low: NDArray[np.float64],
    close: NDArray[np.float64],
    length: int,
    nothing: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Twin of `Adx`: value, plus_di, minus_di; sums of `nothing` or less count as none."""
    rows = close.shape[0]
    value = np.full(rows, np.nan)
    plus_di = np.full(rows, np.nan)
    minus_di = np.full(rows, np.nan)
    span = true_range(high, low, close)
    ups = downs = spans = average = 0.0
    for t in range(1, rows):
        if t >= length:
            ups -= ups / length
            downs -= downs / length
            spans -= spans / length
        rise = high[t] - high[t - 1]
        fall = low[t - 1] - low[t]
        if fall > 0.0 and rise < fall:
            downs += fall
        elif rise > 0.0 and rise > fall:
            ups += rise
        spans += span[t]
        if t < length:
            continue

        plus = 100.0 * (ups / spans) if spans > nothing else 0.0
        minus = 100.0 * (downs / spans) if spans > nothing else 0.0
        plus_di[t] = plus
        minus_di[t] = minus
        both = plus + minus
        if both > nothing:
            index = 100.0 * (abs(minus - plus) / both)
            average = average + index if t < 2 * length else average + (index - average) / length
        if t == 2 * length - 1:
            average = average / length
        if t >= 2 * length - 1:
            value[t] = average
    return value, plus_di, minus_di
