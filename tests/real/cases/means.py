"""Means of the close that differ in the last bits, which decide where two of them tie exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from argonaut.indicators import Sma

Column = NDArray[np.float64]


class PolarsMean(Sma):
    """The compensated mean of polars and pandas, as an input column."""

    def columns(self, *inputs: NDArray[Any]) -> tuple[Column, ...]:
        return (pl.Series(inputs[0]).rolling_mean(self.length).to_numpy(),)


class PlainMean(Sma):
    """Every window added up anew, first to last."""

    def columns(self, *inputs: NDArray[Any]) -> tuple[Column, ...]:
        (close,) = inputs
        windows = np.lib.stride_tricks.sliding_window_view(close, self.length)
        total = np.zeros(len(windows))
        for offset in range(self.length):
            total += windows[:, offset]
        return (_late(total / self.length, self.length),)


class RunningMean(Sma):
    """One running sum: the newest added, then the oldest taken off."""

    def columns(self, *inputs: NDArray[Any]) -> tuple[Column, ...]:
        (close,) = inputs
        total, sums = 0.0, []
        for position, value in enumerate(close.tolist()):
            total += value
            if position >= self.length:
                total -= float(close[position - self.length])
            sums.append(total)
        return (_late(np.array(sums[self.length - 1 :]) / self.length, self.length),)


class ExactMean(Sma):
    """The exact mean in thirtieths of a tick of 1e-7: whole numbers, so a tie is a tie."""

    def columns(self, *inputs: NDArray[Any]) -> tuple[Column, ...]:
        (close,) = inputs
        ticks = np.rint(close * 1e7).astype(np.int64)
        windows = np.lib.stride_tricks.sliding_window_view(ticks, self.length)
        return (_late(windows.sum(axis=1) * (30 // self.length), self.length),)


MEANS: dict[str, type[Sma]] = {
    "ours": Sma,
    "polars": PolarsMean,
    "plain": PlainMean,
    "running": RunningMean,
    "exact": ExactMean,
}


def _late(values: NDArray[np.float64] | NDArray[np.int64], length: int) -> Column:
    """Return one value a row, NaN before the first full window."""
    return np.concatenate([np.full(length - 1, np.nan), values.astype(np.float64)])
