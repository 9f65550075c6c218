"""What writes down what happened before anything is done about it.

Rows go to the journal. When its disk fails they go to the emergency log, which is enough to take
risk out and not enough to take it on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from typing import Protocol

import msgspec

from argonaut.domain.command import Record
from argonaut.journal.errors import JournalError
from argonaut.journal.meta import Meta
from argonaut.journal.query import EVERY_ROW, RowFilter
from argonaut.journal.row import Row
from argonaut.ports import Clock
from argonaut.runtime.emergency import Emergency, StrandedRow

SLOW_NS = 500_000_000  # a commit that takes longer halts entries
Observer = Callable[[int, int, Record], None]  # (event_seq, event_ns, record)


class LiveJournal(Protocol):
    """The journal as a live run uses it: written, and asked about old orders."""

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Buffer one row and return its sequence number."""

    def commit(self) -> None:
        """Return once every buffered row is durable."""

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash (hex) of the last row."""

    @property
    def meta(self) -> Meta:
        """What the file says about itself."""

    @property
    def epoch(self) -> int:
        """How often it was opened for writing; durable, and never the same twice."""

    @property
    def snapshot_seq(self) -> int:
        """The row that holds the last whole state, 0 where there is none."""

    def rows(self, wanted: RowFilter = EVERY_ROW) -> Iterator[Row]:
        """Yield committed rows."""

    def order_rows(self, client_order_id: str) -> Iterator[Row]:
        """Yield the committed rows about one order."""

    def close(self) -> None:
        """Commit and release the file."""


class Durable(IntEnum):
    """Where the last rows are safe: what may be done depends on it."""

    NOWHERE = 0  # cancels only
    EMERGENCY = 1  # what takes risk out
    JOURNAL = 2  # everything


class Recorder:
    """Writes rows and says where they are safe. After the first failure it stays in emergency."""

    def __init__(
        self,
        journal: LiveJournal,
        clock: Clock,
        *,
        emergency: Emergency | None,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.journal = journal
        self.failure: JournalError | None = None
        self.commit_ns = 0  # how long the last commit took
        self.rows_written = 0
        self._clock = clock
        self._emergency = emergency
        self._observers = tuple(observers)
        self._encode = msgspec.json.Encoder(order="deterministic").encode
        self._pending: list[StrandedRow] = []  # not known to be durable anywhere
        self._seq = 0  # of the last row written here
        self._is_dirty = False
        self._durable = Durable.JOURNAL

    def record(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Write one row and show it to whoever watches."""
        self.write(event_seq, event_ns, record.kind, record.subject, record.body)
        for observe in self._observers:
            observe(event_seq, event_ns, record)

    def show(self, observe: Observer) -> None:
        """Show every row from now on to one more."""
        self._observers += (observe,)

    def write(self, event_seq: int, event_ns: int, kind: str, subject: str, body: object) -> None:
        """Write one row; `body` is anything that can be encoded."""
        payload = self._encode(body)
        self._seq = (self._seq or self.journal.head[0]) + 1
        self.rows_written += 1
        self._is_dirty = True
        row = StrandedRow(self._seq, event_seq, event_ns, kind, subject, payload.decode())
        self._pending.append(row)
        if self.failure is None:
            try:
                self.journal.append(event_seq, event_ns, kind, subject, payload)
            except JournalError as error:
                self._fail(error)

    def commit(self) -> Durable:
        """Make everything written durable; say where it is."""
        if self.failure is None and self._is_dirty:
            began_ns = self._clock.mono_ns()
            try:
                self.journal.commit()
                self._pending.clear()
            except JournalError as error:
                self._fail(error)
            self.commit_ns = self._clock.mono_ns() - began_ns
        if self.failure is not None and self._pending:
            self._save_in_emergency()
        self._is_dirty = False
        return self._durable

    @property
    def seq(self) -> int:
        """Number of the last row written here, 0 before the first."""
        return self._seq

    @property
    def durable(self) -> Durable:
        """Where the rows of the last commit are."""
        return self._durable

    @property
    def is_dirty(self) -> bool:
        """Whether something was written since the last commit."""
        return self._is_dirty

    def _fail(self, error: JournalError) -> None:
        self.failure = error
        self._is_dirty = True
        sys.stderr.write(f"argonaut: {error}; no new risk, cancels and exits go on\n")

    def _save_in_emergency(self) -> None:
        """Write what no journal took; what does not fit is at least said aloud."""
        is_kept = self._emergency is not None and self._emergency.write(self._pending)
        self._durable = Durable.EMERGENCY if is_kept else Durable.NOWHERE
        for row in self._pending:
            sys.stderr.write(f"argonaut: not in the journal: {msgspec.json.encode(row).decode()}\n")
        self._pending.clear()


def move_in(journal: LiveJournal, emergency: Emergency) -> int:
    """Append to the journal what an earlier run could not, durably; return how many rows.

    Rows of a commit whose fate was unknown may be in the journal already: their numbers say so.
    """
    head = journal.head[0]
    stranded = [row for row in emergency.rows() if row.seq > head]
    for row in stranded:
        journal.append(row.event_seq, row.event_ns, row.kind, row.subject, row.payload.encode())
    journal.commit()
    emergency.clear()
    return len(stranded)
