"""Twins of `volume.py`: (rows,) float64 in, (rows,) float64 out, NaN before the warm-up."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def obv(close: NDArray[np.float64], volume: NDArray[np.float64]) -> NDArray[np.float64]:
    """Twin of `Obv`."""
    result = np.empty(close.shape[0])
    balance = 0.0
    for t in range(close.shape[0]):
        if t == 0:
            balance = volume[t]
        elif close[t] > close[t - 1]:
            balance += volume[t]
        elif close[t] < close[t - 1]:
            balance -= volume[t]
        result[t] = balance
    return result


@njit(cache=True)
def typical_price(
    high: NDArray[np.float64], low: NDArray[np.float64], close: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A third of high + low + close, exact for a flat bar."""
    result = np.empty(close.shape[0])
    for t in range(close.shape[0]):
        result[t] = close[t] + ((high[t] - close[t]) + (low[t] - close[t])) / 3.0
    return result


@njit(cache=True)
def _two_sum(total: float, low: float, value: float) -> tuple[float, float]:
    """Add `value` to the sum carried in `total` and `low`."""
    after = total + value
    part = after - total
    return after, low + ((total - (after - part)) + (value - part))


@njit(cache=True)
def vwap(
    price: NDArray[np.float64], volume: NDArray[np.float64], length: int
) -> NDArray[np.float64]:
    """Twin of `Vwap`, given the typical price."""
    rows = price.shape[0]
    result = np.full(rows, np.nan)
    worth = worth_low = size = size_low = 0.0
    traded = repeats = 0
    for t in range(rows):
        if t >= length:
            gone = volume[t - length]
            traded -= gone != 0.0
            worth, worth_low = _two_sum(worth, worth_low, -(price[t - length] * gone))
            size, size_low = _two_sum(size, size_low, -gone)
        traded += volume[t] != 0.0
        worth, worth_low = _two_sum(worth, worth_low, price[t] * volume[t])
        size, size_low = _two_sum(size, size_low, volume[t])
        repeats = repeats + 1 if t > 0 and price[t] == price[t - 1] else 1
        if t < length - 1:
            continue

        if traded == 0:
            worth = worth_low = size = size_low = 0.0
        if traded == 0 or repeats >= length:
            result[t] = price[t]
        else:
            result[t] = (worth + worth_low) / (size + size_low)
    return result


@njit(cache=True)
def session_vwap(
    open_ns: NDArray[np.int64],
    price: NDArray[np.float64],
    volume: NDArray[np.float64],
    session_ns: int,
) -> NDArray[np.float64]:
    """Twin of `SessionVwap`, given the typical price and the length of a session."""
    result = np.empty(price.shape[0])
    day = 0
    total = mean = 0.0
    for t in range(price.shape[0]):
        if open_ns[t] // session_ns != day:
            day = open_ns[t] // session_ns
            total = 0.0
        total = total + volume[t]
        if t == 0 or total in (0.0, volume[t]):
            mean = price[t]
        else:
            mean = mean + (price[t] - mean) * (volume[t] / total)
        result[t] = mean
    return result
