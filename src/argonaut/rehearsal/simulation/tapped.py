"""A journal that is listened to: each append and commit is a point, each commit is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argonaut.journal.writer import JournalWriter


class TappedJournal:
    """The journal of one life, with its owner's points in between.

    `on_commit` is told the last durable row; `subjects` holds what was appended and not committed.
    """

    def __init__(
        self,
        journal: JournalWriter,
        *,
        point: Callable[[str], None],
        on_commit: Callable[[int, list[tuple[str, str]]], None],
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
