"""Larger bars from smaller ones, one at a time: the streaming twin of `feeds.tape.aggregate`."""

from __future__ import annotations

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.timeframe import grid_offset_ns

Bucket = tuple[int, float, float, float, float, float]
"""A completed bucket: open_ns, open, high, low, close, volume."""

_NOTHING: tuple[Bucket, ...] = ()


class BarAggregator:
    """Folds bars of `base_timeframe_ns` into UTC-aligned buckets of `timeframe_ns`.

    A bucket is handed out once, when it can no longer change: with the base bar that ends it or,
    where that bar is missing, with the first bar of a later bucket. A bucket with missing base
    bars is made from those that exist. Volume is added in order of arrival, so both twins agree to
    the last bit.
    """

    __slots__ = ("_base_ns", "_bucket", "_last_ns", "_offset_ns", "_timeframe_ns")

    def __init__(self, timeframe_ns: int, base_timeframe_ns: int) -> None:
        check_multiple(timeframe_ns, base_timeframe_ns)
        self._timeframe_ns = timeframe_ns
        self._base_ns = base_timeframe_ns
        self._offset_ns = grid_offset_ns(timeframe_ns)
        self._bucket: Bucket | None = None
        self._last_ns: int | None = None

    def update(
        self,
        open_ns: int,
        open: float,  # noqa: A002 - the field's own word
        high: float,
        low: float,
        close: float,
        volume: float,
    ) -> tuple[Bucket, ...]:
        """Take one base bar and return the buckets it completed: none, one, or two after a gap.

        Raises:
            InvalidValueError: The bar is not later than the one before.
        """
        if self._last_ns is not None and open_ns <= self._last_ns:
            raise InvalidValueError(f"want a bar after {self._last_ns} ns, not {open_ns} ns")
        self._last_ns = open_ns
        start_ns = open_ns - (open_ns - self._offset_ns) % self._timeframe_ns
        bucket = self._bucket
        completed = _NOTHING
        if bucket is not None and bucket[0] != start_ns:
            completed = (bucket,)
            bucket = None
        if bucket is None:
            bucket = (start_ns, open, high, low, close, volume)
        else:
            _, first, top, bottom, _, total = bucket
            # Comparisons, because max() and min() double the cost of a bar.
            top = high if high > top else top
            bottom = low if low < bottom else bottom
            bucket = (start_ns, first, top, bottom, close, total + volume)
        if open_ns + self._base_ns >= start_ns + self._timeframe_ns:
            self._bucket = None
            return (*completed, bucket)
        self._bucket = bucket
        return completed

    def state(self) -> tuple[int | None, Bucket | None]:
        """Return what a restart needs: the last bar's open and the unfinished bucket."""
        return self._last_ns, self._bucket

    def restore(self, state: tuple[int | None, Bucket | None]) -> None:
        """Continue from what `state` returned."""
        self._last_ns, self._bucket = state


def check_multiple(timeframe_ns: int, base_timeframe_ns: int) -> None:
    """Refuse a timeframe that whole base bars cannot fill.

    Raises:
        InvalidValueError: Not a multiple of the base timeframe, or one of them not positive.
    """
    if base_timeframe_ns <= 0 or timeframe_ns < base_timeframe_ns:
        raise InvalidValueError(
            f"want a timeframe of at least the base {base_timeframe_ns} ns, not {timeframe_ns} ns"
        )
    if timeframe_ns % base_timeframe_ns:
        raise InvalidValueError(
            f"want a multiple of the base {base_timeframe_ns} ns, not {timeframe_ns} ns"
        )
