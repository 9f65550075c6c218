"""Read a journal without changing it: rows by filter, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import apsw

from argonaut.journal import database
from argonaut.journal.by_url import connected
from argonaut.journal.errors import JournalError, JournalIOError
from argonaut.journal.meta import Meta
from argonaut.journal.query import EVERY_ROW, RowFilter
from argonaut.journal.row import Row
from argonaut.journal.sqlite import SqliteStore
from argonaut.journal.store import Store
from argonaut.journal.translated import translated
from argonaut.journal.verify import VerifyReport, verify_with_index


class JournalReader:
    """One journal, opened read-only by its path or its PostgreSQL URL; a context manager.

    A running trader keeps its file to itself: ask it over the control channel instead. A database
    can be read while it is written.

    Raises:
        JournalBusyError: A writer has the file open.
        JournalVersionError: Its schema is not the one this program reads.
        JournalBrokenError: It is no journal, or an empty file.
        JournalIOError: There is no such file or database, or it cannot be read.
    """

    def __init__(self, source: Path | str) -> None:
        opened = _file(source) if isinstance(source, Path) else _database(source)
        self._store: Store = opened[0]
        self.meta: Meta = opened[1]

    @property
    def name(self) -> str:
        """What people call it: its path, or its URL without the password."""
        return self._store.name

    @property
    def epoch(self) -> int:
        """How often it was opened for writing so far."""
        return self._store.stored_epoch()

    def rows(self, wanted: RowFilter = EVERY_ROW) -> Iterator[Row]:
        """Yield the wanted rows by rising `seq`, as stored: verify first what must be true."""
        return self._store.rows(wanted)

    @property
    def last_seq(self) -> int:
        """The number of the last row, as stored; 0 for none."""
        return self._store.last_seq()

    def verify(self) -> VerifyReport:
        """Walk the whole chain and the index of orders; a flaw is a value, not an exception."""
        return verify_with_index(self._store)

    def close(self) -> None:
        """Release the file. Idempotent."""
        self._store.close(tidy=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def verify(source: Path | str) -> VerifyReport:
    """Verify the whole journal at `source`. Raises what `JournalReader` raises."""
    with JournalReader(source) as reader:
        return reader.verify()


def _file(path: Path) -> tuple[Store, Meta]:
    if not path.is_file():
        raise JournalIOError(f"there is no journal at {path}; want the path of a file")
    try:
        connection = database.connect_read_only(path)
        return SqliteStore(connection, path), database.load_meta(connection, path)
    except apsw.Error as error:
        raise translated(error, path) from error


def _database(url: str) -> tuple[Store, Meta]:
    store = connected(url)
    try:
        return store, store.readable_meta()
    except JournalError:
        store.close(tidy=False)
        raise
