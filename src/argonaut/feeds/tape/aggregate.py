"""Larger bars from smaller ones or from trades, as columns: the twin of `domain.aggregate`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argonaut.domain.aggregate import check_multiple
from argonaut.domain.timeframe import grid_offset_ns
from argonaut.feeds.tape.columns import BarColumns, Floats, Times, TradeColumns


def aggregate(bars: BarColumns, timeframe_ns: int) -> BarColumns:
    """Return UTC-aligned bars of a multiple of the timeframe of `bars`.

    The last bucket is left out unless its last bar is there; a bucket with holes is made from the
    bars that exist. Values equal those of `BarAggregator` to the last bit.

    Raises:
        InvalidValueError: `timeframe_ns` is no multiple of the bars' own.
    """
    check_multiple(timeframe_ns, bars.timeframe_ns)
    bucket_ns = _bucket_of(bars.open_ns, timeframe_ns)
    starts = _starts_of(bucket_ns)
    if (
        len(starts)
        and int(bars.open_ns[-1]) + bars.timeframe_ns < int(bucket_ns[-1]) + timeframe_ns
    ):
        starts, kept = starts[:-1], int(starts[-1])
    else:
        kept = len(bars)
    ends = np.append(starts[1:], kept) - 1
    return BarColumns(
        bars.instrument_id,
        timeframe_ns,
        bucket_ns[starts],
        open=bars.open[starts],
        high=_reduced(np.maximum, bars.high[:kept], starts),
        low=_reduced(np.minimum, bars.low[:kept], starts),
        close=bars.close[ends] if len(starts) else bars.close[:0],
        volume=sums_in_order(bars.volume[:kept], starts),
    )


def bars_from_trades(trades: TradeColumns, timeframe_ns: int) -> BarColumns:
    """Return UTC-aligned bars of the trades; no bar where nothing traded.

    The last bucket is left out: only a later trade would prove that it is complete.
    """
    bucket_ns = _bucket_of(trades.ts_ns, timeframe_ns)
    all_starts = _starts_of(bucket_ns)
    starts, kept = all_starts[:-1], int(all_starts[-1]) if len(all_starts) else 0
    price = trades.price[:kept]
    ends = np.append(starts[1:], kept) - 1
    return BarColumns(
        trades.instrument_id,
        timeframe_ns,
        bucket_ns[starts],
        open=price[starts],
        high=_reduced(np.maximum, price, starts),
        low=_reduced(np.minimum, price, starts),
        close=price[ends] if len(starts) else price[:0],
        volume=sums_in_order(trades.quantity[:kept], starts),
    )


def sums_in_order(values: Floats, starts: NDArray[np.int64]) -> Floats:
    """Return the sum of each run that begins at `starts`, added strictly left to right.

    `np.add.reduceat` adds in pairs, which ends in other bits than adding one at a time.
    """
    if not len(starts):
        return np.empty(0)
    lengths = np.diff(np.append(starts, len(values)))
    longest = int(lengths.max())
    if longest > len(starts):  # few long runs: one exact scan each
        stops = starts + lengths
        scans = zip(starts.tolist(), stops.tolist(), strict=True)
        return np.array([np.add.accumulate(values[a:b])[-1] for a, b in scans])
    total = values[starts].copy()
    for place in range(1, longest):  # many short runs: the n-th value of all at once
        has_place = lengths > place
        total[has_place] += values[starts[has_place] + place]
    return total


def _bucket_of(time_ns: Times, timeframe_ns: int) -> Times:
    return time_ns - (time_ns - grid_offset_ns(timeframe_ns)) % timeframe_ns


def _starts_of(bucket_ns: Times) -> NDArray[np.int64]:
    if not len(bucket_ns):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], np.diff(bucket_ns) != 0)))


def _reduced(ufunc: np.ufunc, values: Floats, starts: NDArray[np.int64]) -> Floats:
    if not len(starts):
        return np.empty(0)
    reduced: Floats = ufunc.reduceat(values, starts)
    return reduced
