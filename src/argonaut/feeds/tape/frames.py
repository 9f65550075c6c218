"""A file of any format as a polars frame, with the columns one kind needs and the file's names."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import polars as pl

from argonaut.feeds.errors import DataFileError, UnreadableCellError
from argonaut.feeds.tape.columns import Kind
from argonaut.feeds.tape.layouts import headerless_names, kind_of, match_columns
from argonaut.feeds.tape.sniff import Format, content_of, first_line, head_of, separator_of

_CANDLE_NAMES = ("ts", "open", "high", "low", "close", "volume")
_Candle = tuple[float, float, float, float, float, float]


def column_names(path: Path, format_: Format) -> list[str]:
    """Return the file's own column names, in its order."""
    try:
        match format_:
            case Format.PARQUET:
                return list(pl.read_parquet_schema(path))
            case Format.FEATHER:
                return list(pl.read_ipc_schema(path))
            case Format.JSON:
                return list(_CANDLE_NAMES)
            case Format.CSV | Format.BINANCE_VISION:
                return _text_names(path, format_)
            case Format.JSONL:
                raise DataFileError(f"{path}: lines of JSON hold signals, not columns")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, format_, error) from error


def kind_in(path: Path, format_: Format) -> Kind:
    """Return what the rows of `path` are.

    Raises:
        DataFileError: Its columns are those of no kind we know.
    """
    if format_ is Format.JSONL:
        return Kind.SIGNALS
    names = column_names(path, format_)
    kind = kind_of(names)
    if kind is None:
        had = ", ".join(repr(name) for name in names[:20])
        raise DataFileError(f"{path}: its columns are those of no known kind; it has {had}")
    return kind


def read_frame(
    path: Path, format_: Format, kind: Kind, *, only: frozenset[str] | None = None
) -> pl.DataFrame:
    """Return the columns of `kind` under our names, or those of them named in `only`.

    Raises:
        DataFileError: A column is missing or the file is damaged.
    """
    names = column_names(path, format_)
    found = match_columns(path, kind, names)
    if only is not None:
        found = {ours: theirs for ours, theirs in found.items() if ours in only}
    try:
        frame = _read(path, format_, names, list(found.values()))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, format_, error) from error
    return frame.select(pl.col(theirs).alias(ours) for ours, theirs in found.items())


def _read(path: Path, format_: Format, names: list[str], wanted: Sequence[str]) -> pl.DataFrame:
    match format_:
        case Format.PARQUET:
            return pl.read_parquet(path, columns=list(wanted))
        case Format.FEATHER:
            return pl.read_ipc(path, columns=list(wanted))
        case Format.JSON:
            return _read_candles(path)
        case _:
            return _read_text(path, names)


def _read_text(path: Path, names: list[str]) -> pl.DataFrame:
    line = first_line(head_of(path))
    # Cells stay text here: the cast that follows can name the row of a bad one.
    return pl.read_csv(
        io.BytesIO(content_of(path)),
        has_header=not _starts_with_number(line),
        new_columns=names,
        separator=separator_of(line),
        infer_schema=False,
    )


def _text_names(path: Path, format_: Format) -> list[str]:
    line = first_line(head_of(path))
    fields = line.split(separator_of(line))
    if format_ is Format.BINANCE_VISION:
        names = headerless_names(fields)
        if names is not None:
            return names
        if _starts_with_number(line):
            raise DataFileError(f"{path}: {len(fields)} columns fit no Binance-vision layout")
    elif _starts_with_number(line):
        raise DataFileError(
            f"{path}: want column names in the first row, not {line[:80]!r}; a Binance-vision "
            "file without names is `format: binance_vision`"
        )
    names = [field.strip().strip('"') for field in fields]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise DataFileError(f"{path}: want every column name once, not {sorted(repeated)} twice")
    return names


def _starts_with_number(line: str) -> bool:
    return re.match(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?\s*[,;\t]", line, re.IGNORECASE) is not None


def _read_candles(path: Path) -> pl.DataFrame:
    content = content_of(path)
    try:
        rows = msgspec.json.decode(content, type=list[_Candle])
    except msgspec.ValidationError as error:
        row = re.search(r"\$\[(\d+)\]", str(error))
        where = f"row {int(row[1]) + 1}: " if row else ""
        raise UnreadableCellError(
            f"{where}want [ms, open, high, low, close, volume]: {error}"
        ) from error
    except msgspec.DecodeError as error:
        raise DataFileError(f"{path}: not valid JSON: {error}") from error
    schema = dict.fromkeys(_CANDLE_NAMES, pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _unreadable(path: Path, format_: Format, error: Exception) -> DataFileError:
    if isinstance(error, FileNotFoundError):
        return DataFileError(f"{path}: no such file")
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return DataFileError(f"{path}: cannot be read as {format_}: {first}")
