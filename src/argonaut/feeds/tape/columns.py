"""The data model of recorded market data: one read-only array per field, one row per event."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from argonaut.domain.ids import InstrumentId

Times = NDArray[np.int64]
Floats = NDArray[np.float64]


class Kind(StrEnum):
    """What one row of a recording is; the words of a config's `kind`."""

    BARS = "bars"
    MARK = "mark"  # bars of the mark price, without volume
    TRADES = "trades"
    QUOTES = "quotes"
    FUNDING = "funding"
    BOOK_DELTAS = "book_deltas"
    SIGNALS = "signals"
    EVENTS = "events"


class Clock(StrEnum):
    """Which of a row's times orders the tape; the words of a config's `clock`.

    `auto` takes the receive time where every row has one, because that is when a strategy could
    have known, and the venue's own time where not.
    """

    AUTO = "auto"
    EVENT = "event"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, eq=False)
class BarColumns:
    """Candles: prices quote per base, `volume` base units (zeros for mark prices)."""

    instrument_id: InstrumentId
    timeframe_ns: int
    open_ns: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __post_init__(self) -> None:
        """Refuse ragged columns and seal the arrays."""
        _seal(self)

    def __len__(self) -> int:
        return len(self.open_ns)

    def close_ns(self) -> Times:
        """Return when each bar is complete: the first instant a strategy may see it."""
        return self.open_ns + self.timeframe_ns

    def rows(self, start: int, stop: int) -> Self:
        """Return the rows `start <= row < stop`."""
        return _sliced(self, start, stop)

    def between(self, from_ns: int, to_ns: int) -> Self:
        """Return the bars that lie wholly inside: `from_ns <= open` and `close <= to_ns`."""
        return self.rows(
            int(np.searchsorted(self.open_ns, from_ns, "left")),
            int(np.searchsorted(self.open_ns, to_ns - self.timeframe_ns, "right")),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Instants:
    """Columns of one instrument whose rows happen at one instant each, `ts_ns`."""

    instrument_id: InstrumentId
    ts_ns: Times

    def __post_init__(self) -> None:
        """Refuse ragged columns and seal the arrays."""
        _seal(self)

    def __len__(self) -> int:
        return len(self.ts_ns)

    def rows(self, start: int, stop: int) -> Self:
        """Return the rows `start <= row < stop`."""
        return _sliced(self, start, stop)

    def between(self, from_ns: int, to_ns: int) -> Self:
        """Return the rows with `from_ns <= ts_ns < to_ns`."""
        return self.rows(
            int(np.searchsorted(self.ts_ns, from_ns, "left")),
            int(np.searchsorted(self.ts_ns, to_ns, "left")),
        )


@dataclass(frozen=True, slots=True, eq=False)
class TradeColumns(Instants):
    """Public prints: `aggressor` int8 is +1 buyer, -1 seller, 0 not told.

    `trade_id` is int64, or bytes where the venue's ids are not numbers; None when it has none.
    """

    price: Floats
    quantity: Floats
    aggressor: NDArray[np.int8]
    trade_id: NDArray[np.int64] | NDArray[np.bytes_] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class QuoteColumns(Instants):
    """Best bid and offer: prices quote per base, quantities base units."""

    bid: Floats
    bid_quantity: Floats
    ask: Floats
    ask_quantity: Floats


@dataclass(frozen=True, slots=True, eq=False)
class FundingColumns(Instants):
    """Funding payments: `rate` is the fraction of notional that longs pay to shorts at `ts_ns`."""

    rate: Floats


@dataclass(frozen=True, slots=True, eq=False)
class BookDeltaColumns(Instants):
    """Absolute book levels: `side` int8 is +1 bid, -1 ask; quantity 0 removes the level.

    Rows that share `last_id` and `ts_ns` are one message; the book is cleared at the first row of
    a snapshot. An id the venue does not send is None.
    """

    snapshot: NDArray[np.bool_]
    side: NDArray[np.int8]
    price: Floats
    quantity: Floats
    first_id: NDArray[np.int64] | None = None
    last_id: NDArray[np.int64] | None = None
    prev_id: NDArray[np.int64] | None = None


Told = Literal[Kind.SIGNALS, Kind.EVENTS]
"""The kinds whose rows are told by somebody, one JSON object each, and are no market data."""
TOLD: tuple[Told, ...] = (Kind.SIGNALS, Kind.EVENTS)


@dataclass(frozen=True, slots=True, eq=False)
class SignalRows:
    """Recorded signals or events: each row the JSON object as it was sent.

    Rows stay bytes because a signal's own rules decide whether it is valid, not the tape.
    """

    ts_ns: Times
    body: tuple[bytes, ...]
    kind: Told = Kind.SIGNALS

    def __post_init__(self) -> None:
        """Refuse a different number of times and bodies."""
        if len(self.ts_ns) != len(self.body):
            raise ValueError(f"want as many bodies as times, not {len(self.body)}")
        self.ts_ns.flags.writeable = False

    def __len__(self) -> int:
        return len(self.ts_ns)

    def rows(self, start: int, stop: int) -> Self:
        """Return the rows `start <= row < stop`."""
        return replace(self, ts_ns=self.ts_ns[start:stop], body=self.body[start:stop])

    def between(self, from_ns: int, to_ns: int) -> Self:
        """Return the rows with `from_ns <= ts_ns < to_ns`."""
        return self.rows(
            int(np.searchsorted(self.ts_ns, from_ns, "left")),
            int(np.searchsorted(self.ts_ns, to_ns, "left")),
        )


Numeric = BarColumns | TradeColumns | QuoteColumns | FundingColumns | BookDeltaColumns
Recording = Numeric | SignalRows
_Numeric = TypeVar("_Numeric", bound=BarColumns | Instants)


def arrays(columns: BarColumns | Instants) -> dict[str, NDArray[Any]]:
    """Return the arrays of `columns` by name, in the order of its fields."""
    values = ((field.name, getattr(columns, field.name)) for field in fields(columns))
    return {name: value for name, value in values if isinstance(value, np.ndarray)}


def _seal(columns: BarColumns | Instants) -> None:
    lengths = {name: len(array) for name, array in arrays(columns).items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"want columns of equal length, not {lengths}")
    for array in arrays(columns).values():
        array.flags.writeable = False


def _sliced(columns: _Numeric, start: int, stop: int) -> _Numeric:
    views: dict[str, Any] = {name: array[start:stop] for name, array in arrays(columns).items()}
    return replace(columns, **views)
