"""Twins of `windows.py`: (rows,) int64 times and float64 values in, (rows,) float64 out."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def window_high(
    ts_ns: NDArray[np.int64], values: NDArray[np.float64], window_ns: int, skip_ns: int
) -> NDArray[np.float64]:
    """Twin of `WindowHigh`."""
    rows = values.shape[0]
    result = np.full(rows, np.nan)
    queue = np.empty(rows, np.int64)  # rows whose values can still become the highest
    first = 0
    end = 0
    due = 0  # the first row that is newer than the window
    for t in range(rows):
        last_ns = ts_ns[t] - skip_ns
        while due <= t and ts_ns[due] <= last_ns:
            while end > first and values[queue[end - 1]] <= values[due]:
                end -= 1
            queue[end] = due
            end += 1
            due += 1
        while end > first and ts_ns[queue[first]] <= last_ns - window_ns:
            first += 1
        if end > first:
            result[t] = values[queue[first]]
    return result


@njit(cache=True)
def window_low(
    ts_ns: NDArray[np.int64], values: NDArray[np.float64], window_ns: int, skip_ns: int
) -> NDArray[np.float64]:
    """Twin of `WindowLow`."""
    rows = values.shape[0]
    result = np.full(rows, np.nan)
    queue = np.empty(rows, np.int64)  # rows whose values can still become the lowest
    first = 0
    end = 0
    due = 0  # the first row that is newer than the window
    for t in range(rows):
        last_ns = ts_ns[t] - skip_ns
        while due <= t and ts_ns[due] <= last_ns:
            while end > first and values[queue[end - 1]] >= values[due]:
                end -= 1
            queue[end] = due
            end += 1
            due += 1
        while end > first and ts_ns[queue[first]] <= last_ns - window_ns:
            first += 1
        if end > first:
            result[t] = values[queue[first]]
    return result


@njit(cache=True)
def window_first(
    ts_ns: NDArray[np.int64], values: NDArray[np.float64], window_ns: int
) -> NDArray[np.float64]:
    """Twin of `WindowFirst`."""
    result = np.empty(values.shape[0])
    first = 0
    for t in range(values.shape[0]):
        while ts_ns[first] <= ts_ns[t] - window_ns:
            first += 1
        result[t] = values[first]
    return result


@njit(cache=True)
def window_sum(
    ts_ns: NDArray[np.int64], values: NDArray[np.float64], window_ns: int
) -> NDArray[np.float64]:
    """Twin of `WindowSum`."""
    result = np.empty(values.shape[0])
    first = 0
    high = low = 0.0
    for t in range(values.shape[0]):
        value = values[t]
        before = high
        high = before + value
        part = high - before
        low += (before - (high - part)) + (value - part)
        while ts_ns[first] <= ts_ns[t] - window_ns:
            gone = -values[first]
            first += 1
            before = high
            high = before + gone
            part = high - before
            low += (before - (high - part)) + (gone - part)
        if first == t:
            high = value
            low = 0.0
        result[t] = high + low
    return result
