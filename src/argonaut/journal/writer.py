"""The one writer of a journal file.

`open_journal` makes or resumes a file and returns a `JournalWriter`, whose shape is that of
`ports.Journal`: append, commit, head, close. A row is part of the chain when `append` returns and
survives a power cut when `commit` returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import apsw
import msgspec

from argonaut.journal import database
from argonaut.journal.chain import link
from argonaut.journal.errors import (
    JournalBrokenError,
    JournalConfigError,
    JournalError,
    JournalIOError,
    translated,
)
from argonaut.journal.meta import Meta
from argonaut.journal.query import EVERY_ROW, RowFilter, select_rows
from argonaut.journal.row import Row
from argonaut.journal.verify import VerifyReport, verify_connection

# A caller that never commits is committed for at this many rows, which bounds the memory.
GROUP_ROWS_MAX = 4096

_INSERT = "INSERT INTO events VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

_QUARANTINE = """
INSERT INTO quarantine SELECT *, :now_ns, :reason FROM events WHERE seq >= :seq OR seq < 1;
DELETE FROM events WHERE seq >= :seq OR seq < 1;
"""

_BufferedRow = tuple[int, int, int, str, str, bytes, bytes, bytes, int, int, int, str]


class Stamps(Protocol):
    """The part of `ports.Clock` a journal reads."""

    def wall_ns(self) -> int:
        """UTC nanoseconds."""

    def mono_ns(self) -> int:
        """Nanoseconds that never step back."""


class JournalWriter:
    """Append rows to a file nobody else has open.

    The first error of the disk closes the writer for good: what was buffered is dropped, every
    later call raises the same error, and only a reopened file is written again. Not re-entrant;
    owned by one thread.
    """

    __slots__ = (
        "_clock",
        "_connection",
        "_digest",
        "_failure",
        "_mode",
        "_mono_ns",
        "_path",
        "_pid",
        "_rows",
        "_seq",
        "_wall_ns",
        "meta",
    )

    def __init__(
        self,
        connection: apsw.Connection,
        path: Path,
        *,
        meta: Meta,
        head: VerifyReport,
        clock: Stamps,
        pid: int,
        mode: str,
    ) -> None:
        self.meta = meta
        self._connection = connection
        self._path = path
        self._seq = head.rows
        self._digest = bytes.fromhex(head.head_hash)
        self._clock = clock
        self._pid = pid
        self._mode = mode
        self._rows: list[_BufferedRow] = []
        self._wall_ns = 0
        self._mono_ns = 0
        self._failure: JournalError | None = None

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Extend the chain by one row, buffer it and return its sequence number.

        All rows of a group carry the wall and monotonic time of its first.
        """
        rows = self._rows
        if not rows:
            self._open_group()
        seq = self._seq + 1
        prev_hash = self._digest
        digest = link(prev_hash, seq, event_seq, event_ns, kind.encode(), subject.encode(), payload)
        rows.append(
            (
                seq,
                event_seq,
                event_ns,
                kind,
                subject,
                payload,
                prev_hash,
                digest,
                self._wall_ns,
                self._mono_ns,
                self._pid,
                self._mode,
            )
        )
        self._digest = digest
        self._seq = seq
        if len(rows) >= GROUP_ROWS_MAX:
            self.commit()
        return seq

    def commit(self) -> None:
        """Write every buffered row in one transaction and return when the disk has it.

        Raises:
            JournalFullError: The disk is full; no row of the group was written.
            JournalIOError: The disk failed; whether the group survived shows at reopening.
        """
        self._require_sound()
        if not self._rows:
            return
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_INSERT, self._rows)
            connection.execute("COMMIT")
        except apsw.Error as error:
            failure = translated(error, self._path)
            self._fail_closed(failure)
            raise failure from error
        except BaseException as error:
            self._fail_closed(
                JournalIOError(f"journal {self._path} was interrupted in a commit ({error!r})")
            )
            raise
        self._rows.clear()

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash (hex) of the last row; (0, genesis) before the first.

        Includes buffered rows; after a failed commit, only what was acknowledged.
        """
        return self._seq, self._digest.hex()

    def rows(self, wanted: RowFilter = EVERY_ROW) -> Iterator[Row]:
        """Yield committed rows by rising `seq`; what is appended meanwhile is left out."""
        committed = self._seq - len(self._rows)
        to_seq = committed if wanted.to_seq is None else min(wanted.to_seq, committed)
        bounded = msgspec.structs.replace(wanted, to_seq=to_seq)
        return select_rows(self._connection, self._path, bounded)

    def close(self) -> None:
        """Commit what is buffered and release the file, whatever happens. Idempotent."""
        try:
            if self._failure is None:
                self.commit()
        finally:
            is_sound = self._failure is None
            self._failure = self._failure or JournalIOError(
                f"journal {self._path} was closed; want it reopened"
            )
            self._release(tidy=is_sound)

    def _release(self, *, tidy: bool) -> None:
        try:
            with closing(self._connection):
                if tidy:
                    database.fold_wal(self._connection)
        except apsw.Error as error:  # the file is released, and every commit is in it or its WAL
            raise translated(error, self._path) from error

    def _open_group(self) -> None:
        self._require_sound()
        self._wall_ns = self._clock.wall_ns()
        self._mono_ns = self._clock.mono_ns()

    def _require_sound(self) -> None:
        if self._failure is not None:
            raise type(self._failure)(*self._failure.args)

    def _fail_closed(self, failure: JournalError) -> None:
        """Drop the group, step back to the last acknowledged row and refuse what follows."""
        self._failure = failure
        self._seq, self._digest = self._rows[0][0] - 1, self._rows[0][6]
        self._rows.clear()
        if self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except apsw.Error as error:
                failure.add_note(f"rolling back failed too ({error}); closing the file does it")


def open_journal(
    path: Path,
    meta: Meta,
    *,
    clock: Stamps,
    pid: int,
    mode: str,
    repair: bool = False,
    vfs: str | None = None,
) -> JournalWriter:
    """Create the journal at `path`, or resume the one that is there and verifies.

    Args:
        path: The file; its folder must exist.
        meta: Written into a new file. An old one must have the same `config_hash`.
        clock: Stamps the rows; no stamp is hashed.
        pid: Of the writing process, for the record.
        mode: Such as "paper", for the record.
        repair: Move the first bad row and all after it to the quarantine table, then go on.
        vfs: Name of a registered SQLite VFS; None is the operating system's.

    Raises:
        JournalBusyError: Another process has it open.
        JournalVersionError: Its schema is not the one this program reads.
        JournalConfigError: It belongs to a run with another config.
        JournalBrokenError: It does not verify, and `repair` was not asked for.
        JournalFullError, JournalIOError: The disk refused.
    """
    try:
        connection = database.connect_exclusive(path, vfs)
        try:
            stored, head = _resume(connection, path, meta, clock, repair=repair)
        except BaseException:
            connection.close()
            raise
    except apsw.Error as error:
        raise translated(error, path) from error
    return JournalWriter(connection, path, meta=stored, head=head, clock=clock, pid=pid, mode=mode)


def _resume(
    connection: apsw.Connection, path: Path, wanted: Meta, clock: Stamps, *, repair: bool
) -> tuple[Meta, VerifyReport]:
    if database.is_blank(connection):
        database.create(connection, wanted)
    stored = database.load_meta(connection, path)
    if stored.config_hash != wanted.config_hash:
        raise JournalConfigError(
            f"journal {path} was written with config {stored.config_hash!r}, "
            f"this run has {wanted.config_hash!r}; want another journal or the old config"
        )
    # A killed writer can leave rows the disk does not have yet. What is read here will be acted
    # on, so it has to be durable first, even where an earlier sync has failed.
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    report = verify_connection(connection)
    if not report.ok:
        if not repair:
            raise JournalBrokenError(
                f"journal {path} is broken at row {report.broken_seq}: {report.reason}",
                report.broken_seq,
            )
        _quarantine(connection, report, clock.wall_ns())
    return stored, report


def _quarantine(connection: apsw.Connection, report: VerifyReport, now_ns: int) -> None:
    """Move every row from the broken one on out of the chain; nothing is deleted unseen."""
    bindings = {"seq": report.broken_seq, "now_ns": now_ns, "reason": report.reason}
    with connection:
        connection.execute(_QUARANTINE, bindings)
