"""A journal kept in one SQLite file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import apsw
import msgspec

from argonaut.journal import database
from argonaut.journal.errors import JournalBrokenError, JournalUnreadableError
from argonaut.journal.found import KINDS, found_in, orders_in
from argonaut.journal.meta import Meta
from argonaut.journal.query import RowFilter, select_rows
from argonaut.journal.row import Row
from argonaut.journal.store import BufferedRow, OrderMention, Seal, StoredRow
from argonaut.journal.translated import translated

_INSERT = "INSERT INTO events VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

# Texts as bytes: a flipped bit may leave no UTF-8 to decode, and the hash is over bytes anyway.
_STORED = """
SELECT seq, event_seq, event_ns, CAST(kind AS BLOB), CAST(subject AS BLOB), payload,
       prev_hash, hash
FROM events {where} ORDER BY seq
"""

_QUARANTINE = """
INSERT INTO quarantine SELECT *, :now_ns, :reason FROM events WHERE seq >= :seq OR seq < 1;
DELETE FROM events WHERE seq >= :seq OR seq < 1;
"""
_FORGET = """
DELETE FROM order_rows WHERE seq >= :seq OR seq < 1;
DELETE FROM seals WHERE seq >= :seq OR seq < 1;
"""

_SET_EPOCH = """
INSERT INTO meta VALUES('epoch', ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value
"""

_MENTIONS = "SELECT CAST(client_order_id AS BLOB), seq FROM order_rows"

_OF_ORDER = """
SELECT events.* FROM order_rows JOIN events USING(seq)
WHERE client_order_id = ? AND seq <= ? ORDER BY seq
"""


class SqliteStore:
    """The file behind an open connection; owned by one thread."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self.name = str(path)
        self.connection = connection
        self._path = path
        self._finds_orders = database.finds_orders(connection)

    def meta(self, wanted: Meta) -> Meta:
        """Return what the file says of itself; a blank one is made with `wanted`."""
        try:
            if database.is_blank(self.connection):
                database.create(self.connection, wanted)
            return database.load_meta(self.connection, self._path)
        except apsw.Error as error:
            raise translated(error, self._path) from error

    def settle(self) -> None:
        """Write the WAL into the file, synced.

        A killed writer can leave rows the disk does not have yet. What is read will be acted on,
        so it has to be durable first, even where an earlier sync has failed.
        """
        try:
            self.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except apsw.Error as error:
            raise translated(error, self._path) from error

    def begin_finding(self) -> None:
        """Keep an index of orders, and seals; what is there already is indexed now."""
        if self._finds_orders:
            return
        try:
            database.begin_finding(self.connection)
        except apsw.Error as error:
            raise translated(error, self._path) from error
        self._finds_orders = True

    def take_epoch(self) -> int:
        """Count this opening for writing and return the count, durable.

        From now on orders are found, and snapshots sealed: a file of schema 1 is brought to 2.

        Raises:
            JournalBrokenError: The count that stands there is none.
        """
        self.begin_finding()
        return self.raise_epoch(1)

    def find_anew(self) -> None:
        """Make the index of orders anew out of the rows, where there is one."""
        if not self._finds_orders:
            return
        try:
            database.find_anew(self.connection)
        except apsw.Error as error:
            raise translated(error, self._path) from error

    def mentions(self) -> Iterator[OrderMention] | None:
        """Yield what the index of orders holds; None for a file of schema 1."""
        return self._mentions() if self._finds_orders else None

    def _mentions(self) -> Iterator[OrderMention]:
        try:
            for order_id, seq in self.connection.execute(_MENTIONS):
                yield order_id.decode(errors="replace"), seq
        except (apsw.CorruptError, apsw.IOError) as error:
            raise JournalUnreadableError(str(error)) from error
        except apsw.Error as error:
            raise translated(error, self._path) from error

    def stored_epoch(self) -> int:
        """Return how often it was opened for writing so far.

        Raises:
            JournalBrokenError: The count that stands there is none.
        """
        try:
            found = self.connection.execute("SELECT value FROM meta WHERE key = 'epoch'").get
        except apsw.Error as error:
            raise translated(error, self._path) from error
        return _epoch(found, self.name)

    def raise_epoch(self, by: int) -> int:
        """Count `by` openings more, durably, and return the count.

        Raises:
            JournalBrokenError: The count that stands there is none.
        """
        try:
            with self.connection:
                epoch = by + self.stored_epoch()
                self.connection.execute(_SET_EPOCH, (str(epoch),))
        except apsw.Error as error:
            raise translated(error, self._path) from error
        return epoch

    def stored_rows(self, from_seq: int | None = None) -> Iterator[StoredRow]:
        """Yield rows by rising `seq`, texts as bytes."""
        where, bindings = ("", ()) if from_seq is None else ("WHERE seq >= ?", (from_seq,))
        try:
            yield from self.connection.execute(_STORED.format(where=where), bindings)
        except (apsw.CorruptError, apsw.IOError) as error:
            raise JournalUnreadableError(str(error)) from error
        except apsw.Error as error:
            raise translated(error, self._path) from error

    def last_seq(self) -> int:
        """Return the number of the last row, 0 for none."""
        try:
            return int(self.connection.execute("SELECT coalesce(max(seq), 0) FROM events").get)
        except apsw.Error as error:
            raise translated(error, self._path) from error

    def last_seal(self) -> Seal | None:
        """Return the newest sealed snapshot; an unreadable table of seals is none."""
        if not self._finds_orders:
            return None
        try:
            found = self.connection.execute("SELECT seq, hash FROM seals ORDER BY seq DESC LIMIT 1")
            for seq, digest in found:
                return seq, digest
        except apsw.CorruptError:
            return None
        except apsw.Error as error:
            raise translated(error, self._path) from error
        return None

    def quarantine(self, from_seq: int, reason: str, now_ns: int) -> None:
        """Move every row from the broken one on out of the chain; nothing is deleted unseen."""
        statements = _QUARANTINE + (_FORGET if self._finds_orders else "")
        bindings = {"seq": from_seq, "now_ns": now_ns, "reason": reason}
        try:
            with self.connection:
                self.connection.execute(statements, bindings)
        except apsw.Error as error:
            raise translated(error, self._path) from error

    def write(self, rows: Sequence[BufferedRow]) -> None:
        """Add a group in one transaction and return when the disk has it."""
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_INSERT, rows)
            if self._finds_orders:
                mentions, seals = found_in(rows)
                if mentions:
                    connection.executemany(database.INSERT_MENTION, mentions)
                if seals:
                    connection.executemany("INSERT INTO seals VALUES(?, ?)", seals)
            connection.execute("COMMIT")
        except apsw.Error as error:
            failure = translated(error, self._path)
            self._roll_back(failure)
            raise failure from error
        except BaseException as error:
            self._roll_back(error)
            raise

    def _roll_back(self, failure: BaseException) -> None:
        if self.connection.in_transaction:
            try:
                self.connection.execute("ROLLBACK")
            except apsw.Error as error:
                failure.add_note(f"rolling back failed too ({error}); closing the file does it")

    def rows(self, wanted: RowFilter) -> Iterator[Row]:
        """Yield the wanted rows by rising `seq`."""
        return select_rows(self.connection, self._path, wanted)

    def order_rows(self, client_order_id: str, to_seq: int) -> Iterator[Row]:
        """Yield the rows about one order; a file without an index is read whole."""
        if not self._finds_orders:
            wanted = RowFilter(kinds=KINDS, to_seq=to_seq)
            for row in self.rows(wanted):
                if client_order_id in orders_in(row.kind, row.subject, row.payload):
                    yield row
            return
        try:
            found = self.connection.execute(_OF_ORDER, (client_order_id, to_seq)).fetchall()
            rows = [msgspec.convert(row, Row) for row in found]
        except apsw.Error as error:
            raise translated(error, self._path) from error
        except (UnicodeDecodeError, msgspec.ValidationError) as error:
            raise JournalBrokenError(
                f"journal {self.name} holds a row that was never written so ({error}); verify it"
            ) from error
        yield from rows

    def close(self, *, tidy: bool) -> None:
        """Release the file, as one plain file where every commit has succeeded."""
        try:
            with closing(self.connection):
                if tidy:
                    database.fold_wal(self.connection)
        except apsw.Error as error:  # the file is released, and every commit is in it or its WAL
            raise translated(error, self._path) from error


def _epoch(found: object, name: str) -> int:
    """Return the stored count of openings. Beginning anew would make order ids a second time."""
    if found is None:
        return 0
    if isinstance(found, str) and found.isdecimal():
        return int(found)
    raise JournalBrokenError(f"journal {name} was opened {found!r} times; want a whole number")
