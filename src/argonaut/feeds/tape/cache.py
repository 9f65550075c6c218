"""Checked columns kept as raw arrays, mapped into memory by the next process.

Reading a recording a second time then costs neither a decoder nor its import (0.1 s). An entry
is named by everything its content depends on: where the file is, its size and times as the file
system knows them, and how it was read. A changed file has another name, so no entry is ever stale;
old ones go when the folder outgrows its bound.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.tape.columns import (
    BarColumns,
    BookDeltaColumns,
    FundingColumns,
    Numeric,
    QuoteColumns,
    TradeColumns,
    arrays,
)
from argonaut.feeds.tape.quality import QualityReport

CACHE_BYTES_MAX = 2 * 1024**3
_VERSION = 1  # raise it when readers or checks change what they return
_MAGIC = b"ARGOCOLS"
_ALIGN = 64
_TYPES: dict[str, type[Numeric]] = {
    type_.__name__: type_
    for type_ in (BarColumns, TradeColumns, QuoteColumns, FundingColumns, BookDeltaColumns)
}


class _Array(msgspec.Struct, frozen=True):
    name: str
    dtype: str
    offset: int


class _Header(msgspec.Struct, frozen=True):
    type_name: str
    instrument_id: InstrumentId
    timeframe_ns: int | None
    rows: int
    arrays: tuple[_Array, ...]
    report: QualityReport
    content_bytes: int


class ColumnCache:
    """A folder of checked columns. Safe to delete at any time and to share between processes."""

    def __init__(self, folder: Path, bytes_max: int = CACHE_BYTES_MAX) -> None:
        self.folder = folder
        self._bytes_max = bytes_max

    def entry(self, source: Path, manner: bytes) -> Path:
        """Return where columns of `source`, read in this manner, are kept.

        Raises:
            OSError: The source does not exist.
        """
        resolved = source.resolve()
        status = resolved.stat()
        # The change time cannot be set by a program, so a rewritten file never looks untouched.
        identity = (_VERSION, str(resolved), status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        digest = hashlib.sha256(repr(identity).encode() + b"\0" + manner).hexdigest()
        return self.folder / f"{digest}.columns"

    def load(self, entry: Path) -> tuple[Numeric, QualityReport] | None:
        """Return the columns mapped read-only with their report, None when there is no entry.

        A damaged entry counts as none.
        """
        try:
            content = np.memmap(entry, dtype=np.uint8, mode="r")
            header, start = _read(content)
            os.utime(entry)  # the least recently used entries go first
        except (OSError, ValueError, msgspec.DecodeError):
            return None
        return _columns_of(content, header, start), header.report

    def store(self, entry: Path, columns: Numeric, report: QualityReport) -> bool:
        """Keep `columns` and return whether they were kept: a full or closed folder keeps none."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._make_room()
            _write(entry, columns, report)
        except OSError:
            return False
        return True

    def _make_room(self) -> None:
        entries = [(path, path.stat()) for path in self.folder.glob("*.columns")]
        used = sum(status.st_size for _, status in entries)
        for path, status in sorted(entries, key=lambda pair: pair[1].st_mtime_ns):
            if used <= self._bytes_max:
                return
            path.unlink(missing_ok=True)
            used -= status.st_size


def let_go(columns: Numeric) -> None:
    """Hand the memory of mapped columns back; what is read again comes from the file again.

    A whole recording that was read once otherwise counts as memory of this process. Arrays that
    are not mapped stay as they are.
    """
    mapped = {id(owner): owner for owner in map(_owner, arrays(columns).values())}
    for owner in mapped.values():
        if isinstance(owner, mmap.mmap):
            owner.madvise(mmap.MADV_DONTNEED)


def _owner(array: np.ndarray) -> object:
    owner: object = array
    while isinstance(owner, np.ndarray):
        owner = owner.base
    return owner


def _write(entry: Path, columns: Numeric, report: QualityReport) -> None:
    header, content = _encode(columns, report)
    with tempfile.NamedTemporaryFile(dir=entry.parent, suffix=".part", delete=False) as file:
        part = Path(file.name)
        try:
            written = file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
            file.write(bytes(_aligned(written) - written))
            for array in content:
                file.write(array.data)
                file.write(bytes(_aligned(array.nbytes) - array.nbytes))
            file.flush()
            os.fsync(file.fileno())
            part.replace(entry)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def _encode(columns: Numeric, report: QualityReport) -> tuple[bytes, list[np.ndarray]]:
    """Return the header and the arrays as they follow it, each from its own aligned offset."""
    places: list[_Array] = []
    content: list[np.ndarray] = []
    offset = 0
    for name, array in arrays(columns).items():
        plain = np.ascontiguousarray(array)
        places.append(_Array(name, plain.dtype.str, offset))
        content.append(plain)
        offset = _aligned(offset + plain.nbytes)
    header = _Header(
        type_name=type(columns).__name__,
        instrument_id=columns.instrument_id,
        timeframe_ns=columns.timeframe_ns if isinstance(columns, BarColumns) else None,
        rows=len(columns),
        arrays=tuple(places),
        report=report,
        content_bytes=offset,
    )
    return msgspec.json.encode(header), content


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGN) * _ALIGN


def _read(content: np.memmap) -> tuple[_Header, int]:
    """Return the header and where the arrays begin."""
    if content[:8].tobytes() != _MAGIC:
        raise ValueError("not an entry of the column cache")
    length = int.from_bytes(content[8:16].tobytes(), "little")
    header = msgspec.json.decode(content[16 : 16 + length].tobytes(), type=_Header)
    start = _aligned(16 + length)
    if len(content) != start + header.content_bytes:
        raise ValueError(f"want {start + header.content_bytes} bytes, not {len(content)}")
    return header, start


def _columns_of(content: np.memmap, header: _Header, start: int) -> Numeric:
    values: dict[str, Any] = {}
    for place in header.arrays:
        dtype = np.dtype(place.dtype)
        offset = start + place.offset
        raw = content[offset : offset + header.rows * dtype.itemsize]
        values[place.name] = np.asarray(raw).view(dtype)
    if header.timeframe_ns is not None:
        values["timeframe_ns"] = header.timeframe_ns
    return _TYPES[header.type_name](header.instrument_id, **values)
