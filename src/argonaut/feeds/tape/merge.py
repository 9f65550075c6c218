"""Several recordings merged by time into one order, the same on every machine.

A bar happens twice: at its open a venue may fill, at its close a strategy sees it. Rows at the
same instant come in the order of `Phase`, then in the order the streams were given, then in the
order of the recording. Nothing is ever handed out before its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from argonaut.feeds.tape.columns import (
    BarColumns,
    FundingColumns,
    QuoteColumns,
    SignalRows,
    Times,
    TradeColumns,
)

Stream = BarColumns | TradeColumns | QuoteColumns | FundingColumns | SignalRows
Slots = NDArray[np.unsignedinteger[Any]]  # as small as it may be
CHUNK_ROWS = 8_192  # whose numbers stay in a core's cache


class Phase(IntEnum):
    """What happens first among things at the same instant."""

    BAR_CLOSE = 0  # the bar that ends now is history before anything new begins
    FUNDING = 1  # paid on what was held until now
    BAR_OPEN = 2
    QUOTE = 3  # a trade is matched against the quote that stood before it
    TRADE = 4
    SIGNAL = 5  # a detector or a feed may have seen all of the above


_PHASES: dict[type[Stream], tuple[Phase, ...]] = {
    BarColumns: (Phase.BAR_CLOSE, Phase.BAR_OPEN),
    FundingColumns: (Phase.FUNDING,),
    QuoteColumns: (Phase.QUOTE,),
    TradeColumns: (Phase.TRADE,),
    SignalRows: (Phase.SIGNAL,),
}


class Slot(NamedTuple):
    """One phase of one stream; chunks name it by its index in `MergePlan.slots`."""

    stream: int
    phase: Phase


class Chunk(NamedTuple):
    """Rows in their order, as Python lists for a hot loop: three of equal length."""

    time_ns: list[int]
    slot: list[int]
    row: list[int]


class Piece(NamedTuple):
    """The same as arrays; each slot has the rows `first <= row < stop` of its stream, in line."""

    time_ns: Times
    slot: Slots
    first: list[int]
    stop: list[int]


class MergePlan:
    """The order of all rows of all streams; computed chunk by chunk, so memory stays small."""

    def __init__(self, streams: Sequence[Stream]) -> None:
        slots = [
            Slot(index, phase)
            for index, stream in enumerate(streams)
            for phase in _PHASES[type(stream)]
        ]
        # Ranked by (phase, stream): a stable sort by time alone then yields the whole order.
        self.slots: tuple[Slot, ...] = tuple(
            sorted(slots, key=lambda slot: (slot.phase, slot.stream))
        )
        self._times = [_times_of(streams[slot.stream], slot.phase) for slot in self.slots]

    def __len__(self) -> int:
        return sum(len(times) for times in self._times)

    @property
    def span_ns(self) -> tuple[int, int] | None:
        """Times of the first and the last row, None when there are no rows."""
        held = [times for times in self._times if len(times)]
        if not held:
            return None
        return min(int(times[0]) for times in held), max(int(times[-1]) for times in held)

    def chunks(self, rows_max: int = CHUNK_ROWS, *, skip: int = 0) -> Iterator[Chunk]:
        """Yield the order in pieces of about `rows_max` rows, without the first `skip` rows.

        A piece is longer only where more rows than that share one instant.
        """
        left = skip
        for piece in self.pieces(rows_max):
            if left >= len(piece.slot):
                left -= len(piece.slot)
                continue
            row = np.empty(len(piece.slot), np.int64)
            for number, (first, stop) in enumerate(zip(piece.first, piece.stop, strict=True)):
                row[piece.slot == number] = np.arange(first, stop)
            yield Chunk(
                piece.time_ns[left:].tolist(), piece.slot[left:].tolist(), row[left:].tolist()
            )
            left = 0

    def pieces(self, rows_max: int = CHUNK_ROWS) -> Iterator[Piece]:
        """Yield what `chunks` does as arrays.

        Raises:
            ValueError: `rows_max` is less than one.
        """
        if rows_max < 1:
            raise ValueError(f"want rows_max >= 1, not {rows_max}")
        begin = [0] * len(self._times)
        while True:
            end = self._next_ends(begin, rows_max)
            if begin == end:
                return
            parts = [times[a:b] for times, a, b in zip(self._times, begin, end, strict=True)]
            time_ns, slot = _alternating(parts) or _in_order(parts)
            yield Piece(time_ns, slot, begin, end)
            begin = end

    def _next_ends(self, begin: list[int], rows_max: int) -> list[int]:
        """Return where each slot's next piece ends: all at one time, so no piece overtakes."""
        left = [len(times) - start for times, start in zip(self._times, begin, strict=True)]
        share = max(rows_max // max(sum(count > 0 for count in left), 1), 1)
        bounds = [
            int(times[start + share - 1])
            for times, start, count in zip(self._times, begin, left, strict=True)
            if count > share
        ]
        if not bounds:
            return [len(times) for times in self._times]
        until_ns = min(bounds)
        return [
            max(int(np.searchsorted(times, until_ns, "right")), start)
            for times, start in zip(self._times, begin, strict=True)
        ]


def _in_order(parts: list[Times]) -> tuple[Times, Slots]:
    """Return all times in their order, and the part of each; at one instant by part."""
    time_ns = np.concatenate(parts)
    numbers = np.arange(len(parts), dtype=np.min_scalar_type(len(parts)))
    slot = np.repeat(numbers, [len(part) for part in parts])
    if len(parts) == 1:  # one stream of instants is its own order
        return time_ns, slot
    order = np.argsort(time_ns, kind="stable")
    return time_ns[order], slot[order]


def _alternating(parts: list[Times]) -> tuple[Times, Slots] | None:
    """Return the order of a lone recording of bars, one after the other, without sorting.

    Its closes are the first part, and a piece may begin with either. None for anything else.
    """
    if len(parts) != 2 or abs(len(parts[0]) - len(parts[1])) > 1:
        return None
    closes, opens = parts
    more = len(opens) - len(closes)
    place = 0 if more > 0 or (not more and opens[0] < closes[0]) else 1  # of the first open
    time_ns = np.empty(len(opens) + len(closes), np.int64)
    time_ns[place::2], time_ns[1 - place :: 2] = opens, closes
    steps = np.diff(time_ns)
    if (steps < 0).any() or not steps[place::2].all():  # at one instant a close goes first
        return None
    slot = np.zeros(len(time_ns), np.uint8)
    slot[place::2] = 1
    return time_ns, slot


def merge(streams: Sequence[Stream]) -> MergePlan:
    """Return the one order of `streams`; see the module's first lines for its rules."""
    return MergePlan(streams)


def _times_of(stream: Stream, phase: Phase) -> Times:
    if isinstance(stream, BarColumns):
        return stream.close_ns() if phase is Phase.BAR_CLOSE else stream.open_ns
    return stream.ts_ns
