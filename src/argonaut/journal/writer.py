"""The one writer of a journal.

`open_journal` makes or resumes a file and returns a `JournalWriter`, whose shape is that of
`ports.Journal`: append, commit, head, close. A row is part of the chain when `append` returns and
survives a power cut when `commit` returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec

from argonaut.journal import database
from argonaut.journal.chain import link
from argonaut.journal.errors import (
    JournalBrokenError,
    JournalConfigError,
    JournalError,
    JournalIOError,
)
from argonaut.journal.file_copy import FileCopy
from argonaut.journal.found import orders_in
from argonaut.journal.meta import Meta
from argonaut.journal.query import EVERY_ROW, RowFilter
from argonaut.journal.row import Row
from argonaut.journal.sqlite import SqliteStore
from argonaut.journal.stamps import Stamps
from argonaut.journal.store import BufferedRow, Store
from argonaut.journal.translated import translated
from argonaut.journal.verify import VerifyReport, is_itself, verify_store, verify_tail

# A caller that never commits is committed for at this many rows, which bounds the memory.
GROUP_ROWS_MAX = 4096
_PAGE_BYTES_MIN = 512


class JournalWriter:
    """Append rows to a journal nobody else writes.

    The first error of the disk closes the writer for good: what was buffered is dropped, every
    later call raises the same error, and only a reopened file is written again. Not re-entrant;
    owned by one thread.
    """

    __slots__ = (
        "_clock",
        "_digest",
        "_failure",
        "_mode",
        "_mono_ns",
        "_pid",
        "_rows",
        "_seq",
        "_store",
        "_wall_ns",
        "epoch",
        "meta",
        "snapshot_seq",
    )

    def __init__(
        self,
        store: Store,
        *,
        meta: Meta,
        head: VerifyReport,
        epoch: int,
        clock: Stamps,
        pid: int,
        mode: str,
    ) -> None:
        self.meta = meta
        self.epoch = epoch  # 1, 2, 3 …: how often it was opened for writing; 0 is not counted
        seal = store.last_seal()
        self.snapshot_seq = 0 if seal is None else seal[0]  # the last one when it was opened
        self._store = store
        self._seq = head.rows
        self._digest = bytes.fromhex(head.head_hash)
        self._clock = clock
        self._pid = pid
        self._mode = mode
        self._rows: list[BufferedRow] = []
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
        try:
            self._store.write(self._rows)
        except JournalError as failure:
            self._fail_closed(failure)
            raise
        except BaseException as error:
            self._fail_closed(
                JournalIOError(
                    f"journal {self._store.name} was interrupted in a commit ({error!r})"
                )
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
        committed = self._committed
        to_seq = committed if wanted.to_seq is None else min(wanted.to_seq, committed)
        return self._store.rows(msgspec.structs.replace(wanted, to_seq=to_seq))

    def order_rows(self, client_order_id: str) -> Iterator[Row]:
        """Yield the committed rows about one order by rising `seq`, however long it is closed.

        Its intent, alone or in a decision, its reports, round trips and corrections. A start that
        trusted a seal has not walked old rows, so each is held against its own hash here.

        Raises:
            JournalBrokenError: A row is not what was written.
        """
        for row in self._store.order_rows(client_order_id, self._committed):
            is_about = client_order_id in orders_in(row.kind, row.subject, row.payload)
            if not (is_about and is_itself(row)):
                wrong = "its content has another hash" if is_about else "it is about another"
                raise JournalBrokenError(
                    f"journal {self._store.name} is broken at row {row.seq}, about order "
                    f"{client_order_id}: {wrong}; verify it",
                    row.seq,
                )
            yield row

    def begin_copy(self, draft: Path) -> FileCopy:
        """Begin to copy the file; the caller steps it, and what is committed meanwhile goes in.

        Raises:
            JournalIOError: The copy cannot be written, or this is a database's journal.
        """
        if not isinstance(self._store, SqliteStore):
            raise JournalIOError(
                f"journal {self._store.name} is in a database; want it copied from there"
            )
        return FileCopy(self._store.connection, draft)

    @property
    def _committed(self) -> int:
        return self._seq - len(self._rows)

    def close(self) -> None:
        """Commit what is buffered and release the file, whatever happens. Idempotent."""
        try:
            if self._failure is None:
                self.commit()
        finally:
            is_sound = self._failure is None
            self._failure = self._failure or JournalIOError(
                f"journal {self._store.name} was closed; want it reopened"
            )
            self._store.close(tidy=is_sound)

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


def open_journal(  # noqa: PLR0913 - each is one thing to decide about an opening
    path: Path,
    meta: Meta,
    *,
    clock: Stamps,
    pid: int,
    mode: str,
    repair: bool = False,
    vfs: str | None = None,
    finds_orders: bool = True,
    from_snapshot: bool = False,
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
        finds_orders: Keep an index of orders, seals and a count of openings; brings a file of
            schema 1 to 2.
        from_snapshot: Verify from the last sealed snapshot on, and all only where that fails.

    Raises:
        JournalBusyError: Another process has it open.
        JournalVersionError: Its schema is not the one this program reads.
        JournalConfigError: It belongs to a run with another config.
        JournalBrokenError: It does not verify, and `repair` was not asked for.
        JournalFullError, JournalIOError: The disk refused.
    """
    if vfs is None:
        _require_no_scrap(path)
    try:
        connection = database.connect_exclusive(path, vfs)
    except apsw.Error as error:
        raise translated(error, path) from error
    store = SqliteStore(connection, path)
    try:
        return writer_on(
            store,
            meta,
            clock=clock,
            pid=pid,
            mode=mode,
            repair=repair,
            from_snapshot=from_snapshot,
            is_counted=finds_orders,
        )
    except BaseException as error:
        abandon(store, error)
        raise


def _require_no_scrap(path: Path) -> None:
    """Refuse what is too short for a page: SQLite takes it for blank, and would write over it."""
    size = path.stat().st_size if path.is_file() else 0
    if 0 < size < _PAGE_BYTES_MIN:
        raise JournalBrokenError(
            f"journal {path} is no SQLite file, of {size} bytes; want a journal"
        )


def writer_on(
    store: Store,
    wanted: Meta,
    *,
    clock: Stamps,
    pid: int,
    mode: str,
    repair: bool,
    from_snapshot: bool,
    is_counted: bool = True,
) -> JournalWriter:
    """Make or resume the journal in `store`; count the opening unless nobody asks for orders.

    Raises:
        JournalError: As `open_journal` says; the caller then releases the store.
    """
    meta, head = resume(store, wanted, clock, repair=repair, from_snapshot=from_snapshot)
    epoch = store.take_epoch() if is_counted else 0
    return JournalWriter(store, meta=meta, head=head, epoch=epoch, clock=clock, pid=pid, mode=mode)


def abandon(store: Store, error: BaseException) -> None:
    """Release a journal that could not be opened; what fails in that is noted on `error`."""
    try:
        store.close(tidy=False)
    except JournalError as second:
        error.add_note(f"closing it failed too: {second}")


def resume(
    store: Store, wanted: Meta, clock: Stamps, *, repair: bool, from_snapshot: bool
) -> tuple[Meta, VerifyReport]:
    """Make a blank journal or check the one that is there; return its meta and its head.

    Raises:
        JournalError: As `open_journal` says.
    """
    stored = store.meta(wanted)
    if stored.config_hash != wanted.config_hash:
        raise JournalConfigError(
            f"journal {store.name} was written with config {stored.config_hash!r}, "
            f"this run has {wanted.config_hash!r}; want another journal or the old config"
        )
    store.settle()
    report = (verify_tail(store) if from_snapshot else None) or verify_store(store)
    if report.broken_seq is not None:
        if not repair:
            raise JournalBrokenError(
                f"journal {store.name} is broken at row {report.broken_seq}: {report.reason}",
                report.broken_seq,
            )
        store.quarantine(report.broken_seq, report.reason, clock.wall_ns())
    return stored, report
