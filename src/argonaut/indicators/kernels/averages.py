"""Twins of `averages.py`: (rows,) float64 in, (rows,) float64 out, NaN before the warm-up."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def sma(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Twin of `Sma`."""
    rows = values.shape[0]
    result = np.full(rows, np.nan)
    total = added = removed = 0.0
    repeats = 0
    for t in range(rows):
        value = values[t]
        if t >= length:
            term = -values[t - length] - removed
            kept = total + term
            removed = kept - total - term
            total = kept
        term = value - added
        kept = total + term
        added = kept - total - term
        total = kept

        if t > 0 and value == values[t - 1]:
            repeats += 1
        else:
            repeats = 1
        if repeats >= length:
            result[t] = value
        elif t >= length - 1:
            result[t] = total / length
    return result


@njit(cache=True)
def ema(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Twin of `Ema`."""
    rows = values.shape[0]
    result = np.full(rows, np.nan)
    weight = 2.0 / (length + 1)
    seen = 0
    mean = 0.0
    for t in range(rows):
        value = values[t]
        if seen < length:
            seen += 1
            mean += (value - mean) / seen
        else:
            mean = (value - mean) * weight + mean
        if seen == length:
            result[t] = mean
    return result
