"""Plays recorded columns to whoever listens, in the order of the merge, as reused views.

The listener is the session of backtest and paper. `play_until` goes up to an instant, so a paper
run can pace it by the clock; a backtest plays to the end in one go.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import length_hint
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from argonaut.domain.event import DetectorSignal, ExternalEvent
from argonaut.domain.ids import InstrumentId, VenueId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.feeds.events.body import parse_events
from argonaut.feeds.events.clean import cleaned
from argonaut.feeds.events.resolve import Resolver
from argonaut.feeds.signals import parse_signal
from argonaut.feeds.tape.columns import (
    BarColumns,
    Kind,
    QuoteColumns,
    SignalRows,
    Times,
    TradeColumns,
)
from argonaut.feeds.tape.merge import MergePlan, Phase, Piece, merge

Stream = BarColumns | TradeColumns | QuoteColumns | SignalRows
END_OF_TIME_NS = 2**63 - 1


class Listener(Protocol):
    """Takes market data in the order of the tape."""

    def open(self, instrument_id: InstrumentId, open_ns: int, price: float) -> None:
        """A bar opens; told only for instruments in `working`."""

    def bar(self, bar: Bar) -> None:
        """A bar is complete."""

    def trade(self, trade: Trade) -> None:
        """Somebody traded."""

    def quote(self, quote: Quote) -> None:
        """The best bid or offer changed."""

    def feed(self, event: DetectorSignal | ExternalEvent) -> None:
        """A recorded signal or event is due."""


class Bound(Protocol):
    """Something whose outputs are set from columns instead of being computed: an indicator."""

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the attributes to set."""


ColumnsOf = Mapping[int, Sequence[tuple[Bound, Sequence[NDArray[np.float64]]]]]
"""Per stream: indicators with one precomputed column an output, NaN where undefined."""


class Player:
    """Plays `streams` once.

    `working` tells which instruments want the open of their bars, `beside` those of a shadow.
    """

    def __init__(
        self,
        streams: Sequence[Stream],
        listener: Listener,
        working: dict[InstrumentId, Any],
        *,
        beside: dict[InstrumentId, Any] | None = None,
        venue_id: VenueId,
        bound: ColumnsOf | None = None,
    ) -> None:
        self._streams = tuple(streams)
        self._listener = listener
        self._working = working
        self._beside = {} if beside is None else beside
        self._venue_id = venue_id
        self._bound = bound or {}
        self._resolver = Resolver(
            dict.fromkeys(
                each.instrument_id for each in self._streams if not isinstance(each, SignalRows)
            )
        )
        self._plan = merge(self._streams)
        self._pieces = self._plan.pieces()
        self._times: Times = np.array([], np.int64)
        self._slots: Sequence[int] = b""
        self._next = 0
        self._actions: list[Callable[[], None]] = []
        self.rows_played = 0

    def __len__(self) -> int:
        return len(self._plan)

    @property
    def plan(self) -> MergePlan:
        """The order of all rows."""
        return self._plan

    def next_ns(self) -> int | None:
        """Return the time of the next row, None at the end."""
        return int(self._times[self._next]) if self._refill() else None

    def play_until(self, until_ns: int) -> bool:
        """Play every row at or before `until_ns`; return whether any is left.

        Returns early at the end of a chunk of about 8,192 rows, so that a caller can show
        progress; call again until `next_ns` is later.
        """
        if not self._refill():
            return False
        times = self._times
        stop = len(times) if times[-1] <= until_ns else bisect_right(times, until_ns, self._next)
        return self._play(stop)

    def play_to_row(self, row: int) -> None:
        """Play until `row` rows of the whole tape have been played, or to its end."""
        while self.rows_played < row and self._refill():
            self._play(min(len(self._times), self._next + row - self.rows_played))

    def _play(self, stop: int) -> bool:
        actions, walk = self._actions, iter(self._slots[self._next : stop])
        try:
            for slot in walk:
                actions[slot]()
        finally:  # a listener that raises leaves the tape behind the row it was told
            played = stop - length_hint(walk) - self._next
            self._next += played
            self.rows_played += played
        return self._refill()

    def _refill(self) -> bool:
        """Load the next chunk when this one is used up; return whether there is a row."""
        while self._next >= len(self._times):
            piece = next(self._pieces, None)
            if piece is None:
                return False
            slots = piece.slot
            self._times, self._next = piece.time_ns, 0
            self._slots = slots.tobytes() if slots.dtype == np.uint8 else slots.tolist()
            self._actions = self._ready(piece)
        return True

    def _ready(self, piece: Piece) -> list[Callable[[], None]]:
        """Return one action a slot, each walking its own rows of this chunk: they lie in a row."""
        actions: list[Callable[[], None]] = []
        for slot, first, stop in zip(self._plan.slots, piece.first, piece.stop, strict=True):
            has_rows = first < stop
            actions.append(
                self._action(slot.stream, slot.phase, first, stop) if has_rows else _never
            )
        return actions

    def _action(self, stream: int, phase: Phase, first: int, stop: int) -> Callable[[], None]:
        columns = self._streams[stream]
        if isinstance(columns, BarColumns):
            if phase is Phase.BAR_OPEN:
                return self._opening(columns, first)
            return self._closing(columns, stream, first, stop)
        if isinstance(columns, TradeColumns):
            return self._trading(columns, stream, first, stop)
        if isinstance(columns, QuoteColumns):
            return self._quoting(columns, first, stop)
        if columns.kind is Kind.EVENTS:
            return self._telling(columns, first, stop)
        return self._signaling(columns, first, stop)

    def _opening(self, columns: BarColumns, first: int) -> Callable[[], None]:
        name, open_ns, prices = columns.instrument_id, columns.open_ns, columns.open
        working, beside = self._working, self._beside
        listen, row = self._listener.open, first - 1

        def play() -> None:
            nonlocal row
            row += 1
            # Seldom, so the columns are read only then.
            if (working and name in working) or (beside and name in beside):
                listen(name, int(open_ns[row]), float(prices[row]))

        return play

    def _closing(
        self, columns: BarColumns, stream: int, first: int, stop: int
    ) -> Callable[[], None]:
        bar = Bar(columns.instrument_id, columns.timeframe_ns)
        rows = _rows(
            column[first:stop]
            for column in (
                columns.open_ns,
                columns.open,
                columns.high,
                columns.low,
                columns.close,
                columns.volume,
            )
        )
        targets, outputs = self._walks(stream, first, stop)
        listen, timeframe_ns = self._listener.bar, columns.timeframe_ns

        def play() -> None:
            for bar.open_ns, bar.open, bar.high, bar.low, bar.close, bar.volume in rows:
                break  # at one row: compiled, a loop steps an iterator without a call
            bar.event_ns = bar.open_ns + timeframe_ns
            _set_next(targets, outputs)
            listen(bar)

        return play

    def _trading(
        self, columns: TradeColumns, stream: int, first: int, stop: int
    ) -> Callable[[], None]:
        trade = Trade(columns.instrument_id)
        rows = _rows(
            column[first:stop]
            for column in (columns.ts_ns, columns.price, columns.quantity, columns.aggressor)
        )
        targets, outputs = self._walks(stream, first, stop)
        listen = self._listener.trade

        def play() -> None:
            for trade.event_ns, trade.price, trade.quantity, trade.aggressor in rows:
                break
            _set_next(targets, outputs)
            listen(trade)

        return play

    def _quoting(self, columns: QuoteColumns, first: int, stop: int) -> Callable[[], None]:
        quote = Quote(columns.instrument_id)
        following = zip(
            *(
                getattr(columns, name)[first:stop].tolist()
                for name in ("ts_ns", "bid", "bid_quantity", "ask", "ask_quantity")
            ),
            strict=True,
        ).__next__
        listen = self._listener.quote

        def play() -> None:
            quote.event_ns, quote.bid, quote.bid_quantity, quote.ask, quote.ask_quantity = (
                following()
            )
            listen(quote)

        return play

    def _signaling(self, columns: SignalRows, first: int, stop: int) -> Callable[[], None]:
        following = zip(
            columns.ts_ns[first:stop].tolist(), columns.body[first:stop], strict=True
        ).__next__
        listen, venue_id = self._listener.feed, self._venue_id

        def play() -> None:
            seen_ns, body = following()
            listen(parse_signal(body, seen_ns=seen_ns, venue_id=venue_id))

        return play

    def _telling(self, columns: SignalRows, first: int, stop: int) -> Callable[[], None]:
        following = zip(
            columns.ts_ns[first:stop].tolist(), columns.body[first:stop], strict=True
        ).__next__
        listen, resolve = self._listener.feed, self._resolver.resolve

        def play() -> None:
            seen_ns, body = following()
            for event in parse_events(body, seen_ns=seen_ns):
                listen(resolve(cleaned(event, now_ns=seen_ns)))

        return play

    def _walks(
        self, stream: int, first: int, stop: int
    ) -> tuple[list[tuple[Any, str]], Iterator[tuple[Any, ...]]]:
        """Return which attributes are bound to a stream, and their values by row of the chunk."""
        targets: list[tuple[Any, str]] = []
        columns: list[Iterable[float | None]] = []
        for indicator, outputs in self._bound.get(stream, ()):
            for name, column in zip(indicator.outputs, outputs, strict=True):
                targets.append((indicator, name))
                columns.append(_without_nan(column[first:stop]))
        return targets, zip(*columns, strict=True)


def _rows(columns: Iterable[NDArray[Any]]) -> Iterator[tuple[Any, ...]]:
    """Return the rows of some columns, each number made when its row is played and not before."""
    return zip(*(_packed(column) for column in columns), strict=True)


def _packed(column: NDArray[Any]) -> array[Any]:
    """Return a column as what a core's cache holds and Python walks fastest."""
    return array(column.dtype.char, column.tobytes())


def _set_next(targets: list[tuple[Any, str]], rows: Iterator[tuple[Any, ...]]) -> None:
    """Set the bound attributes to their next values, of which there are none without any."""
    for values in rows:
        for number, value in enumerate(values):
            indicator, name = targets[number]
            setattr(indicator, name, value)
        break


def _without_nan(column: NDArray[np.float64]) -> Iterable[float | None]:
    """Return the column with None for what is not defined yet."""
    if np.isnan(column).any():
        return [None if value != value else value for value in column.tolist()]  # noqa: PLR0124 - NaN
    return _packed(column)


def _never() -> None:
    """Stand in for a slot that has no row in this chunk."""
    raise AssertionError("a slot without rows was played")
