"""Who chains the rows of a draft and puts them into its file, in whichever process that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from argonaut.journal.chain import GENESIS, link
from argonaut.journal.wire import Batch

if TYPE_CHECKING:
    from argonaut.journal.store import BufferedRow


class Sheet(Protocol):
    """The file of a draft. Every method raises a `JournalError`, never a driver's."""

    def write(self, rows: Sequence[BufferedRow]) -> None:
        """Add a group of rows."""

    def sync(self) -> None:
        """Return when the disk has what was written so far."""

    def finish(self) -> None:
        """Make the file durable and release it."""

    def release(self) -> None:
        """Release the file as it is; whoever goes on opens it again."""


class Scribe:
    """Chain rows from `seq` and `digest` on; without a sheet only the head is kept."""

    __slots__ = ("_digest", "_mode", "_pid", "_seq", "_sheet")

    def __init__(
        self, sheet: Sheet | None, *, pid: int, mode: str, seq: int = 0, digest: bytes = GENESIS
    ) -> None:
        self._sheet = sheet
        self._pid = pid
        self._mode = mode
        self._seq = seq
        self._digest = digest

    def write(self, batch: Batch) -> None:
        """Chain the rows of a batch and write them.

        Raises:
            JournalError: The disk refused; the draft is worth nothing now.
        """
        wall_ns, mono_ns, pid, mode = batch.wall_ns, batch.mono_ns, self._pid, self._mode
        seq, digest = self._seq, self._digest
        rows: list[BufferedRow] = []
        for event_seq, event_ns, kind, subject, payload in batch.rows:
            seq += 1
            prev = digest
            digest = link(prev, seq, event_seq, event_ns, kind.encode(), subject.encode(), payload)
            rows.append(
                (
                    seq,
                    event_seq,
                    event_ns,
                    kind,
                    subject,
                    payload,
                    prev,
                    digest,
                    wall_ns,
                    mono_ns,
                    pid,
                    mode,
                )
            )
        if self._sheet is not None:
            self._sheet.write(rows)
        self._seq, self._digest = seq, digest

    def head(self) -> tuple[int, bytes]:
        """Return number and hash of the last row; (0, genesis) before the first."""
        return self._seq, self._digest

    def sync(self) -> None:
        """Return when the disk has what was written so far, so that less is left for the end.

        Raises:
            JournalError: The disk refused.
        """
        if self._sheet is not None:
            self._sheet.sync()

    def finish(self) -> None:
        """Make the draft durable and release it.

        Raises:
            JournalError: The disk refused.
        """
        if self._sheet is not None:
            self._sheet.finish()

    def release(self) -> None:
        """Release the draft as it is."""
        if self._sheet is not None:
            self._sheet.release()
