"""The SQLite file: its tables, how it is opened, and what it must be before it is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec

from argonaut.journal.errors import JournalBrokenError, JournalError, JournalVersionError
from argonaut.journal.found import KINDS, orders_in
from argonaut.journal.meta import OLDEST_READ, SCHEMA_VERSION, Meta, packed, unpacked
from argonaut.journal.store import OrderMention

APPLICATION_ID = 0x4172676F  # "Argo"

# Against 4 KiB: a fifth less CPU for bulk appends, some 8 µs more for the commit of one row.
PAGE_BYTES = 16384
CACHE_KIBIBYTES = 8192
DRAFT_CACHE_KIBIBYTES = 2048  # rows are added at the end: only the path there is used again
CHECKPOINT_PAGES = 1000

_ROW_COLUMNS = """
    event_seq INTEGER NOT NULL,
    event_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload BLOB NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    wall_ns INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    mode TEXT NOT NULL"""

_SCHEMA = f"""
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE events(seq INTEGER PRIMARY KEY, {_ROW_COLUMNS}) STRICT;
CREATE TABLE quarantine(
    seq INTEGER NOT NULL, {_ROW_COLUMNS},
    quarantined_ns INTEGER NOT NULL,
    reason TEXT NOT NULL) STRICT;
"""

# What schema 2 has beside 1. A backtest's file stays at 1: nobody resumes it, and each row about
# an order would cost it a microsecond more.
_FINDING = """
CREATE TABLE order_rows(
    client_order_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY(client_order_id, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE seals(seq INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
"""
INSERT_MENTION = "INSERT OR IGNORE INTO order_rows VALUES(?, ?)"


def connect_exclusive(path: Path, vfs: str | None) -> apsw.Connection:
    """Open the file for one writer and nobody else; create it when absent.

    The first read takes the exclusive lock and holds it, which also keeps the WAL index off shared
    memory. Raises apsw.BusyError when somebody else has the file open.
    """
    return _connected(
        path,
        vfs,
        cache_kibibytes=CACHE_KIBIBYTES,
        journal_mode="WAL",
        synchronous="FULL",
        wal_autocheckpoint=CHECKPOINT_PAGES,
    )


def connect_draft(path: Path, vfs: str | None) -> apsw.Connection:
    """Open a file that is thrown away unless it comes to be whole, as `connect_exclusive` does.

    SQLite neither syncs it nor could roll it back: that is for who finishes it.
    """
    return _connected(
        path, vfs, cache_kibibytes=DRAFT_CACHE_KIBIBYTES, journal_mode="OFF", synchronous="OFF"
    )


def _connected(
    path: Path, vfs: str | None, *, cache_kibibytes: int, **pragmas: str | int
) -> apsw.Connection:
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    connection = apsw.Connection(str(path), flags=flags, vfs=vfs)
    try:
        connection.set_busy_timeout(0)
        connection.pragma("locking_mode", "EXCLUSIVE")  # before anything that reads the file
        connection.pragma("page_size", PAGE_BYTES)
        connection.pragma("cache_size", -cache_kibibytes)
        require_journal(connection, path)
        for name, value in pragmas.items():
            connection.pragma(name, value)
    except BaseException:
        connection.close()
        raise
    return connection


def fold_wal(connection: apsw.Connection) -> None:
    """Leave one plain file: safe to copy, and read without making files beside it."""
    connection.pragma("journal_mode", "DELETE")


def connect_read_only(path: Path) -> apsw.Connection:
    """Open a file that no writer has open, changing nothing in it.

    Raises apsw.BusyError while a writer has it. After a kill the folder must be writable, for
    SQLite keeps an index beside a WAL.
    """
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        if is_blank(connection):
            raise JournalBrokenError(f"{path} is empty; want a journal")
        require_journal(connection, path)
    except (apsw.Error, JournalError):
        connection.close()
        raise
    return connection


def require_journal(connection: apsw.Connection, path: Path) -> None:
    """Raise unless the file is empty or a journal of the schema this program reads."""
    if is_blank(connection):
        return
    application_id = connection.pragma("application_id")
    if application_id != APPLICATION_ID:
        raise JournalBrokenError(
            f"{path} is a SQLite file of application {application_id:#x}, "
            f"want a journal ({APPLICATION_ID:#x})"
        )
    found = connection.pragma("user_version")
    if not OLDEST_READ <= found <= SCHEMA_VERSION:
        raise JournalVersionError(
            f"journal {path} has schema version {found}, this program reads {OLDEST_READ} to "
            f"{SCHEMA_VERSION}; want the program that wrote it"
        )


def is_blank(connection: apsw.Connection) -> bool:
    """Say whether the file holds no table yet."""
    return not connection.execute("SELECT count(*) FROM sqlite_schema").get


def create(connection: apsw.Connection, meta: Meta) -> None:
    """Make tables and meta in one transaction, so a crash leaves a blank file or a whole one."""
    with connection:
        connection.execute(_SCHEMA)
        connection.executemany("INSERT INTO meta VALUES(?, ?)", packed(meta))
        connection.pragma("application_id", APPLICATION_ID)
        connection.pragma("user_version", OLDEST_READ)


def finds_orders(connection: apsw.Connection) -> bool:
    """Say whether the file keeps an index of orders, and seals."""
    return bool(connection.pragma("user_version") >= SCHEMA_VERSION)


def begin_finding(connection: apsw.Connection) -> None:
    """Bring a file of schema 1 to 2 in one transaction: index every row about an order."""
    with connection:
        connection.execute(_FINDING)
        connection.executemany(INSERT_MENTION, _mentions(connection))
        connection.pragma("user_version", SCHEMA_VERSION)


def find_anew(connection: apsw.Connection) -> None:
    """Make the index of orders anew out of the rows, in one transaction."""
    with connection:
        connection.execute("DELETE FROM order_rows")
        connection.executemany(INSERT_MENTION, _mentions(connection))


def _mentions(connection: apsw.Connection) -> Iterator[OrderMention]:
    kinds = msgspec.json.encode(KINDS).decode()
    rows = connection.execute(
        "SELECT seq, kind, subject, payload FROM events "
        "WHERE kind IN (SELECT value FROM json_each(?)) ORDER BY seq",
        (kinds,),
    )
    for seq, kind, subject, payload in rows:
        for order_id in orders_in(kind, subject, payload):
            yield order_id, seq


def load_meta(connection: apsw.Connection, path: Path) -> Meta:
    """Return what the file says about itself."""
    try:
        return unpacked(connection.execute("SELECT key, value FROM meta"))
    except (msgspec.DecodeError, TypeError, UnicodeDecodeError) as error:
        raise JournalBrokenError(f"journal {path} has no readable meta: {error}") from error
