"""Journals in a folder of a test, and ones whose disk fails at a chosen moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from argonaut.journal.errors import JournalFullError
from argonaut.journal.meta import Meta
from argonaut.journal.query import EVERY_ROW, RowFilter
from argonaut.journal.row import Row
from argonaut.journal.writer import JournalWriter, open_journal
from argonaut.ports import Clock
from argonaut.runtime.lease import TAG


def journal_in(folder: Path, clock: Clock, *, tag: str = "qz") -> JournalWriter:
    """Open the journal of a live run, new or as the last one left it."""
    meta = Meta(config_hash="live", run={TAG: tag})
    return open_journal(
        folder / "journal.db", meta, clock=clock, pid=1, mode="live", from_snapshot=True
    )


class FailingJournal:
    """A journal whose disk is full from a chosen commit on."""

    def __init__(self, journal: JournalWriter, *, fails_from: int = 1_000_000) -> None:
        self.journal = journal
        self.fails_from = fails_from
        self.commits = 0
        self.has_failed = False
        self._rows: list[tuple[int, int, str, str, bytes]] = []

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        self._check()
        self._rows.append((event_seq, event_ns, kind, subject, payload))
        return self.journal.head[0] + len(self._rows)

    def commit(self) -> None:
        self.commits += 1
        if self.commits >= self.fails_from:
            self.has_failed = True
        self._check()
        for row in self._rows:
            self.journal.append(*row)
        self._rows.clear()
        self.journal.commit()

    def _check(self) -> None:
        if self.has_failed:
            raise JournalFullError("journal test.db has no room left on its disk; want free space")

    @property
    def head(self) -> tuple[int, str]:
        return self.journal.head[0] + len(self._rows), self.journal.head[1]

    @property
    def meta(self) -> Meta:
        return self.journal.meta

    @property
    def epoch(self) -> int:
        return self.journal.epoch

    @property
    def snapshot_seq(self) -> int:
        return self.journal.snapshot_seq

    def rows(self, wanted: RowFilter = EVERY_ROW) -> Iterator[Row]:
        return self.journal.rows(wanted)

    def order_rows(self, client_order_id: str) -> Iterator[Row]:
        return self.journal.order_rows(client_order_id)

    def close(self) -> None:
        self.journal.close()
