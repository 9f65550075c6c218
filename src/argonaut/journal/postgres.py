"""A journal kept in one schema of a PostgreSQL database.

One session writes. It holds an advisory lock for as long as it lives, so that a second writer is
refused, and every group it adds names its epoch, so that a session that lost its lock behind a
pooler or a partition adds nothing once another has opened the journal.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import msgspec
import pg8000.native as pg

from argonaut.journal import postgres_schema as sql
from argonaut.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalConfigError,
    JournalError,
    JournalFullError,
    JournalIOError,
    JournalUnreadableError,
    JournalVersionError,
)
from argonaut.journal.found import found_in
from argonaut.journal.meta import SCHEMA_VERSION, Meta, packed, unpacked
from argonaut.journal.postgres_url import PostgresAddress, parse
from argonaut.journal.query import PAGE_ROWS, RowFilter
from argonaut.journal.row import Row
from argonaut.journal.store import BufferedRow, OrderMention, Seal, StoredRow

_BIGGEST = 2**63 - 1
_SMALLEST = -(2**63)

# What a dead network says, in seconds, so that the server lets go of a lost writer's lock soon.
_SESSION = """
SET synchronous_commit TO on;
SET lock_timeout TO '1s';
SET statement_timeout TO '10s';
SET idle_in_transaction_session_timeout TO '10s';
SET tcp_keepalives_idle TO 10;
SET tcp_keepalives_interval TO 5;
SET tcp_keepalives_count TO 3;
"""

_FULL = {"53100", "53200", "54000"}
_LOCKED = "55P03"
_DAMAGED = {"XX001", "XX002"}
_MEANINGS = {
    "28P01": "refused the password; want the right one",
    "28000": "refused the user; want one that may log in",
    "3D000": "does not exist; want the name of a database",
    "42501": "may not be written by this user; want CREATE on the database",
    "25006": "is read-only, a standby perhaps; want the primary",
    "57014": "did not answer in time; want a database that does",
}


class PostgresStore:
    """One journal in an open session; owned by one thread."""

    def __init__(self, connection: pg.Connection, address: PostgresAddress) -> None:
        self.name = address.name
        self.connection = connection
        self._address = address
        self._epoch = 0
        self._is_closed = False
        self._write: pg.PreparedStatement | None = None

    def take_lock(self) -> None:
        """Become the one writer, for as long as the session lives.

        Raises:
            JournalBusyError: Another session has it.
            JournalConfigError: The server would call a row durable that is not.
        """
        with self._told():
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                found = self.connection.run(f"SHOW {setting}")[0][0]
                if found == "off":
                    raise JournalConfigError(
                        f"journal {self.name} is in a server with {setting}={found}; want it on, "
                        "or a power cut takes orders that were sent"
                    )
            # Waits a second: the session of a writer that has just ended may not be over yet.
            self.connection.run("SELECT pg_advisory_lock(CAST(:key AS bigint))", key=self._lock_key)

    @property
    def _lock_key(self) -> int:
        digest = sha256(f"argonaut journal {self._address.schema}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    def is_blank(self) -> bool:
        """Say whether there is no journal in the schema yet."""
        with self._told():
            found = self.connection.run(
                "SELECT to_regclass(CAST(:name AS text))", name=f"{self._address.schema}.events"
            )
            return found[0][0] is None

    def meta(self, wanted: Meta) -> Meta:
        """Return what the journal says of itself; a blank schema is made with `wanted`."""
        if self.is_blank():
            self._create(wanted)
        return self.stored_meta()

    def stored_meta(self) -> Meta:
        """Return what the journal says of itself.

        Raises:
            JournalVersionError: Its schema is not the one this program reads.
            JournalBrokenError: It says nothing that can be read.
        """
        with self._told():
            pairs = self.connection.run("SELECT key, value FROM meta")
        version = dict(map(tuple, pairs)).get("schema_version")
        if version != str(SCHEMA_VERSION):
            raise JournalVersionError(
                f"journal {self.name} has schema version {version}, this program reads "
                f"{SCHEMA_VERSION}; want the program that wrote it"
            )
        try:
            return unpacked(pairs)
        except (msgspec.DecodeError, TypeError) as error:
            raise JournalBrokenError(
                f"journal {self.name} has no readable meta: {error}"
            ) from error

    def readable_meta(self) -> Meta:
        """Return what the journal says of itself to someone who only reads from now on.

        Raises:
            JournalIOError: There is no journal.
        """
        with self._told():
            self.connection.run("SET default_transaction_read_only TO on")
        if self.is_blank():
            raise JournalIOError(f"there is no journal at {self.name}; want one that was written")
        return self.stored_meta()

    def _create(self, wanted: Meta) -> None:
        with self._told(), self._transaction():
            self._make(wanted)

    def _make(self, wanted: Meta) -> None:
        self.connection.run(f'CREATE SCHEMA IF NOT EXISTS "{self._address.schema}"')
        for statement in sql.TABLES:
            self.connection.run(statement)
        for key, value in (*packed(wanted), ("schema_version", str(SCHEMA_VERSION))):
            self.connection.run("INSERT INTO meta VALUES (:key, :value)", key=key, value=value)

    def take_in(self, meta: Meta, groups: Iterable[Sequence[BufferedRow]], epoch: int) -> None:
        """Make the journal with these rows in one transaction, opened `epoch` times so far."""
        with self._told(), self._transaction():
            self._make(meta)
            for group in groups:
                self.write(group)
            self.connection.run("UPDATE lease SET epoch = CAST(:epoch AS bigint)", epoch=epoch)

    def settle(self) -> None:
        """Do nothing: the server shows only what is durable in its own log."""

    def take_epoch(self) -> int:
        """Count this opening for writing; older sessions add nothing from now on."""
        with self._told():
            found = self.connection.run("UPDATE lease SET epoch = epoch + 1 RETURNING epoch")
        if len(found) != 1:
            raise JournalBrokenError(f"journal {self.name} has {len(found)} epochs; want one")
        self._epoch = found[0][0]
        return self._epoch

    def stored_epoch(self) -> int:
        """Return how often it was opened for writing so far."""
        with self._told():
            found = self.connection.run("SELECT epoch FROM lease")
        return int(found[0][0])

    def stored_rows(self, from_seq: int | None = None) -> Iterator[StoredRow]:
        """Yield rows by rising `seq`, texts as bytes, a page at a time."""
        after = _SMALLEST if from_seq is None else from_seq - 1
        while page := self._stored_page(after):
            for row in page:
                row[3] = row[3].encode()
                yield tuple(row)
            after = page[-1][0]

    def _stored_page(self, after: int) -> list[list[Any]]:
        try:
            with self._told():
                return list(self.connection.run(sql.STORED, after=after, page_rows=PAGE_ROWS))
        except JournalBrokenError as error:
            raise JournalUnreadableError(str(error)) from error

    def last_seq(self) -> int:
        """Return the number of the last row, 0 for none."""
        with self._told():
            return int(self.connection.run("SELECT coalesce(max(seq), 0) FROM events")[0][0])

    def last_seal(self) -> Seal | None:
        """Return the newest sealed snapshot."""
        with self._told():
            found = self.connection.run("SELECT seq, hash FROM seals ORDER BY seq DESC LIMIT 1")
        return (found[0][0], found[0][1]) if found else None

    def quarantine(self, from_seq: int, reason: str, now_ns: int) -> None:
        """Move every row from the broken one on out of the chain; nothing is deleted unseen."""
        with self._told(), self._transaction():
            self.connection.run(sql.QUARANTINE, seq=from_seq, reason=reason, now_ns=now_ns)
            for statement in sql.FORGET:
                self.connection.run(statement, seq=from_seq)

    def write(self, rows: Sequence[BufferedRow]) -> None:
        """Add a group in one statement and return when the server has it on its disk.

        Raises:
            JournalBusyError: Another process has opened the journal since; nothing was added.
        """
        columns = dict(zip(sql.FIELDS, map(list, zip(*rows, strict=True)), strict=True))
        columns["subject"] = [each.encode() for each in columns["subject"]]
        mentions, seals = found_in(rows)
        with self._told():
            if self._write is None:
                self._write = self.connection.prepare(sql.WRITE)
            added = self._write.run(
                epoch=self._epoch,
                named=[order_id.encode() for order_id, _ in mentions],
                named_seq=[seq for _, seq in mentions],
                sealed_seq=[seq for seq, _ in seals],
                sealed=[digest for _, digest in seals],
                **columns,
            )[0][0]
        if added != len(rows):
            raise JournalBusyError(
                f"journal {self.name} was taken over by another process: epoch {self._epoch} may "
                "not write any more"
            )

    def rows(self, wanted: RowFilter) -> Iterator[Row]:
        """Yield the wanted rows by rising `seq`, a page at a time."""
        bindings: dict[str, Any] = {
            **msgspec.structs.asdict(wanted),
            "kinds": sorted(wanted.kinds) if wanted.kinds else None,
            "subject": None if wanted.subject is None else wanted.subject.encode(),
            "to_seq": _BIGGEST if wanted.to_seq is None else wanted.to_seq,
            "page_rows": PAGE_ROWS,
        }
        while page := self._page(sql.SELECT, bindings):
            yield from page
            if len(page) < PAGE_ROWS:
                return
            bindings["from_seq"] = page[-1].seq + 1

    def mentions(self) -> Iterator[OrderMention]:
        """Yield what the index of orders holds, a page at a time."""
        after: tuple[bytes, int] = (b"", _SMALLEST)
        while True:
            with self._told():
                page = self.connection.run(
                    sql.MENTIONS, order_id=after[0], seq=after[1], page_rows=PAGE_ROWS
                )
            for order_id, seq in page:
                yield order_id.decode(errors="replace"), seq
            if len(page) < PAGE_ROWS:
                return
            after = page[-1][0], page[-1][1]

    def order_rows(self, client_order_id: str, to_seq: int) -> Iterator[Row]:
        """Yield the rows about one order by rising `seq`."""
        bindings = {"order_id": client_order_id.encode(), "to_seq": to_seq}
        yield from self._page(sql.OF_ORDER, bindings)

    def _page(self, statement: str, bindings: dict[str, Any]) -> list[Row]:
        with self._told():
            found = self.connection.run(statement, **bindings)
        try:
            return [msgspec.convert((*row[:4], row[4].decode(), *row[5:]), Row) for row in found]
        except (UnicodeDecodeError, msgspec.ValidationError) as error:
            raise JournalBrokenError(
                f"journal {self.name} holds a row that was never written so ({error}); verify it"
            ) from error

    def close(self, *, tidy: bool) -> None:
        """End the session, and with it the lock. Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            self.connection.close()
        except (pg.Error, OSError) as error:
            if tidy:  # else the session had died before, which has been told
                raise JournalIOError(f"journal {self.name} could not be left ({error})") from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        with told(self.name):
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.connection.run("BEGIN")
        try:
            yield
        except pg.DatabaseError:  # the session is whole; anything else leaves it to be closed
            self.connection.run("ROLLBACK")
            raise
        self.connection.run("COMMIT")


def connect(url: str, *, application_name: str = "argonaut journal") -> PostgresStore:
    """Open a session to the database of a URL.

    Raises:
        InvalidValueError, RefusedToStartError: As `postgres_url.parse` says.
        JournalIOError: It cannot be reached, or refuses.
    """
    address, password = parse(url)
    arguments = address.arguments(password)
    with told(address.name):
        connection = pg.Connection(**arguments, application_name=application_name)
        try:
            connection.run(_SESSION)
        except BaseException:
            connection.close()
            raise
    return PostgresStore(connection, address)


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn an error of the driver into one of the journal's."""
    try:
        yield
    except (pg.Error, OSError) as error:
        said = _said_by_server(error)
        if said is not None:
            raise _translated(said, name) from error
        raise JournalIOError(
            f"journal {name} cannot be reached ({_reason(error)}); want its server"
        ) from error
    except (LookupError, struct.error, UnicodeError, ValueError) as error:
        raise JournalIOError(
            f"journal {name} does not answer as PostgreSQL does ({error!r}); want its server"
        ) from error


def _said_by_server(error: BaseException) -> pg.DatabaseError | None:
    """Return what the server said; the driver may have failed again in closing after it."""
    while not isinstance(error, pg.DatabaseError):
        if error.__context__ is None:
            return None
        error = error.__context__
    return error


def _translated(error: pg.DatabaseError, name: str) -> JournalError:
    said = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    code, message = said.get("C", ""), said.get("M", str(error))
    if code in _FULL:
        return JournalFullError(f"journal {name} has no room left on its server ({message})")
    if code in _DAMAGED:
        return JournalBrokenError(
            f"journal {name} is damaged; restore it from a backup ({message})"
        )
    if code == "42P01":
        return JournalIOError(
            f"there is no journal at {name}; want one that was written ({message})"
        )
    if code == _LOCKED:
        return JournalBusyError(
            f"journal {name} is open in another process; want it to be ours alone ({message})"
        )
    meaning = _MEANINGS.get(code, "refused what was asked of it")
    return JournalIOError(f"journal {name} {meaning} ({code} {message})")


def _reason(error: BaseException) -> str:
    cause = error.__cause__ or error
    return f"{cause}" or type(cause).__name__
