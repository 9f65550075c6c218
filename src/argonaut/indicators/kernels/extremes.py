"""Twins of `extremes.py`: (rows,) float64 in, (rows,) float64 out, NaN before the warm-up."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def rolling_high(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Twin of `RollingHigh` without `skip`."""
    rows = values.shape[0]
    result = np.full(rows, np.nan)
    queue = np.empty(rows, np.int64)  # rows whose values can still become the highest
    first = 0
    end = 0
    for t in range(rows):
        while end > first and values[queue[end - 1]] <= values[t]:
            end -= 1
        queue[end] = t
        end += 1
        if queue[first] <= t - length:
            first += 1
        if t >= length - 1:
            result[t] = values[queue[first]]
    return result


@njit(cache=True)
def rolling_low(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Twin of `RollingLow` without `skip`."""
    rows = values.shape[0]
    result = np.full(rows, np.nan)
    queue = np.empty(rows, np.int64)  # rows whose values can still become the lowest
    first = 0
    end = 0
    for t in range(rows):
        while end > first and values[queue[end - 1]] >= values[t]:
            end -= 1
        queue[end] = t
        end += 1
        if queue[first] <= t - length:
            first += 1
        if t >= length - 1:
            result[t] = values[queue[first]]
    return result


@njit(cache=True)
def position(
    highest: NDArray[np.float64], lowest: NDArray[np.float64], close: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where each close stands in its range, 0..100: the raw line of `Stochastic`."""
    result = np.empty(close.shape[0])
    for t in range(close.shape[0]):
        hundredth = (highest[t] - lowest[t]) / 100.0
        result[t] = (close[t] - lowest[t]) / hundredth if hundredth != 0.0 else 0.0
    return result
