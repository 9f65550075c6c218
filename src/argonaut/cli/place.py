"""Where a journal is kept, and where the trader that writes it can be asked."""

from __future__ import annotations

from pathlib import Path

import msgspec

from argonaut.journal.postgres_url import address_of


class JournalPlace(msgspec.Struct, frozen=True):
    """A file or a database of rows, and the path beside which its trader keeps what is local."""

    rows: Path | str  # a file, or the URL of a PostgreSQL
    beside: Path | None = None  # the control socket, lock and emergency log; None for a bare URL

    @classmethod
    def of(cls, rows: Path | str) -> JournalPlace:
        """Return the place of a file, or of a database whose trader is elsewhere."""
        return cls(rows, rows if isinstance(rows, Path) else None)

    @property
    def file(self) -> Path | None:
        """The file of rows; None when they are in a database."""
        return self.rows if isinstance(self.rows, Path) else None

    def __str__(self) -> str:
        """What people call it: its path, or its URL without the password."""
        return str(self.rows) if isinstance(self.rows, Path) else address_of(self.rows).name
