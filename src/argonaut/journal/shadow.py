"""Rows of the shadow: what strategies on trial decided, and what the simulated venue made of it.

They stand in the same chain as those of the account, so a hash covers both, under kinds of their
own: whoever reads the account's rows never meets one of them by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from argonaut.domain.record import SHADOW
from argonaut.journal.row import Row
from argonaut.ports import Journal


class ShadowJournal:
    """The journal as the shadow sees it. The shape of `ports.Journal`.

    A commit is the account's to make: nothing of the shadow ever leaves, so nothing waits for it.
    """

    __slots__ = ("_append", "_journal")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._append = journal.append

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Buffer one row and return its sequence number."""
        return self._append(event_seq, event_ns, SHADOW + kind, subject, payload)

    def commit(self) -> None:
        """Leave it to the account."""

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash (hex) of the last row, whoever's it is."""
        return self._journal.head

    def close(self) -> None:
        """Leave it to the account."""


def plain(row: Row) -> Row | None:
    """Return a row of the shadow as the account would have written it; None for another's row."""
    if not row.kind.startswith(SHADOW):
        return None
    return msgspec.structs.replace(row, kind=row.kind.removeprefix(SHADOW))


def told(row: Row) -> tuple[Row, bool]:
    """Return a row as the account would have written it, and whether it is the shadow's."""
    found = plain(row)
    return (row, False) if found is None else (found, True)


def of_both(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return these kinds of rows, of the account and of the shadow."""
    named = tuple(kinds)
    return (*named, *(SHADOW + each for each in named))


def shadow_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the shadow's rows alone, as the account would have written them."""
    for row in rows:
        found = plain(row)
        if found is not None:
            yield found
