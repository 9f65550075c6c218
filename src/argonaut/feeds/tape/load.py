"""Decode and check one file, without the cache. Imports polars, so `read` imports it late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import polars as pl

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.errors import BadDataError, DataFileError, UnreadableCellError
from argonaut.feeds.tape.columns import TOLD, Kind, Recording, Told
from argonaut.feeds.tape.decode import (
    Decoded,
    decode,
    decode_told,
    in_order,
    one_symbol,
    symbols_in,
)
from argonaut.feeds.tape.findings import Finding, Flaw
from argonaut.feeds.tape.frames import kind_in, read_frame
from argonaut.feeds.tape.quality import QualityReport, assess
from argonaut.feeds.tape.sniff import Format, sniff
from argonaut.feeds.tape.spec import DataSpec
from argonaut.feeds.tape.tick_checks import Clocks
from argonaut.feeds.tape.write import origin_of

_OLD_NAMES = {"XBT": "BTC", "XDG": "DOGE"}
_TEXT_FORMATS = {Format.CSV, Format.BINANCE_VISION}


class Loaded(NamedTuple):
    """What a file held: no columns where a cell could not be read, clocks where it has two."""

    columns: Recording | None
    clocks: Clocks | None
    report: QualityReport


def load(spec: DataSpec, *, sort: bool = False) -> Loaded:
    """Return the columns and their report; `sort` puts a file that runs backwards in order.

    Raises:
        DataFileError: The file is missing, damaged or of another layout.
        BadDataError: It holds the market of another instrument.
    """
    kind, frame = _open(spec)
    if frame is None:
        told: Told = Kind.EVENTS if kind is Kind.EVENTS else Kind.SIGNALS
        return _assessed(spec, kind, lambda: decode_told(spec.path, told), sort=sort)

    def decoded() -> Decoded:
        mine = one_symbol(frame, spec.symbol)
        if spec.symbol is None and spec.instrument:
            _check_instrument(spec.path, spec.instrument, symbols_in(mine) or _told(spec.path))
        return _decoded(mine, spec, kind)

    return _assessed(spec, kind, decoded, sort=sort)


def verify(spec: DataSpec) -> QualityReport:
    """Return the report on a whole file; where it has several symbols, findings name theirs.

    Raises:
        DataFileError: The file is missing, damaged or of another layout.
    """
    kind, frame = _open(spec)
    symbols = [] if frame is None else symbols_in(frame)
    if frame is None or len(symbols) < 2 or spec.symbol is not None:
        return load(spec).report
    if frame["symbol"].null_count():
        return _unreadable(spec, kind, UnreadableCellError("a row has no symbol, others have one"))
    parts = (frame.filter(pl.col("symbol") == symbol) for symbol in symbols)
    reports = [_assessed(spec, kind, _decoder(part, spec, kind)).report for part in parts]
    return _joined(spec, kind, symbols, reports)


def _open(spec: DataSpec) -> tuple[Kind, pl.DataFrame | None]:
    """Return the kind and the rows of a file; signals and events have no frame."""
    format_ = sniff(spec.path)
    stated = spec.format
    if stated not in {None, format_} and not {stated, format_} <= _TEXT_FORMATS:
        raise DataFileError(f"{spec.path}: the file is {format_}, not {stated} as stated")
    format_ = stated or format_
    kind = spec.kind or kind_in(spec.path, format_)
    if (kind in TOLD) is not (format_ is Format.JSONL):
        raise DataFileError(f"{spec.path}: want {kind}, the file is {format_}")
    return kind, None if kind in TOLD else read_frame(spec.path, format_, kind)


def _decoder(frame: pl.DataFrame, spec: DataSpec, kind: Kind) -> Callable[[], Decoded]:
    return lambda: _decoded(frame, spec, kind)


def _decoded(frame: pl.DataFrame, spec: DataSpec, kind: Kind) -> Decoded:
    return decode(frame, kind, spec.instrument, timeframe_ns=spec.timeframe_ns, clock=spec.clock)


def _assessed(
    spec: DataSpec, kind: Kind, decoder: Callable[[], Decoded], *, sort: bool = False
) -> Loaded:
    try:
        decoded = decoder()
    except UnreadableCellError as error:
        return Loaded(None, None, _unreadable(spec, kind, error))
    except DataFileError as error:
        raise DataFileError(f"{spec.path}: {error}") from error
    if sort:
        decoded = in_order(decoded)
    report = assess(
        decoded.columns,
        path=str(spec.path),
        kind=kind,
        clocks=decoded.clocks,
        notes=decoded.notes,
        tolerate=spec.tolerate,
    )
    return Loaded(decoded.columns, decoded.clocks, report)


def _unreadable(spec: DataSpec, kind: Kind, error: UnreadableCellError) -> QualityReport:
    finding = Finding(flaw=Flaw.UNREADABLE_VALUE, count=1, message=str(error))
    return QualityReport(path=str(spec.path), kind=kind, rows=0, errors=(finding,))


def _joined(
    spec: DataSpec, kind: Kind, symbols: Sequence[str], reports: Sequence[QualityReport]
) -> QualityReport:
    def named(weight: str) -> tuple[Finding, ...]:
        return tuple(
            msgspec.structs.replace(finding, message=f"{symbol}: {finding.message}")
            for symbol, report in zip(symbols, reports, strict=True)
            for finding in getattr(report, weight)
        )

    starts = [report.from_ns for report in reports if report.from_ns is not None]
    ends = [report.to_ns for report in reports if report.to_ns is not None]
    return QualityReport(
        path=str(spec.path),
        kind=kind,
        rows=sum(report.rows for report in reports),
        from_ns=min(starts, default=None),
        to_ns=max(ends, default=None),
        timeframe=reports[0].timeframe,
        notes=(*reports[0].notes, f"symbols: {', '.join(symbols)}; rows are counted within each"),
        errors=named("errors"),
        warnings=named("warnings"),
    )


def _check_instrument(path: Path, instrument_id: InstrumentId, symbols: Sequence[str]) -> None:
    """Refuse a file of another market: trading on the wrong prices looks like a good backtest."""
    pair = _plain(_pair_of(instrument_id))
    for symbol in symbols:
        if not _plain(symbol).startswith(pair):
            raise BadDataError(
                f"{path}: holds {symbol}, want {instrument_id}; if it is the same market, say so "
                f"with `symbol: {symbol}`"
            )


def _told(path: Path) -> list[str]:
    """Return the instrument a Parquet file of ours names in its metadata."""
    origin = origin_of(path)
    return [_pair_of(origin.instrument)] if origin and origin.instrument else []


def _pair_of(instrument_id: str) -> str:
    return instrument_id.partition("@")[0].partition(":")[0]


def _plain(name: str) -> str:
    letters = "".join(letter for letter in name.upper() if letter.isalnum())
    for old, new in _OLD_NAMES.items():
        letters = letters.replace(old, new)
    return letters
