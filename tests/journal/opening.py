"""What the journal's tests share: a clock that only counts, and one way to open a journal."""

import json
from pathlib import Path

from argonaut.journal.meta import Meta
from argonaut.journal.row import Row
from argonaut.journal.sqlite import SqliteStore
from argonaut.journal.writer import JournalWriter, open_journal
from argonaut.ports import Journal

META = Meta(config_hash="c0ffee", build_hash="b1", run={"run_id": "r-1"})


class CountingClock:
    """Every reading is one later than the one before."""

    def __init__(self, start: int = 1_000) -> None:
        self._reading = start

    def wall_ns(self) -> int:
        self._reading += 1
        return self._reading

    def mono_ns(self) -> int:
        return self._reading


def opened(path: Path, meta: Meta = META, **other) -> JournalWriter:
    """Open `path` the way every test does that is not about opening."""
    return open_journal(
        path, meta, **{"clock": CountingClock(), "pid": 7, "mode": "paper", **other}
    )


def file_of(journal: JournalWriter) -> SqliteStore:
    """The SQLite file behind an open journal, for tests that look inside or disturb it."""
    assert isinstance(journal._store, SqliteStore)
    return journal._store


def content(seq: int) -> tuple[int, int, str, str, bytes]:
    """What row `seq` of a test's journal holds: the arguments of `append`."""
    kind = ("signal", "decision", "report")[seq % 3]
    payload = json.dumps({"seq": seq, "why": "x" * (seq * 37 % 200)}).encode()
    return seq // 2, 1_700_000_000_000_000_000 + seq, kind, f"order-{seq % 5}", payload


def append_next(journal: Journal, rows: int = 1) -> None:
    """Append the rows that follow the head."""
    for _ in range(rows):
        journal.append(*content(journal.head[0] + 1))


def written(path: Path, rows: int) -> tuple[int, str]:
    """Leave a closed journal of `rows` rows at `path` and return its head."""
    journal = opened(path)
    append_next(journal, rows)
    head = journal.head
    journal.close()
    return head


def is_as_written(row: Row) -> bool:
    return (row.event_seq, row.event_ns, row.kind, row.subject, row.payload) == content(row.seq)
