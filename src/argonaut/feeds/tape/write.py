"""Write columns as Parquet in our own layout: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl

from argonaut.feeds.errors import FeedError
from argonaut.feeds.tape.columns import (
    BarColumns,
    FundingColumns,
    Kind,
    Numeric,
    QuoteColumns,
    TradeColumns,
)
from argonaut.feeds.tape.tick_checks import Clocks

METADATA_KEY = "argonaut"
_AGGRESSORS = {1: "buy", -1: "sell", 0: None}


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a recording came from; kept inside the Parquet file."""

    kind: Kind
    instrument: str
    symbol: str | None = None  # the one picked from a source with several
    timeframe: str | None = None
    source: str = ""
    source_sha256: str = ""
    licence: str = ""


def save(
    columns: Numeric,
    path: Path,
    origin: Origin,
    *,
    clocks: Clocks | None = None,
    level: int = 19,
) -> None:
    """Write `columns` to `path` as Parquet (zstd at `level`), replacing it in one step.

    With `clocks` ticks keep both their times; without, their one time is the venue's.

    Raises:
        FeedError: It could not be written; `path` is then what it was before.
    """
    frame = _frame_of(columns, origin, clocks)
    metadata = {METADATA_KEY: msgspec.json.encode(origin).decode()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            part = Path(file.name)
            try:
                frame.write_parquet(
                    file, compression="zstd", compression_level=level, metadata=metadata
                )
                file.flush()
                os.fsync(file.fileno())
                part.chmod(0o644)  # a temporary file is private, a recording is not
                part.replace(path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
    except (OSError, pl.exceptions.PolarsError) as error:
        raise FeedError(f"{path}: could not be written: {error}") from error


def origin_of(path: Path) -> Origin | None:
    """Return where a Parquet file says it came from, None when it does not say."""
    try:
        text = pl.read_parquet_metadata(path).get(METADATA_KEY)
        return None if text is None else msgspec.json.decode(text, type=Origin)
    except (OSError, pl.exceptions.PolarsError, msgspec.DecodeError):
        return None


def _frame_of(columns: Numeric, origin: Origin, clocks: Clocks | None) -> pl.DataFrame:
    match columns:
        case BarColumns():
            names = ("open", "high", "low", "close")
            prices = {"ts": columns.open_ns} | {name: getattr(columns, name) for name in names}
            with_volume = {} if origin.kind is Kind.MARK else {"volume": columns.volume}
            return pl.DataFrame(prices | with_volume)
        case TradeColumns():
            return pl.DataFrame(_tick_heads(columns, origin, clocks) | _trade_tails(columns))
        case QuoteColumns():
            tails = {
                "bid": columns.bid,
                "bid_qty": columns.bid_quantity,
                "ask": columns.ask,
                "ask_qty": columns.ask_quantity,
            }
            return pl.DataFrame(_tick_heads(columns, origin, clocks) | tails)
        case FundingColumns():
            return pl.DataFrame({"ts": columns.ts_ns, "rate": columns.rate})
        case _:
            raise FeedError(f"want bars, trades, quotes or funding, not {type(columns).__name__}")


def _tick_heads(
    columns: TradeColumns | QuoteColumns, origin: Origin, clocks: Clocks | None
) -> dict[str, Any]:
    received_ns = None if clocks is None else clocks.received_ns
    empty = [None] * len(columns)
    return {
        "ts_event": columns.ts_ns if clocks is None else clocks.event_ns,
        "ts_recv": pl.Series(empty if received_ns is None else received_ns, dtype=pl.Int64),
        "symbol": [_symbol_of(origin)] * len(columns),
    }


def _trade_tails(trades: TradeColumns) -> dict[str, Any]:
    ids = trades.trade_id
    texts = [None] * len(trades) if ids is None else np.char.decode(ids.astype(np.bytes_)).tolist()
    words = [_AGGRESSORS[side] for side in trades.aggressor.tolist()]
    return {
        "trade_id": pl.Series(texts, dtype=pl.String),
        "price": trades.price,
        "qty": trades.quantity,
        "aggressor": pl.Series(words, dtype=pl.String),
    }


def _symbol_of(origin: Origin) -> str:
    pair = origin.instrument.partition("@")[0].partition(":")[0]
    return "".join(letter for letter in pair if letter.isalnum())
