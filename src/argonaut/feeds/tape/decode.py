"""A frame with our names becomes columns with our types, in the order of one clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.errors import DataFileError, UnreadableCellError
from argonaut.feeds.tape import cells
from argonaut.feeds.tape.columns import (
    BarColumns,
    BookDeltaColumns,
    Clock,
    FundingColumns,
    Kind,
    QuoteColumns,
    Recording,
    SignalRows,
    Told,
    TradeColumns,
    arrays,
)
from argonaut.feeds.tape.sniff import content_of
from argonaut.feeds.tape.tick_checks import Clocks

LINE_BYTES_MAX = 131_072


@dataclass(frozen=True, slots=True)
class Decoded:
    """Columns not yet checked, their clocks where they have two, and what the reader assumed."""

    columns: Recording
    clocks: Clocks | None
    notes: tuple[str, ...]


def symbols_in(frame: pl.DataFrame) -> list[str]:
    """Return the symbols of a frame in order of appearance, empty where it has no such column."""
    if "symbol" not in frame.columns:
        return []
    return frame["symbol"].cast(pl.String).drop_nulls().unique(maintain_order=True).to_list()


def one_symbol(frame: pl.DataFrame, symbol: str | None) -> pl.DataFrame:
    """Return the rows of `symbol`, or all rows where the file has but one.

    Raises:
        DataFileError: No row has this symbol.
        UnreadableCellError: No symbol was named and the rows have several.
    """
    held = symbols_in(frame)
    if symbol is not None and "symbol" in frame.columns:
        if symbol not in held:
            raise DataFileError(f"want symbol {symbol!r}, the file has {', '.join(held[:20])}")
        return frame.filter(pl.col("symbol") == symbol)
    if len(held) > 1:
        row = int((frame["symbol"] != held[0]).arg_true()[0])
        raise UnreadableCellError(
            f"row {row + 1}: symbol is {frame['symbol'][row]} after {held[0]}, want one symbol; "
            f"the file has {', '.join(held[:20])}: name one with `symbol`"
        )
    return frame


def decode(
    frame: pl.DataFrame,
    kind: Kind,
    instrument_id: InstrumentId,
    *,
    timeframe_ns: int | None,
    clock: Clock,
) -> Decoded:
    """Return the columns of one symbol's frame.

    Raises:
        UnreadableCellError: A cell is missing or not of its column's kind.
        DataFileError: The clock asked for is not in the file, or no timeframe can be told.
    """
    if kind in {Kind.BARS, Kind.MARK}:
        return _decode_bars(frame, instrument_id, timeframe_ns)
    ts_ns, clocks, notes = _decode_clocks(frame, clock)
    columns: Recording
    match kind:
        case Kind.TRADES:
            columns = TradeColumns(
                instrument_id,
                ts_ns,
                price=cells.floats(frame["price"]),
                quantity=cells.floats(frame["quantity"]),
                aggressor=_aggressors(frame),
                trade_id=(
                    cells.identifiers(frame["trade_id"]) if "trade_id" in frame.columns else None
                ),
            )
        case Kind.QUOTES:
            names = ("bid", "bid_quantity", "ask", "ask_quantity")
            columns = QuoteColumns(
                instrument_id, ts_ns, **{name: cells.floats(frame[name]) for name in names}
            )
        case Kind.FUNDING:
            columns = FundingColumns(instrument_id, ts_ns, rate=cells.floats(frame["rate"]))
        case _:
            columns = _book_deltas(frame, instrument_id, ts_ns)
    return Decoded(columns, clocks, notes)


def decode_told(path: Path, kind: Told = Kind.SIGNALS) -> Decoded:
    """Return the lines of a JSONL file with the time each of them states.

    Raises:
        UnreadableCellError: A line is too long or no object with a whole `ts_ns`.
    """
    times: list[int] = []
    bodies: list[bytes] = []
    decoder = msgspec.json.Decoder(_Timed)
    for number, line in enumerate(content_of(path).splitlines(), start=1):
        body = line.strip()
        if not body:
            continue
        if len(body) > LINE_BYTES_MAX:
            raise UnreadableCellError(
                f"line {number}: {len(body)} bytes, want at most {LINE_BYTES_MAX}"
            )
        try:
            timed = decoder.decode(body)
        except msgspec.DecodeError as error:
            raise UnreadableCellError(
                f"line {number}: want a JSON object with `ts_ns`: {error}"
            ) from error
        times.append(timed.ts_ns)
        bodies.append(body)
    rows = SignalRows(np.array(times, dtype=np.int64), tuple(bodies), kind)
    return Decoded(rows, None, ())


def in_order(decoded: Decoded) -> Decoded:
    """Return the rows sorted by time, rows of one time in their old order."""
    columns, clocks = decoded.columns, decoded.clocks
    if isinstance(columns, SignalRows):
        order = np.argsort(columns.ts_ns, kind="stable")
        body = tuple(columns.body[at] for at in order.tolist())
        return replace(decoded, columns=replace(columns, ts_ns=columns.ts_ns[order], body=body))
    times = columns.open_ns if isinstance(columns, BarColumns) else columns.ts_ns
    order = np.argsort(times, kind="stable")
    moved: dict[str, Any] = {name: array[order] for name, array in arrays(columns).items()}
    if clocks is not None:
        received_ns = None if clocks.received_ns is None else clocks.received_ns[order]
        clocks = replace(clocks, event_ns=clocks.event_ns[order], received_ns=received_ns)
    return replace(decoded, columns=replace(columns, **moved), clocks=clocks)


class _Timed(msgspec.Struct):
    ts_ns: int


def _decode_bars(
    frame: pl.DataFrame, instrument_id: InstrumentId, timeframe_ns: int | None
) -> Decoded:
    open_ns, note = cells.times(frame["open_ns"])
    prices = {name: cells.floats(frame[name]) for name in ("open", "high", "low", "close")}
    has_volume = "volume" in frame.columns
    volume = cells.floats(frame["volume"]) if has_volume else np.zeros(len(open_ns))
    notes = [note]
    if timeframe_ns is None:
        timeframe_ns = commonest_step(open_ns)
        notes.append("timeframe: the commonest step")
    columns = BarColumns(instrument_id, timeframe_ns, open_ns, **prices, volume=volume)
    return Decoded(columns, None, tuple(notes))


def commonest_step(open_ns: NDArray[np.int64]) -> int:
    """Return the step between bars seen most often, whole seconds in ns.

    Raises:
        DataFileError: There is none, as in a file of one row.
    """
    steps, counts = np.unique(np.abs(np.diff(open_ns)), return_counts=True)
    usable = (steps > 0) & (steps % 1_000_000_000 == 0)
    if not usable.any():
        raise DataFileError("no timeframe can be told from the rows; want it stated")
    return int(steps[usable][np.argmax(counts[usable])])


def _decode_clocks(
    frame: pl.DataFrame, clock: Clock
) -> tuple[NDArray[np.int64], Clocks, tuple[str, ...]]:
    event_ns, note = cells.times(frame["event_ns"])
    notes = [note]
    received_ns = None
    if "received_ns" in frame.columns and not frame["received_ns"].null_count():
        received_ns, note = cells.times(frame["received_ns"])
        notes.append(note)
    if clock is Clock.RECEIVED and received_ns is None:
        raise DataFileError("clock: want a receive time in every row, the file has none")
    by_received = received_ns is not None and clock is not Clock.EVENT
    if received_ns is not None:
        notes.append(f"clock: {Clock.RECEIVED if by_received else Clock.EVENT}")
    ts_ns = received_ns if received_ns is not None and by_received else event_ns
    return ts_ns, Clocks(event_ns, received_ns, by_received), tuple(notes)


def _aggressors(frame: pl.DataFrame) -> NDArray[np.int8]:
    if "aggressor" in frame.columns:
        return cells.sides(frame["aggressor"])
    if "buyer_is_maker" in frame.columns:
        # The maker was there first, so the other side took.
        return np.where(cells.flags(frame["buyer_is_maker"]), -1, 1).astype(np.int8)
    return np.zeros(len(frame), dtype=np.int8)


def _book_deltas(
    frame: pl.DataFrame, instrument_id: InstrumentId, ts_ns: NDArray[np.int64]
) -> BookDeltaColumns:
    names: Sequence[str] = ("first_id", "last_id", "prev_id")
    ids = {
        name: cells.integers(frame[name].fill_null(-1))
        for name in names
        if name in frame.columns and frame[name].null_count() < len(frame)
    }
    return BookDeltaColumns(
        instrument_id,
        ts_ns,
        snapshot=(
            cells.flags(frame["snapshot"])
            if "snapshot" in frame.columns
            else np.zeros(len(frame), dtype=np.bool_)
        ),
        side=_book_sides(frame),
        price=cells.floats(frame["price"]),
        quantity=cells.floats(frame["quantity"]),
        **ids,
    )


def _book_sides(frame: pl.DataFrame) -> NDArray[np.int8]:
    if "side" in frame.columns:
        return cells.sides(frame["side"])
    if "is_ask" in frame.columns:
        return np.where(cells.flags(frame["is_ask"]), -1, 1).astype(np.int8)
    raise DataFileError("book deltas want a column 'side'")
