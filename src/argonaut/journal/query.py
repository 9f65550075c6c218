"""Rows out of an open file, filtered where they lie."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import apsw
import msgspec

from argonaut.journal.errors import JournalBrokenError
from argonaut.journal.row import Row
from argonaut.journal.translated import translated


class RowFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows are wanted; what is not given does not restrict. Bounds include their ends."""

    from_seq: int = 1
    to_seq: int | None = None
    kinds: Collection[str] = ()
    subject: str | None = None
    from_ns: int | None = None
    to_ns: int | None = None


EVERY_ROW = RowFilter()

PAGE_ROWS = 1000

# An index would slow every append; a scan of 100,000 rows takes a few hundredths of a second.
_SELECT = """
SELECT * FROM events
WHERE seq >= :from_seq
  AND (:to_seq IS NULL OR seq <= :to_seq)
  AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))
  AND (:subject IS NULL OR subject = :subject)
  AND (:from_ns IS NULL OR event_ns >= :from_ns)
  AND (:to_ns IS NULL OR event_ns <= :to_ns)
ORDER BY seq LIMIT :page_rows
"""


def select_rows(
    connection: apsw.Connection, path: Path, wanted: RowFilter = EVERY_ROW
) -> Iterator[Row]:
    """Yield the wanted rows by rising `seq`; `path` is named in errors.

    Pages are read whole, so a slow caller holds no transaction open and no WAL back.
    """
    kinds = msgspec.json.encode(sorted(wanted.kinds)).decode() if wanted.kinds else None
    bindings = {**msgspec.structs.asdict(wanted), "kinds": kinds, "page_rows": PAGE_ROWS}
    while page := _page(connection, path, bindings):
        yield from page
        if len(page) < PAGE_ROWS:
            return
        bindings["from_seq"] = page[-1].seq + 1


def _page(connection: apsw.Connection, path: Path, bindings: dict[str, object]) -> list[Row]:
    try:
        return [msgspec.convert(row, Row) for row in connection.execute(_SELECT, bindings)]
    except apsw.Error as error:
        raise translated(error, path) from error
    except (UnicodeDecodeError, msgspec.ValidationError) as error:
        raise JournalBrokenError(
            f"journal {path} holds a row that was never written so ({error}); verify it"
        ) from error
