"""Whole copies of a journal: made beside their place, verified, and then put there at once.

A file is copied page by page, also by the trader that has it open, a little at a time. Rows go
between a file and a database as they are, stamps and hashes included. A copy that is restored
counts openings from far above what it holds, so that no order id is made a second time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

import apsw
import msgspec

from argonaut.journal import database
from argonaut.journal.by_url import connected
from argonaut.journal.errors import JournalBrokenError, JournalIOError, JournalTakenError
from argonaut.journal.file_copy import FileCopy, beside, draft_of, remove
from argonaut.journal.meta import SCHEMA_VERSION, Meta
from argonaut.journal.reader import JournalReader
from argonaut.journal.row import Row
from argonaut.journal.sqlite import SqliteStore
from argonaut.journal.store import BufferedRow, Store
from argonaut.journal.translated import translated
from argonaut.journal.verify import VerifyReport, verify_store
from argonaut.journal.writer import abandon

EPOCH_JUMP = 1_000
"""How many openings a journal may have had since the copy that is restored was made."""

_GROUP_ROWS = 2_000
Told = Callable[[int, int], None]
"""Called with how much is done and how much there is, in pages or rows."""


def back_up(source: Path | str, target: Path, told: Told | None = None) -> VerifyReport:
    """Copy a journal that no trader has open, or one in a database, to the file `target`.

    Raises:
        JournalBrokenError: The copy does not verify: the journal is damaged.
        JournalError: What `JournalReader` raises, and what the disk refuses. `target` is then
            what it was before.
    """
    draft = draft_of(target)
    with _cleaned(draft):
        if isinstance(source, Path):
            _copy_file(source, draft, told)
        else:
            with JournalReader(source) as reader:
                _copy_rows(reader, draft, told)
        return put_in_place(draft, target)


def restore(backup: Path, target: Path | str, told: Told | None = None) -> VerifyReport:
    """Make the journal `target` out of a copy; where there is one, nothing is done.

    Raises:
        JournalTakenError: A journal, or what one leaves, is there already.
        JournalBrokenError: The copy does not verify.
        JournalError: The disk or the database refused.
    """
    if isinstance(target, str):
        return _restore_rows(backup, target, told)
    for left in beside(target):
        if left.exists():
            raise JournalTakenError(f"{left} is there already; want it moved away first")
    draft = draft_of(target)
    with _cleaned(draft):
        _copy_file(backup, draft, told)
        return put_in_place(draft, target, epoch_jump=EPOCH_JUMP)


def _restore_rows(backup: Path, url: str, told: Told | None) -> VerifyReport:
    store = connected(url)
    with closing_quietly(store), JournalReader(backup) as reader:
        report = reader.verify()
        _require_whole(report, backup)  # the index is made anew
        store.take_lock()
        if not store.is_blank():
            raise JournalTakenError(f"there is a journal at {store.name}; want a schema without")
        epoch = reader.epoch + EPOCH_JUMP
        store.take_in(reader.meta, _told_of(reader, report.rows, told), epoch)
        return verify_store(store)


def put_in_place(draft: Path, target: Path, *, epoch_jump: int = 0) -> VerifyReport:
    """Verify a copy, make it durable, and let it take the place of `target`.

    Raises:
        JournalBrokenError: It does not verify.
        JournalIOError: The disk refused.
    """
    try:
        connection = database.connect_exclusive(draft, None)
    except apsw.Error as error:
        raise translated(error, draft) from error
    store = SqliteStore(connection, draft)
    with closing_quietly(store):
        report = verify_store(store)
        _require_whole(report, draft)
        if epoch_jump and database.finds_orders(connection):
            store.raise_epoch(epoch_jump)
            store.find_anew()
    try:
        _sync(draft)
        draft.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise JournalIOError(f"cannot write {target} ({error}); want a writable folder") from error
    return report


def _require_whole(report: VerifyReport, path: Path) -> None:
    if report.broken_seq is not None:
        raise JournalBrokenError(
            f"the copy {path} is broken at row {report.broken_seq}: {report.reason}",
            report.broken_seq,
        )


def buffered(row: Row) -> BufferedRow:
    """Return a stored row as a store takes it."""
    values: BufferedRow = msgspec.structs.astuple(row)
    return values


def groups_of(rows: Iterable[Row]) -> Iterator[list[BufferedRow]]:
    """Yield rows in lists that a store takes at once."""
    left = map(buffered, rows)
    while group := list(islice(left, _GROUP_ROWS)):
        yield group


def _copy_file(source: Path, draft: Path, told: Told | None) -> None:
    if not source.is_file():
        raise JournalIOError(f"there is no journal at {source}; want the path of a file")
    try:
        connection = database.connect_read_only(source)
    except apsw.Error as error:
        raise translated(error, source) from error
    with closing(connection):
        copy = FileCopy(connection, draft)
        try:
            while not copy.step():
                if told is not None:
                    told(copy.done, copy.total)
        finally:
            copy.close()


def _copy_rows(reader: JournalReader, draft: Path, told: Told | None) -> None:
    store = _blank_file(draft, reader.meta)
    with closing_quietly(store):
        for group in _told_of(reader, reader.verify().rows, told):
            store.write(group)
        store.raise_epoch(reader.epoch)


def _told_of(reader: JournalReader, total: int, told: Told | None) -> Iterator[list[BufferedRow]]:
    for group in groups_of(reader.rows()):
        yield group
        if told is not None:
            told(group[-1][0], total)


def _blank_file(path: Path, meta: Meta) -> SqliteStore:
    """Make a journal of the newest schema without rows."""
    remove(path)
    try:
        connection = database.connect_exclusive(path, None)
    except apsw.Error as error:
        raise translated(error, path) from error
    store = SqliteStore(connection, path)
    store.meta(meta)
    store.begin_finding()
    assert connection.pragma("user_version") == SCHEMA_VERSION, "a new file has the newest schema"
    return store


@contextmanager
def closing_quietly(store: Store) -> Iterator[None]:
    """Release a store; where something failed before, what fails in that is noted on it."""
    try:
        yield
    except BaseException as error:
        abandon(store, error)
        raise
    store.close(tidy=True)


@contextmanager
def _cleaned(draft: Path) -> Iterator[None]:
    """Leave nothing of a draft behind, whatever happens."""
    try:
        yield
    finally:
        remove(draft)


def _sync(path: Path) -> None:
    """Have the disk confirm a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
