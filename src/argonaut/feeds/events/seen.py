"""What was seen before, for ever: a small database beside the journal, one row a key.

It is written after the journal. What a crash keeps from it comes again, and the engine, whose
journal has it, turns it away.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from argonaut.domain.errors import ExitCode
from argonaut.feeds.errors import FeedError

_TABLES = """
CREATE TABLE IF NOT EXISTS seen (family TEXT, key TEXT, PRIMARY KEY (family, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS begun (source TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memory (source TEXT PRIMARY KEY, body BLOB);
"""
_HAS = "SELECT 1 FROM seen WHERE family = ? AND key = ?"
_HAS_BEGUN = "SELECT 1 FROM begun WHERE source = ?"
_MARK = "INSERT OR IGNORE INTO seen VALUES (?, ?)"
_BEGIN = "INSERT OR IGNORE INTO begun VALUES (?)"


class SeenError(FeedError):
    """The record of seen events cannot be opened: without it old news would look new."""

    exit_code = ExitCode.REFUSED


class Seen:
    """The keys of every item ever seen, and which sources have been read once. Never shrinks."""

    def __init__(self, path: Path | None) -> None:
        """Open or create the file; None keeps everything in memory, for tests and examples.

        Raises:
            SeenError: The file is none of ours, or the place cannot be written.
        """
        self._marks: dict[tuple[str, str], None] = {}  # not durable yet
        self._begun: dict[str, None] = {}
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(":memory:" if path is None else path)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise SeenError(
                f"{path} cannot keep which events were seen: {error}; move it aside, and what is "
                "published now counts as seen"
            ) from error

    def has(self, family: str, keys: Iterable[str]) -> bool:
        """Whether any of the keys was marked before."""
        return any((family, key) in self._marks or self._stands(_HAS, family, key) for key in keys)

    def mark(self, family: str, keys: Iterable[str]) -> None:
        """Remember keys; durable with the next `commit`."""
        self._marks.update(dict.fromkeys((family, key) for key in keys))

    def has_begun(self, source: str) -> bool:
        """Whether the source has been read to its end once."""
        return source in self._begun or self._stands(_HAS_BEGUN, source)

    def begin(self, source: str) -> None:
        """Remember that the source has been read once."""
        self._begun[source] = None

    def recall(self, name: str) -> bytes:
        """Return what a source kept for itself, b"" if it has nothing."""
        ask = "SELECT body FROM memory WHERE source = ?"
        found = self._database.execute(ask, (name,)).fetchone()
        return b"" if found is None else bytes(found[0])

    def keep(self, name: str, body: bytes) -> None:
        """Keep what a source wants to know after a restart; a full disk only makes it forget."""
        with suppress(sqlite3.Error), self._database:
            self._database.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (name, body))

    def commit(self) -> bool:
        """Make it durable; False when the disk takes nothing, and the next commit tries again."""
        if not (self._marks or self._begun):
            return True
        try:
            with self._database:
                self._database.executemany(_MARK, self._marks)
                self._database.executemany(_BEGIN, [(each,) for each in self._begun])
        except sqlite3.Error:
            return False
        self._marks.clear()
        self._begun.clear()
        return True

    def _stands(self, question: str, *values: str) -> bool:
        return self._database.execute(question, values).fetchone() is not None

    def close(self) -> None:
        """Commit and release the file."""
        self.commit()
        self._database.close()
