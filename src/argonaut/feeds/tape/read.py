"""Read a recording: its columns, and the report on them. Start here."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypedDict, TypeVar, Unpack

import msgspec

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.errors import BadDataError, DataFileError
from argonaut.feeds.tape.cache import ColumnCache
from argonaut.feeds.tape.columns import (
    BarColumns,
    Clock,
    FundingColumns,
    Kind,
    QuoteColumns,
    Recording,
    SignalRows,
    TradeColumns,
)
from argonaut.feeds.tape.quality import QualityReport
from argonaut.feeds.tape.sniff import Format
from argonaut.feeds.tape.spec import DataSpec

OnBad = Literal["refuse", "report"]
_Wanted = TypeVar("_Wanted")


class Options(TypedDict, total=False):
    """What every `read_*` takes besides the file and its market; see `DataSpec` and `read`."""

    format: Format | None
    symbol: str | None
    clock: Clock
    tolerate: tuple[str, ...]
    on_bad: OnBad
    cache: ColumnCache | None


def read(
    spec: DataSpec, *, on_bad: OnBad = "refuse", cache: ColumnCache | None = None
) -> tuple[Recording, QualityReport]:
    """Return the columns of one recording and the report on them.

    Args:
        spec: What to read; a relative path is taken from the working directory.
        on_bad: `refuse` raises where the report holds an error, `report` returns it.
        cache: Where checked columns are kept between processes; None keeps nothing.

    Raises:
        DataFileError: The file is missing, damaged or of another layout.
        BadDataError: It was read and holds values no market can have, or another market.
    """
    if cache is None:
        return _read(spec, on_bad)
    entry = _entry(cache, spec)
    kept = cache.load(entry)
    if kept is not None:
        return kept
    columns, report = _read(spec, on_bad)
    # A file that was replaced while it was read must not be kept under its old identity.
    is_same = _entry(cache, spec) == entry
    if is_same and report.is_usable and not isinstance(columns, SignalRows):
        is_kept = cache.store(entry, columns, report)
        # The decoded columns are memory, the kept ones a file.
        return (is_kept and cache.load(entry)) or (columns, report)
    return columns, report


def read_bars(
    path: Path, instrument: InstrumentId, timeframe: str, **options: Unpack[Options]
) -> tuple[BarColumns, QualityReport]:
    """Return candles of `timeframe`, such as `1m`. Raises as `read` does."""
    return _read_kind(BarColumns, path, instrument, Kind.BARS, timeframe, options)


def read_trades(
    path: Path, instrument: InstrumentId, **options: Unpack[Options]
) -> tuple[TradeColumns, QualityReport]:
    """Return public trades. Raises as `read` does."""
    return _read_kind(TradeColumns, path, instrument, Kind.TRADES, None, options)


def read_quotes(
    path: Path, instrument: InstrumentId, **options: Unpack[Options]
) -> tuple[QuoteColumns, QualityReport]:
    """Return best bids and offers. Raises as `read` does."""
    return _read_kind(QuoteColumns, path, instrument, Kind.QUOTES, None, options)


def read_funding(
    path: Path, instrument: InstrumentId, **options: Unpack[Options]
) -> tuple[FundingColumns, QualityReport]:
    """Return funding payments. Raises as `read` does."""
    return _read_kind(FundingColumns, path, instrument, Kind.FUNDING, None, options)


def read_signals(path: Path, **options: Unpack[Options]) -> tuple[SignalRows, QualityReport]:
    """Return recorded signals and events. Raises as `read` does."""
    return _read_kind(SignalRows, path, InstrumentId(""), Kind.SIGNALS, None, options)


def _read_kind(
    wanted: type[_Wanted],
    path: Path,
    instrument: InstrumentId,
    kind: Kind,
    timeframe: str | None,
    options: Options,
) -> tuple[_Wanted, QualityReport]:
    spec = DataSpec(
        path=path,
        instrument=instrument,
        kind=kind,
        timeframe=timeframe,
        format=options.get("format"),
        symbol=options.get("symbol"),
        clock=options.get("clock", Clock.AUTO),
        tolerate=options.get("tolerate", ()),
    )
    columns, report = read(spec, on_bad=options.get("on_bad", "refuse"), cache=options.get("cache"))
    assert isinstance(columns, wanted), f"{kind} are read as {wanted.__name__}"
    return columns, report


def _entry(cache: ColumnCache, spec: DataSpec) -> Path:
    try:
        return cache.entry(spec.path, msgspec.json.encode(spec, enc_hook=str))
    except OSError as error:
        raise DataFileError(f"{spec.path}: cannot be read: {error.strerror}") from error


def _read(spec: DataSpec, on_bad: OnBad) -> tuple[Recording, QualityReport]:
    # Polars takes 0.1 s to import; a process whose recordings are all cached never pays it.
    from argonaut.feeds.tape.load import load  # noqa: PLC0415

    columns, _, report = load(spec)
    if on_bad == "refuse":
        report.raise_if_unusable()
    if columns is None:
        raise BadDataError(f"{report.path}: {report.errors[0].message}")
    return columns, report
