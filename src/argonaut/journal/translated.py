"""An error of SQLite as the journal's own, which names the file and what is wanted."""

from __future__ import annotations

from pathlib import Path

import apsw

from argonaut.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalError,
    JournalFullError,
    JournalIOError,
)

_MEANINGS: tuple[tuple[type[apsw.Error], type[JournalError], str], ...] = (
    (apsw.BusyError, JournalBusyError, "is open in another process; want it to be ours alone"),
    (apsw.LockedError, JournalBusyError, "is locked; want it to be ours alone"),
    (apsw.FullError, JournalFullError, "has no room left on its disk; want free space"),
    (apsw.NotADBError, JournalBrokenError, "is no SQLite file; want a journal"),
    (apsw.CorruptError, JournalBrokenError, "is damaged; restore it from a backup"),
    (apsw.ReadOnlyError, JournalIOError, "cannot be written; want a writable file and folder"),
    (apsw.CantOpenError, JournalIOError, "cannot be opened; want a readable path in a folder"),
)


def translated(error: apsw.Error, path: Path) -> JournalError:
    """Return the journal's own error for one of SQLite, naming the file and what is wanted."""
    for foreign, ours, meaning in _MEANINGS:
        if isinstance(error, foreign):
            return ours(f"journal {path} {meaning} ({error})")
    return JournalIOError(f"journal {path} cannot be read or written ({error})")
