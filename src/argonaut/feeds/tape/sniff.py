"""What a file is, told by its first bytes; its name is only a name."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path

from argonaut.feeds.errors import DataFileError
from argonaut.feeds.tape.layouts import headerless_names

HEAD_BYTES = 65_536
_CANDLE_ARRAYS = re.compile(rb"\[\s*(\[|\])")


class Format(StrEnum):
    """How a file is written; the words of a config's `format`."""

    PARQUET = "parquet"
    CSV = "csv"  # with a header row
    BINANCE_VISION = "binance_vision"  # CSV without one: klines, trades, aggTrades
    FEATHER = "feather"  # freqtrade's default
    JSON = "json"  # freqtrade's [[ms, open, high, low, close, volume], ...]
    JSONL = "jsonl"  # one signal or event a line


def sniff(path: Path) -> Format:
    """Return the format of `path`, looking inside `.gz` and `.zip`.

    Raises:
        DataFileError: The file is missing or empty, or its content fits no format or several.
    """
    head = head_of(path)
    if not head.strip():
        raise DataFileError(f"{path}: the file is empty")
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    if head.startswith(b"ARROW1"):
        return Format.FEATHER
    if head.startswith(b"FEA1"):
        raise DataFileError(f"{path}: feather version 1, want version 2 or Parquet")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return Format.JSONL
    if _CANDLE_ARRAYS.match(text):
        return Format.JSON
    return _sniff_text(path, text)


def _sniff_text(path: Path, text: bytes) -> Format:
    first = first_line(text)
    separator = separator_of(first)
    fields = first.split(separator)
    if len(fields) < 2 or not first.isprintable() or first.startswith("["):
        raise DataFileError(
            f"{path}: no known format; want Parquet, CSV with a header, Binance-vision CSV, "
            "feather, or JSON candles"
        )
    if not _is_number(fields[0]):
        return Format.CSV
    if headerless_names(fields) is None:
        raise DataFileError(
            f"{path}: {len(fields)} columns without a header fit no known layout; want column "
            "names in the first row"
        )
    return Format.BINANCE_VISION


def first_line(text: bytes) -> str:
    """Return the first line without its end."""
    lines = text.removeprefix(b"\xef\xbb\xbf").splitlines()
    return lines[0].decode("utf-8", "replace").strip() if lines else ""


def separator_of(line: str) -> str:
    """Return what separates the fields of a CSV line: the commonest of comma, semicolon, tab."""
    return max((",", ";", "\t"), key=line.count)


def head_of(path: Path) -> bytes:
    """Return the first bytes of the content, decompressed."""
    return _read(path, HEAD_BYTES)


def content_of(path: Path) -> bytes:
    """Return the whole content, decompressed."""
    return _read(path, -1)


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic.startswith(b"\x1f\x8b"):
            with gzip.open(path) as unzipped:
                return unzipped.read(limit)
        if magic == b"PK\x03\x04":
            return _read_member(path, limit)
        with path.open("rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        raise DataFileError(f"{path}: no such file") from None
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise DataFileError(f"{path}: cannot be read: {error}") from error


def _read_member(path: Path, limit: int) -> bytes:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if len(names) != 1:
            raise DataFileError(f"{path}: want one file in the archive, not {len(names)}")
        with archive.open(names[0]) as member:
            return member.read(limit)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
