"""What recordings a folder holds, and how a foreign file becomes one: `argonaut data`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from argonaut.domain.timeframe import format_timeframe
from argonaut.feeds.errors import DataFileError, FeedError
from argonaut.feeds.tape import cells
from argonaut.feeds.tape.columns import BarColumns, Kind, SignalRows
from argonaut.feeds.tape.decode import commonest_step, decode_told, symbols_in
from argonaut.feeds.tape.frames import kind_in, read_frame
from argonaut.feeds.tape.load import load
from argonaut.feeds.tape.quality import QualityReport
from argonaut.feeds.tape.sniff import Format, sniff
from argonaut.feeds.tape.spec import DataSpec
from argonaut.feeds.tape.write import Origin, origin_of, save

_SUFFIXES = (".parquet", ".csv", ".csv.gz", ".zip", ".feather", ".json", ".json.gz", ".jsonl")
_LISTED = frozenset({"open_ns", "event_ns", "symbol"})
_HASH_BYTES = 1 << 20

Progress = Callable[[str, float], None]
"""Told the name of a step and the fraction of the whole that is done, 0 to 1."""


class RecordingInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a folder; `problem` says why nothing else is known about it.

    `markets` are the instruments or symbols the file itself names. Times are UTC nanoseconds of
    the first and last row.
    """

    path: str
    bytes: int
    format: Format | None = None
    kind: Kind | None = None
    markets: tuple[str, ...] = ()
    timeframe: str | None = None
    rows: int = 0
    from_ns: int | None = None
    to_ns: int | None = None
    problem: str | None = None


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """Where a file was imported to; `was_there` when an earlier run had done it already."""

    path: str
    report: QualityReport
    was_there: bool


def list_recordings(folder: Path) -> tuple[RecordingInfo, ...]:
    """Return every recording below `folder`, in order of path.

    Raises:
        DataFileError: There is no such folder.
    """
    if not folder.is_dir():
        raise DataFileError(f"{folder}: no such folder")
    return tuple(_listed(folder))


def recording_info(path: Path) -> RecordingInfo:
    """Return what one recording is.

    Raises:
        DataFileError: It is missing, damaged or of another layout.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataFileError(f"{path}: {error.strerror or error}") from error
    return _info(path, size)


def import_file(
    source: DataSpec,
    target: Path,
    *,
    licence: str = "",
    sort: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Convert a file of any format to Parquet in our layout at `target`.

    Safe to repeat: a target made from the same bytes in the same manner is left alone, and one
    that was interrupted leaves nothing behind.

    Raises:
        DataFileError: The source is missing, damaged or of another layout.
        BadDataError: It holds values no market can have; nothing was written.
        FeedError: The target could not be written.
    """
    tell = progress or _say_nothing
    tell("hash", 0.0)
    digest = _sha256(source.path)
    tell("read", 0.1)
    columns, clocks, report = load(source, sort=sort)
    report.raise_if_unusable()
    if columns is None or isinstance(columns, SignalRows):
        raise FeedError(f"{source.path}: want market data; signals are used as they are")
    origin = Origin(
        kind=report.kind,
        instrument=source.instrument,
        symbol=source.symbol,
        timeframe=report.timeframe,
        source=source.path.name,
        source_sha256=digest,
        licence=licence,
    )
    tell("write", 0.6)
    was_there = origin_of(target) == origin
    if not was_there:
        save(columns, target, origin, clocks=clocks)
    tell("done", 1.0)
    return Imported(path=str(target), report=report, was_there=was_there)


def _listed(folder: Path) -> Iterator[RecordingInfo]:
    for path in sorted(folder.rglob("*")):
        if path.name.endswith(_SUFFIXES) and path.is_file():
            size = path.stat().st_size
            try:
                yield _info(path, size)
            except FeedError as error:
                if not path.name.endswith((".json", ".json.gz")):  # often a manifest, not candles
                    yield RecordingInfo(path=str(path), bytes=size, problem=str(error))


def _info(path: Path, size: int) -> RecordingInfo:
    format_ = sniff(path)
    kind = kind_in(path, format_)
    timeframe: str | None = None
    markets: tuple[str, ...] = ()
    if kind is Kind.SIGNALS:
        columns = decode_told(path).columns
        assert not isinstance(columns, BarColumns), "signals are no bars"
        times = columns.ts_ns
    else:
        frame = read_frame(path, format_, kind, only=_LISTED)
        markets = tuple(symbols_in(frame))
        times, _ = cells.times(frame["open_ns" if "open_ns" in frame.columns else "event_ns"])
    origin = origin_of(path) if format_ is Format.PARQUET else None
    if kind in {Kind.BARS, Kind.MARK}:
        timeframe = format_timeframe(commonest_step(times))
    return RecordingInfo(
        path=str(path),
        bytes=size,
        format=format_,
        kind=kind,
        markets=(origin.instrument,) if origin and origin.instrument else markets,
        timeframe=timeframe,
        rows=len(times),
        from_ns=int(times.min()) if len(times) else None,
        to_ns=int(times.max()) if len(times) else None,
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_HASH_BYTES):
                digest.update(block)
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}") from error
    return digest.hexdigest()


def _say_nothing(_step: str, _fraction: float) -> None:
    return
