"""Candles of one instrument as columns, for charts and for finding holes in the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from argonaut.reports.returns import Floats, Times


@dataclass(frozen=True, slots=True)
class Candles:
    """Columns of one length: open times (UTC ns, rising), prices quote per base."""

    open_ns: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats

    def __len__(self) -> int:
        return int(self.open_ns.size)

    @property
    def timeframe_ns(self) -> int:
        """The most usual step from one open to the next; 0 below two candles."""
        if len(self) < 2:
            return 0
        steps, counts = np.unique(np.diff(self.open_ns), return_counts=True)
        return int(steps[counts.argmax()])

    def between(self, from_ns: int, to_ns: int) -> Candles:
        """Return the candles that open within [from_ns, to_ns], and the one before."""
        first = max(int(np.searchsorted(self.open_ns, from_ns)) - 1, 0)
        last = int(np.searchsorted(self.open_ns, to_ns, side="right"))
        return Candles(
            self.open_ns[first:last],
            self.open[first:last],
            self.high[first:last],
            self.low[first:last],
            self.close[first:last],
        )

    def merged(self, limit: int) -> tuple[Candles, int]:
        """Return at most `limit` candles, and how many of ours each of them holds."""
        each = max(-(-len(self) // limit), 1)
        if each == 1:
            return self, 1
        starts = np.arange(0, len(self), each)
        return _grouped(self, starts), each

    def gaps(self) -> list[tuple[int, int]]:
        """Return (index after the gap, missing candles) of every hole."""
        step_ns = self.timeframe_ns
        if not step_ns:
            return []
        missing = np.diff(self.open_ns) // step_ns - 1
        return [(int(i) + 1, int(missing[i])) for i in np.flatnonzero(missing > 0)]

    def holding(self, event_ns: int) -> int | None:
        """Return the index of the candle that had opened before `event_ns`, None before all.

        An event at a candle's close belongs to that candle, not to the next one.
        """
        index = int(np.searchsorted(self.open_ns, event_ns)) - 1
        return index if index >= 0 else None


def candles_of_prices(event_ns: Times, prices: Floats, timeframe_ns: int) -> Candles:
    """Return candles made of prices at rising times, on a grid from the epoch."""
    opens_ns = event_ns - event_ns % timeframe_ns
    starts = np.flatnonzero(np.append(True, opens_ns[1:] != opens_ns[:-1])[: opens_ns.size])
    return _grouped(Candles(opens_ns, prices, prices, prices, prices), starts)


def _grouped(candles: Candles, starts: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Candles:
    if not starts.size:
        return candles
    ends = np.append(starts[1:], len(candles)) - 1
    return Candles(
        candles.open_ns[starts],
        candles.open[starts],
        np.maximum.reduceat(candles.high, starts),
        np.minimum.reduceat(candles.low, starts),
        candles.close[ends],
    )
