"""What a journal is kept in: the part that SQLite and PostgreSQL do differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from argonaut.journal.meta import Meta
from argonaut.journal.query import RowFilter
from argonaut.journal.row import Row

BufferedRow = tuple[int, int, int, str, str, bytes, bytes, bytes, int, int, int, str]
"""A row as the writer buffers it: the fields of `Row`, in that order."""

# seq, event_seq, event_ns, kind, subject (both UTF-8), payload, prev_hash, hash
StoredRow = tuple[int, int, int, bytes, bytes, bytes, bytes, bytes]
"""A row as verification wants it: texts as bytes, since a flipped bit may leave no UTF-8."""

OrderMention = tuple[str, int]
"""A client order id and the number of a row about it."""

Seal = tuple[int, bytes]
"""Number and hash of a snapshot row whose writer held everything before it as verified."""


class Store(Protocol):
    """Rows and what is found in them. Every method raises a `JournalError`, never a driver's."""

    name: str  # what errors call it; never a password

    def meta(self, wanted: Meta) -> Meta:
        """Return what the journal says of itself; a blank one is made with `wanted`."""

    def settle(self) -> None:
        """Return when everything that can be read is durable."""

    def take_epoch(self) -> int:
        """Count this opening for writing and return the count, durable; no two openings share one.

        Raises:
            JournalBrokenError: The count that stands there is none.
        """

    def stored_epoch(self) -> int:
        """Return how often it was opened for writing so far."""

    def stored_rows(self, from_seq: int | None = None) -> Iterator[StoredRow]:
        """Yield rows by rising `seq`; without a start also those that are numbered below 1.

        Raises:
            JournalUnreadableError: What stands there cannot be read.
        """

    def last_seq(self) -> int:
        """Return the number of the last row, 0 for none."""

    def last_seal(self) -> Seal | None:
        """Return the newest sealed snapshot."""

    def quarantine(self, from_seq: int, reason: str, now_ns: int) -> None:
        """Move rows from `from_seq` on, and those below 1, out of the chain."""

    def write(self, rows: Sequence[BufferedRow]) -> None:
        """Add a group in one transaction; durable, with what is found in it, at return."""

    def rows(self, wanted: RowFilter) -> Iterator[Row]:
        """Yield the wanted rows by rising `seq`."""

    def mentions(self) -> Iterator[OrderMention] | None:
        """Yield what the index of orders holds, in no order; None where there is none."""

    def order_rows(self, client_order_id: str, to_seq: int) -> Iterator[Row]:
        """Yield the rows about one order up to `to_seq`, by rising `seq`."""

    def close(self, *, tidy: bool) -> None:
        """Release it; `tidy` when every commit so far has succeeded."""
