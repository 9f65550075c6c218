"""The file of a draft: written without a journal of SQLite's own, and synced once, at the end.

Nobody reads it before it is whole and has its name, so there is nothing to roll back to.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import apsw

from argonaut.journal import database
from argonaut.journal.draft import FAR_FROM_ROWS, DraftJournal
from argonaut.journal.errors import JournalFullError, JournalIOError
from argonaut.journal.file_copy import draft_of, remove
from argonaut.journal.meta import Meta
from argonaut.journal.sqlite import SqliteStore
from argonaut.journal.stamps import Stamps
from argonaut.journal.store import BufferedRow
from argonaut.journal.translated import translated

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class DraftFile:
    """An open draft; owned by one thread."""

    def __init__(self, path: Path, vfs: str | None = None) -> None:
        try:
            connection = database.connect_draft(path, vfs)
        except apsw.Error as error:
            raise translated(error, path) from error
        self._store = SqliteStore(connection, path)
        self._path = path
        self._descriptor: int | None = None  # to sync by while the file is written

    @classmethod
    def blank(cls, path: Path, meta: Meta, vfs: str | None = None) -> DraftFile:
        """Make a draft anew; what was left of another goes, and nothing of one that fails stays.

        Raises:
            JournalIOError: The folder cannot be written.
            JournalFullError: The disk is full.
        """
        is_on_disk = vfs is None
        if is_on_disk:
            remove(path)
        try:
            draft = cls(path, vfs)
            try:
                draft._store.meta(meta)
            except BaseException:
                draft.release()
                raise
        except BaseException:
            if is_on_disk:
                remove(path)
            raise
        return draft

    @property
    def last_seq(self) -> int:
        """The number of the last row, 0 for none."""
        return self._store.last_seq()

    def write(self, rows: Sequence[BufferedRow]) -> None:
        """Add a group of rows."""
        self._store.write(rows)

    def sync(self) -> None:
        """Return when the disk has what was written so far.

        Raises:
            JournalError: The disk refused.
        """
        if self._descriptor is None:
            # Kept open: closing one here would drop the locks that SQLite has on the file.
            self._descriptor = _opened(self._path)
        _flush(self._descriptor, self._path)

    def release(self) -> None:
        """Release the file as it is."""
        self._store.close(tidy=False)
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def finish(self) -> None:
        """Release the file and return when the disk has all of it.

        Raises:
            JournalError: The disk refused.
        """
        self.release()
        _sync(self._path)


class DraftPlace:
    """A draft beside its target, whose place it takes when it is whole."""

    def __init__(self, target: Path) -> None:
        self.path = draft_of(target)
        self._target = target

    def keep(self) -> None:
        """Let the draft take the place of the target, durably.

        Raises:
            JournalIOError: The folder cannot be written.
        """
        try:
            self.path.replace(self._target)
        except OSError as error:
            raise JournalIOError(
                f"cannot write {self._target} ({error}); want a writable folder"
            ) from error
        _sync(self._target.parent)

    def drop(self) -> None:
        """Leave nothing of the draft."""
        remove(self.path)


def open_draft(
    target: Path,
    meta: Meta,
    *,
    clock: Stamps,
    pid: int,
    mode: str,
    far_from_rows: int | None = FAR_FROM_ROWS,
) -> DraftJournal:
    """Begin a journal that stands at `target`, and takes the place of what is there, when closed.

    See `DraftJournal`.

    Raises:
        JournalIOError: The folder cannot be written.
        JournalFullError: The disk is full.
    """
    place = DraftPlace(target)
    return DraftJournal(
        DraftFile.blank(place.path, meta),
        place,
        clock=clock,
        pid=pid,
        mode=mode,
        far_from_rows=far_from_rows,
    )


def _sync(path: Path) -> None:
    """Have the disk confirm a file, or the names in a folder."""
    descriptor = _opened(path)
    try:
        _flush(descriptor, path)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY)
    except OSError as error:
        raise JournalIOError(f"journal {path} cannot be written ({error})") from error


def _flush(descriptor: int, path: Path) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise JournalFullError(
                f"journal {path} has no room left on its disk; want free space ({error})"
            ) from error
        raise JournalIOError(f"journal {path} cannot be written ({error})") from error
