"""The emergency log: where rows go when the journal's disk refuses them.

Its room is taken beforehand, so that a full disk cannot refuse it as well. It holds the rows since
the last commit that succeeded and what is done about it: cancels, stops, ways out. The next start
moves them into the journal before anything else.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

ROOM_BYTES = 1 << 20
_END = b"\0"


class StrandedRow(msgspec.Struct, frozen=True, array_like=True):
    """One row as the journal would have taken it; `seq` is the number it would have had."""

    seq: int
    event_seq: int
    event_ns: int
    kind: str
    subject: str
    payload: str


class Emergency(Protocol):
    """Keeps rows when the journal cannot."""

    def write(self, rows: Sequence[StrandedRow]) -> bool:
        """Make rows durable; say whether they are. Raises nothing: there is no one left to ask."""

    def rows(self) -> Sequence[StrandedRow]:
        """Return what an earlier run left."""

    def clear(self) -> None:
        """Forget what is kept, because it is in the journal now."""


class EmergencyLog:
    """One file of a fixed size beside the journal, readable by its owner only."""

    def __init__(self, path: Path, room_bytes: int = ROOM_BYTES) -> None:
        """Open or make the file and take its room.

        Raises:
            OSError: There is no room, or no permission: then a run should not start.
        """
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._room = room_bytes
        if os.fstat(self._file).st_size < room_bytes:
            os.posix_fallocate(self._file, 0, room_bytes)
            os.fsync(self._file)
        self._used = len(self._content())

    def write(self, rows: Sequence[StrandedRow]) -> bool:
        """Make rows durable; say whether they are."""
        lines = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
        if self._used + len(lines) + len(_END) > self._room:
            return False
        try:
            os.pwrite(self._file, lines + _END, self._used)
            os.fdatasync(self._file)
        except OSError:
            return False  # the caller refuses what would have needed it
        self._used += len(lines)
        return True

    def rows(self) -> Sequence[StrandedRow]:
        """Return what an earlier run left; a line that a crash cut off was never acknowledged."""
        lines = self._content().split(b"\n")[:-1]
        return tuple(msgspec.json.decode(line, type=StrandedRow) for line in lines)

    def clear(self) -> None:
        """Forget what is kept."""
        os.pwrite(self._file, _END * max(self._used, len(_END)), 0)
        os.fsync(self._file)
        self._used = 0

    def close(self) -> None:
        """Release the file."""
        os.close(self._file)

    def _content(self) -> bytes:
        kept = os.pread(self._file, self._room, 0).partition(_END)[0]
        return kept[: kept.rfind(b"\n") + 1]


class MemoryEmergency:
    """Keeps rows for as long as the object lives: for simulations, which keep it over a crash."""

    def __init__(self) -> None:
        self._rows: list[StrandedRow] = []

    def write(self, rows: Sequence[StrandedRow]) -> bool:
        """Keep rows."""
        self._rows += rows
        return True

    def rows(self) -> Sequence[StrandedRow]:
        """Return what is kept."""
        return tuple(self._rows)

    def clear(self) -> None:
        """Forget what is kept."""
        self._rows.clear()
