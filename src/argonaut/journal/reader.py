"""Read a journal no writer has open: rows by filter, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import apsw

from argonaut.journal import database
from argonaut.journal.errors import JournalIOError, translated
from argonaut.journal.query import EVERY_ROW, RowFilter
from argonaut.journal.row import Row
from argonaut.journal.sqlite import SqliteStore
from argonaut.journal.verify import VerifyReport, verify_store


class JournalReader:
    """One closed journal, opened read-only; a context manager.

    A running trader keeps its journal to itself: ask it over the control channel instead.

    Raises:
        JournalBusyError: A writer has it open.
        JournalVersionError: Its schema is not the one this program reads.
        JournalBrokenError: It is no journal, or an empty file.
        JournalIOError: There is no such file, or it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise JournalIOError(f"there is no journal at {path}; want the path of a file")
        try:
            connection = database.connect_read_only(path)
            self.meta = database.load_meta(connection, path)
        except apsw.Error as error:
            raise translated(error, path) from error
        self._store = SqliteStore(connection, path)

    def rows(self, wanted: RowFilter = EVERY_ROW) -> Iterator[Row]:
        """Yield the wanted rows by rising `seq`, as stored: verify first what must be true."""
        return self._store.rows(wanted)

    def verify(self) -> VerifyReport:
        """Walk the whole chain; a flaw is a value of the report, not an exception."""
        return verify_store(self._store)

    def close(self) -> None:
        """Release the file. Idempotent."""
        self._store.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def verify(path: Path) -> VerifyReport:
    """Verify the whole journal at `path`. Raises what `JournalReader` raises."""
    with JournalReader(path) as reader:
        return reader.verify()
