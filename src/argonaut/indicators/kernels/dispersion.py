"""Twins of `dispersion.py`: (rows,) float64 in, (rows,) float64 out, NaN before the warm-up."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def deviation(
    values: NDArray[np.float64], length: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Twin of `StandardDeviation`: the deviation and the mean."""
    rows = values.shape[0]
    result = np.full(rows, np.nan)
    means = np.full(rows, np.nan)
    older_mean = np.empty(length)  # of the last so many values of the older half
    older_spread = np.empty(length)
    old = young = 0
    newer_mean = newer_spread = 0.0
    for t in range(rows):
        if t >= length:
            if old == 0:
                _suffixes(values[t - length : t], older_mean, older_spread)
                old = length
                young = 0
                newer_mean = newer_spread = 0.0
            old -= 1
        young += 1
        step = values[t] - newer_mean
        newer_mean = newer_mean + step / young
        newer_spread = newer_spread + step * (values[t] - newer_mean)

        mean = newer_mean
        spread = newer_spread
        if old > 0:
            apart = newer_mean - older_mean[old - 1]
            share = young / length
            mean = older_mean[old - 1] + apart * share
            spread = newer_spread + older_spread[old - 1]
            spread = spread + apart * apart * (share * (length - young))
        if t >= length - 1:
            means[t] = mean
            result[t] = math.sqrt(spread / length)
    return result, means


@njit(cache=True)
def _suffixes(
    values: NDArray[np.float64], means: NDArray[np.float64], spreads: NDArray[np.float64]
) -> None:
    """Fill `means[k]` and `spreads[k]` with the moments of the last k + 1 of `values`."""
    mean = spread = 0.0
    for k in range(values.shape[0]):
        value = values[values.shape[0] - 1 - k]
        step = value - mean
        mean += step / (k + 1)
        spread += step * (value - mean)
        means[k] = mean
        spreads[k] = spread


@njit(cache=True)
def bands(
    means: NDArray[np.float64], deviations: NDArray[np.float64], width: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Upper and lower band of `Bollinger`."""
    upper = np.empty(means.shape[0])
    lower = np.empty(means.shape[0])
    for t in range(means.shape[0]):
        reach = width * deviations[t]
        upper[t] = means[t] + reach
        lower[t] = means[t] - reach
    return upper, lower


@njit(cache=True)
def returns(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Twin of `Returns`."""
    result = np.full(values.shape[0], np.nan)
    for t in range(length, values.shape[0]):
        then = values[t - length]
        result[t] = (values[t] - then) / then if then != 0.0 else 0.0
    return result
