"""A journal's file copied page by page, also while its one writer goes on."""

from __future__ import annotations

from pathlib import Path

import apsw

from argonaut.journal.errors import JournalIOError
from argonaut.journal.translated import translated

_PAGES = 64  # 1 MiB at once: about a millisecond of a trader's loop
_BESIDE = ("", "-wal", "-shm", "-journal")


def beside(path: Path) -> list[Path]:
    """Return a file of SQLite and those that may stand beside it."""
    return [path.with_name(path.name + suffix) for suffix in _BESIDE]


def draft_of(target: Path) -> Path:
    """Return where a file is made before it takes its place."""
    return target.with_name(f"{target.name}.part")


def remove(path: Path) -> None:
    """Remove a draft and what stands beside it.

    Raises:
        JournalIOError: The folder cannot be written.
    """
    try:
        for each in beside(path):
            each.unlink(missing_ok=True)
    except OSError as error:
        raise JournalIOError(f"cannot write {path} ({error}); want a writable folder") from error


class FileCopy:
    """A copy under way from an open connection; the connection may write meanwhile.

    What it writes goes into the copy too, and the copy is whole when `step` has returned True.
    Not durable before `put_in_place`.
    """

    def __init__(self, source: apsw.Connection, draft: Path) -> None:
        remove(draft)
        try:
            self._target = apsw.Connection(str(draft))
            self._target.pragma("synchronous", "OFF")
            self._backup = self._target.backup("main", source, "main")
        except apsw.Error as error:
            raise translated(error, draft) from error
        self._draft = draft
        self._is_closed = False
        self.done = 0
        self.total = 0

    def step(self) -> bool:
        """Copy some pages; return whether that was all.

        Raises:
            JournalError: The disk of the copy refused; the source is unharmed.
        """
        backup = self._backup
        try:
            backup.step(_PAGES)
            self.total = backup.page_count
            self.done = self.total - backup.remaining
            return bool(backup.done)
        except apsw.Error as error:
            raise translated(error, self._draft) from error

    def close(self) -> None:
        """Release the copy, whole or not. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self._backup.close(True)
            self._target.close()
        except apsw.Error as error:
            raise translated(error, self._draft) from error
