"""Where a journal can be kept, as tests see it: the same suite runs on each."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import apsw
import pg8000.native

from argonaut.journal.by_url import open_journal_url
from argonaut.journal.meta import Meta
from argonaut.journal.reader import JournalReader
from argonaut.journal.writer import JournalWriter, open_journal
from tests.journal.opening import META, CountingClock, append_next
from tests.journal.server import PASSWORD, Server

_numbers = count()
_BYTES = re.compile(r"x'([0-9a-f]*)'")


class Place(Protocol):
    """One journal that nobody has written yet."""

    name: str  # what errors call it

    @property
    def source(self) -> Path | str:
        """What names it: a path or a URL."""

    def opened(self, meta: Meta = META, **other: Any) -> JournalWriter:
        """Open it for writing."""

    def change(self, statement: str, **bindings: Any) -> None:
        """Change what is stored behind the journal's back; bytes are written x'7b7d'."""

    def asked(self, statement: str) -> list[Any]:
        """Return the rows of a query on what is stored."""


class FilePlace:
    """A SQLite file."""

    def __init__(self, path: Path) -> None:
        self.source = path
        self.name = str(path)

    def opened(self, meta: Meta = META, **other: Any) -> JournalWriter:
        return open_journal(
            self.source, meta, **{"clock": CountingClock(), "pid": 7, "mode": "paper", **other}
        )

    def change(self, statement: str, **bindings: Any) -> None:
        connection = apsw.Connection(str(self.source))
        connection.execute(statement, bindings)
        connection.close()

    def asked(self, statement: str) -> list[Any]:
        connection = apsw.Connection(str(self.source))
        rows = connection.execute(statement).fetchall()
        connection.close()
        return rows


class DatabasePlace:
    """A schema of its own in a PostgreSQL database."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.schema = f"j{next(_numbers)}"
        self.source = server.url(schema=self.schema)
        self.name = self.schema

    def opened(self, meta: Meta = META, **other: Any) -> JournalWriter:
        return open_journal_url(
            self.source, meta, **{"clock": CountingClock(), "pid": 7, "mode": "paper", **other}
        )

    def session(self) -> pg8000.native.Connection:
        return pg8000.native.Connection(
            "tester",
            unix_sock=f"{self.server.folder}/.s.PGSQL.{self.server.port}",
            database="postgres",
            password=PASSWORD,
            startup_params={"search_path": self.schema},
        )

    def change(self, statement: str, **bindings: Any) -> None:
        with self.session() as connection:
            connection.run(_BYTES.sub(r"CAST('\\x\1' AS bytea)", statement), **bindings)

    def asked(self, statement: str) -> list[Any]:
        with self.session() as connection:
            return [tuple(row) for row in connection.run(statement) or ()]


def written_at(place: Place, rows: int) -> tuple[int, str]:
    """Leave a closed journal of `rows` rows and return its head."""
    journal = place.opened()
    append_next(journal, rows)
    head = journal.head
    journal.close()
    return head


def verified(place: Place) -> Any:
    """Walk the whole chain."""
    with JournalReader(place.source) as reader:
        return reader.verify()
