"""A journal without a file, for backtests that do not ask for one: same chain, same API."""

from __future__ import annotations

from argonaut.journal.chain import GENESIS, link
from argonaut.journal.row import Row


class MemoryJournal:
    """Keep the head of the chain, and the rows themselves only when asked.

    The shape of `ports.Journal`: append, commit, head, close.
    """

    __slots__ = ("_digest", "_keeps_rows", "_seq", "rows")

    def __init__(self, *, keeps_rows: bool = False) -> None:
        self._seq = 0
        self._digest = GENESIS
        self._keeps_rows = keeps_rows
        self.rows: list[Row] = []

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Extend the chain by one row and return its sequence number."""
        seq = self._seq + 1
        prev_hash = self._digest
        digest = link(prev_hash, seq, event_seq, event_ns, kind.encode(), subject.encode(), payload)
        if self._keeps_rows:
            self.rows.append(
                Row(seq, event_seq, event_ns, kind, subject, payload, prev_hash, digest)
            )
        self._digest = digest
        self._seq = seq
        return seq

    def commit(self) -> None:
        """Do nothing: there is no file to be durable in."""

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash (hex) of the last row; (0, genesis) before the first."""
        return self._seq, self._digest.hex()

    def close(self) -> None:
        """Do nothing: there is no file to release."""
