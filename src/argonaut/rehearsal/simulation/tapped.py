"""A journal and its emergency log, listened to: writes are points, what is durable is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from argonaut.journal.writer import JournalWriter
from argonaut.runtime.emergency import Emergency, StrandedRow

OnCommit = Callable[[int, list[tuple[str, str]]], None]


class TappedJournal:
    """The journal of one life, with its owner's points in between.

    `on_commit` is told the last durable row; `subjects` holds what was appended and not committed.
    """

    def __init__(
        self,
        journal: JournalWriter,
        *,
        point: Callable[[str], None],
        on_commit: OnCommit,
    ) -> None:
        self._journal = journal
        self._point = point
        self._on_commit = on_commit
        self._appended: list[tuple[str, str]] = []

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Buffer one row."""
        self._point(f"append {kind}")
        self._appended.append((kind, subject))
        return self._journal.append(event_seq, event_ns, kind, subject, payload)

    def commit(self) -> None:
        """Make what is buffered durable, and tell so."""
        if not self._appended:
            return
        self._point("commit")
        self._journal.commit()
        appended, self._appended = self._appended, []
        self._on_commit(self._journal.head[0], appended)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the journal has
        """Be the journal in everything else."""
        return getattr(self._journal, name)


class TappedEmergency:
    """The emergency log of one life: what is in it is as durable as what the journal has."""

    def __init__(
        self, log: Emergency, *, point: Callable[[str], None], on_commit: OnCommit
    ) -> None:
        self._log = log
        self._point = point
        self._on_commit = on_commit

    def write(self, rows: Sequence[StrandedRow]) -> bool:
        """Make rows durable, and tell so."""
        self._point("emergency write")
        is_kept = self._log.write(rows)
        if is_kept and rows:
            self._on_commit(rows[-1].seq, [(row.kind, row.subject) for row in rows])
        return is_kept

    def rows(self) -> Sequence[StrandedRow]:
        """Return what an earlier run left."""
        return self._log.rows()

    def clear(self) -> None:
        """Forget what is kept."""
        self._point("emergency clear")
        self._log.clear()
