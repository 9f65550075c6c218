"""The journal of a backtest: a draft that is whole when it is closed, or nothing.

No order leaves a backtest, so nothing waits for its journal: rows are collected and handed on in
batches, at first to a scribe in this process and, once the run proves long and there is a second
core, to one in a process of its own (ADR 0015). The rows and their hashes are those of any journal.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from argonaut.journal.chain import GENESIS
from argonaut.journal.errors import JournalError, JournalIOError
from argonaut.journal.scribe import Scribe, Sheet
from argonaut.journal.stamps import Stamps
from argonaut.journal.wire import Batch, DraftRow, Opening

BATCH_ROWS: Final = 512
FAR_FROM_ROWS: Final = 12_288
"""A run of fewer rows is over sooner than another process would have paid."""


class AnyScribe(Protocol):
    """Who chains and writes, here or elsewhere; see `Scribe`."""

    def write(self, batch: Batch) -> None:
        """Chain the rows of a batch and write them, now or soon."""

    def head(self) -> tuple[int, bytes]:
        """Return number and hash of the last row handed over."""

    def finish(self) -> None:
        """Make the draft durable and release it."""

    def release(self) -> None:
        """Release the draft as it is."""


class Helper(AnyScribe, Protocol):
    """A scribe in a process that may still be starting."""

    def is_ready(self) -> bool:
        """Say whether it can begin; raises a `JournalError` when it never will."""

    def begin(self, opening: Opening) -> None:
        """Go on with a draft that was released."""


class Place(Protocol):
    """Where a draft lies, and what becomes of it."""

    path: Path

    def keep(self) -> None:
        """Let the draft, which is whole, take its place."""

    def drop(self) -> None:
        """Leave nothing of the draft."""


class DraftJournal:
    """Append rows to a draft; `close` gives it its name, and every other end leaves no file.

    The shape of `ports.Journal`, except that nothing is durable before `close` has returned. An
    error of the disk may be told some rows late, and never after `close`. Not re-entrant; owned
    by one thread.

    Args:
        sheet: The open file; None keeps the head of the chain alone.
        place: Where the file lies; with a sheet only.
        clock: Stamps the rows; no stamp is hashed.
        pid: Of the process that decides, for the record.
        mode: Such as "backtest", for the record.
        far_from_rows: After so many rows another process is started to go on; None for never.
        helper: One that was started before.
    """

    __slots__ = (
        "_clock",
        "_failure",
        "_far_from_rows",
        "_head",
        "_helper",
        "_is_closed",
        "_mode",
        "_mono_ns",
        "_pid",
        "_place",
        "_rows",
        "_scribe",
        "_seq",
        "_wall_ns",
    )

    def __init__(
        self,
        sheet: Sheet | None = None,
        place: Place | None = None,
        *,
        clock: Stamps,
        pid: int,
        mode: str,
        far_from_rows: int | None = FAR_FROM_ROWS,
        helper: Helper | None = None,
    ) -> None:
        self._place = place
        self._clock = clock
        self._pid = pid
        self._mode = mode
        self._far_from_rows = far_from_rows if _has_two_cores() else None
        self._helper = helper
        self._scribe: AnyScribe = Scribe(sheet, pid=pid, mode=mode)
        self._seq = 0
        self._head = (0, GENESIS)  # the last that was asked for
        self._rows: list[DraftRow] = []
        self._wall_ns = 0
        self._mono_ns = 0
        self._failure: JournalError | None = None
        self._is_closed = False  # whole, and with its name

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Collect one row and return its sequence number.

        Raises:
            JournalError: The disk refused this row or one before; no file will be left.
        """
        rows = self._rows
        if not rows:
            self._open_batch()
        rows.append((event_seq, event_ns, kind, subject, payload))
        self._seq += 1
        if len(rows) >= BATCH_ROWS:
            self.commit()
        return self._seq

    def commit(self) -> None:
        """Hand on what is collected. Durable is all of it, when `close` has returned.

        Raises:
            JournalError: As `append`.
        """
        self._require_sound()
        if not self._rows:
            return
        try:
            self._scribe.write(Batch(self._wall_ns, self._mono_ns, self._rows))
            self._rows = []
            self._look_for_help()
        except BaseException as error:
            self._fail(error)
            raise

    @property
    def head(self) -> tuple[int, str]:
        """Number and hash (hex) of the last row; waits until all are chained.

        After a failure or `close`, what it was when it was last asked for.
        """
        if self._failure is None:
            self.commit()
            try:
                self._head = self._scribe.head()
            except BaseException as error:
                self._fail(error)
                raise
        seq, digest = self._head
        return seq, digest.hex()

    def close(self) -> None:
        """Make the draft durable and give it its name. Idempotent.

        Raises:
            JournalError: The disk refused, now or before; there is no file, and what had the name
                before is what it was.
        """
        if self._is_closed:
            return
        try:
            _ = self.head
            self._require_sound()
            self._dismiss_helper()
            self._scribe.finish()
            if self._place is not None:
                self._place.keep()
        except BaseException:
            self.abandon()
            raise
        self._is_closed = True
        self._failure = JournalIOError("the journal of this backtest is closed")

    def abandon(self) -> None:
        """Leave no file and no process. Idempotent, and nothing after `close`.

        Raises:
            JournalError: The folder cannot be written.
        """
        if self._is_closed:
            return
        self._failure = self._failure or JournalIOError("the journal of this backtest was given up")
        self._rows = []
        self._dismiss_helper()
        try:
            self._scribe.release()
        finally:
            if self._place is not None:
                self._place.drop()

    def __enter__(self) -> Self:
        """Return the journal."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it, or leave nothing when the run has failed."""
        if error is None:
            self.close()
            return
        try:
            self.abandon()
        except JournalError as second:
            error.add_note(f"giving its journal up failed too: {second}")

    def _open_batch(self) -> None:
        self._require_sound()
        self._wall_ns = self._clock.wall_ns()
        self._mono_ns = self._clock.mono_ns()

    def _require_sound(self) -> None:
        if self._failure is not None:
            raise type(self._failure)(*self._failure.args)

    def _fail(self, error: BaseException) -> None:
        """Refuse what follows."""
        self._rows = []
        self._failure = (
            error
            if isinstance(error, JournalError)
            else JournalIOError(f"the journal of this backtest was interrupted ({error!r})")
        )

    # another process

    def _look_for_help(self) -> None:
        """Let another process go on once the run is long and that process stands ready."""
        if self._helper is not None:
            self._ask(self._helper)
        elif self._far_from_rows is not None and self._seq >= self._far_from_rows:
            self._far_from_rows = None  # one is enough
            self._helper = _started("memory" if self._place is None else str(self._place.path))

    def _ask(self, helper: Helper) -> None:
        try:
            if not helper.is_ready():
                return
        except JournalError:  # it never began, so nothing is lost: we go on here
            self._dismiss_helper()
            return
        seq, digest = self._scribe.head()
        self._scribe.release()
        self._helper, self._scribe = None, helper
        path = None if self._place is None else str(self._place.path)
        helper.begin(Opening(path, seq, digest, self._pid, self._mode))

    def _dismiss_helper(self) -> None:
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.release()


def _started(name: str) -> Helper | None:
    # Loaded for a long run only.
    from argonaut.journal.far_scribe import FarScribe  # noqa: PLC0415

    return FarScribe.start(name)


def _has_two_cores() -> bool:
    with suppress(AttributeError):  # where a process cannot be bound to cores
        return len(os.sched_getaffinity(0)) > 1
    return (os.cpu_count() or 1) > 1
