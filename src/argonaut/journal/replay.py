"""Recovery: run the tape again and hold every row it makes against the row that is stored.

The engine is deterministic, so a restart regenerates what it journaled before. Once all stored
rows have been met, the same object appends new ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from argonaut.journal.chain import GENESIS
from argonaut.journal.errors import JournalDivergedError
from argonaut.journal.file_copy import FileCopy
from argonaut.journal.meta import Meta
from argonaut.journal.query import EVERY_ROW, RowFilter
from argonaut.journal.row import Row
from argonaut.journal.writer import JournalWriter

_SHOWN_BYTES = 120


class ReplayingWriter:
    """A journal that checks while it has stored rows left and appends afterwards.

    The shape of `ports.Journal`: append, commit, head, close. Nothing may leave the process while
    `is_replaying`: it left in the stored run. `last` is the last stored row, None in a new
    journal; the tape is run again up to its `event_seq`.
    """

    __slots__ = ("_met", "_next", "_stored", "_writer", "last")

    def __init__(self, writer: JournalWriter) -> None:
        self._writer = writer
        self._stored = writer.rows()
        self._next = next(self._stored, None)
        self._met: Row | None = None
        self.last = next(writer.rows(RowFilter(from_seq=max(1, writer.head[0]))), None)

    @property
    def meta(self) -> Meta:
        """What the journal says of itself."""
        return self._writer.meta

    @property
    def is_replaying(self) -> bool:
        """Say whether stored rows are left to meet."""
        return self._next is not None

    def rows(self, wanted: RowFilter = EVERY_ROW) -> Iterator[Row]:
        """Yield the stored rows asked for, in order."""
        return self._writer.rows(wanted)

    def inputs(self, kinds: Collection[str]) -> Iterator[Row]:
        """Yield the stored rows of these kinds: what came from outside the tape.

        The loop feeds each to the engine again at its `event_seq`.
        """
        return self._writer.rows(RowFilter(kinds=kinds))

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Meet the next stored row, or append when there is none left.

        Raises:
            JournalDivergedError: The stored row is another one.
        """
        stored = self._next
        if stored is None:
            return self._writer.append(event_seq, event_ns, kind, subject, payload)
        if (
            stored.payload != payload
            or stored.event_seq != event_seq
            or stored.event_ns != event_ns
            or stored.kind != kind
            or stored.subject != subject
        ):
            rerun = _said(event_seq, event_ns, kind, subject, payload, stored.payload)
            raise _diverged(stored, f"the re-run has {rerun}", payload)
        self._met = stored
        self._next = next(self._stored, None)
        return stored.seq

    def commit(self) -> None:
        """Make appended rows durable; what is only met is durable already."""
        self._writer.commit()

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash (hex) of the last row met or appended."""
        if self._next is None:
            return self._writer.head
        if self._met is None:
            return 0, GENESIS.hex()
        return self._met.seq, self._met.hash.hex()

    def begin_copy(self, draft: Path) -> FileCopy:
        """Begin to copy the file; see `JournalWriter.begin_copy`."""
        return self._writer.begin_copy(draft)

    def finish(self) -> None:
        """Say that the tape has been run again; call it before anything new happens.

        Raises:
            JournalDivergedError: The re-run made fewer rows than are stored.
        """
        if self._next is not None:
            raise _diverged(self._next, "the re-run ended before it", b"")

    def close(self) -> None:
        """Commit what was appended and release the file."""
        self._writer.close()


def _diverged(stored: Row, rerun: str, payload: bytes) -> JournalDivergedError:
    said = _said(
        stored.event_seq, stored.event_ns, stored.kind, stored.subject, stored.payload, payload
    )
    return JournalDivergedError(
        f"row {stored.seq} is stored as {said}, but {rerun}; want the code, config and tape "
        "the journal was written with",
        stored.seq,
        stored=stored.payload,
        regenerated=payload,
    )


def _said(
    event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes, other: bytes
) -> str:
    """Describe one row, its payload from a little before where it leaves the other's."""
    shared = next(
        (
            at
            for at, (ours, theirs) in enumerate(zip(payload, other, strict=False))
            if ours != theirs
        ),
        0,
    )
    start = max(0, shared - _SHOWN_BYTES // 4)
    shown = payload[start : start + _SHOWN_BYTES].decode(errors="replace")
    dots = "…" if start else ""
    return f"{kind} {subject!r} of event {event_seq} at {event_ns}: {dots}{shown}"
