"""Whether the chain of a journal is whole, and where it first is not."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

import apsw
import msgspec

from argonaut.journal.chain import GENESIS, link

# seq, event_seq, event_ns, kind, subject (both UTF-8), payload, prev_hash, hash
StoredRow = tuple[int, int, int, bytes, bytes, bytes, bytes, bytes]

# Texts as bytes: a flipped bit may leave no UTF-8 to decode, and the hash is over bytes anyway.
_SELECT = """
SELECT seq, event_seq, event_ns, CAST(kind AS BLOB), CAST(subject AS BLOB), payload,
       prev_hash, hash
FROM events ORDER BY seq
"""


class VerifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a whole journal holds, or its whole rows before the first bad one."""

    rows: int
    first_ns: int | None  # event time of the first row; None when there is none
    last_ns: int | None
    head_hash: str
    broken_seq: int | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Say whether every row is what was written."""
        return self.broken_seq is None


def verify_connection(connection: apsw.Connection) -> VerifyReport:
    """Verify every row of an open journal; an unreadable page is a flaw like any other."""
    return verify_rows(_stored_rows(connection))


def _stored_rows(connection: apsw.Connection) -> Iterator[StoredRow]:
    yield from connection.execute(_SELECT)


def verify_rows(rows: Iterable[StoredRow]) -> VerifyReport:
    """Walk the chain and report its length, times and head, or the first flaw."""
    digest = GENESIS
    verified = 0
    first_ns = last_ns = None
    reason = ""
    try:
        for row in rows:
            reason = _flaw(row, seq=verified + 1, prev_hash=digest)
            if reason:
                break
            verified, digest, last_ns = row[0], row[7], row[2]
            if first_ns is None:
                first_ns = last_ns
    except (apsw.CorruptError, apsw.IOError, UnicodeDecodeError) as error:
        reason = f"the file cannot be read there: {error}"
    return VerifyReport(
        rows=verified,
        first_ns=first_ns,
        last_ns=last_ns,
        head_hash=digest.hex(),
        broken_seq=verified + 1 if reason else None,
        reason=reason,
    )


def _flaw(row: StoredRow, *, seq: int, prev_hash: bytes) -> str:
    """Return what differs from the row that must stand at `seq`, or an empty string."""
    found, event_seq, event_ns, kind, subject, payload, stored_prev, stored_hash = row
    if found != seq:
        return f"want row {seq}, found row {found}"
    if stored_prev != prev_hash:
        return f"prev_hash {_hex(stored_prev)} is not the hash {prev_hash.hex()} of the row before"
    try:
        digest = link(prev_hash, seq, event_seq, event_ns, kind, subject, payload)
    except (TypeError, struct.error) as error:
        return f"a column has the wrong type: {error}"
    if digest != stored_hash:
        return f"content hashes to {digest.hex()}, stored hash is {_hex(stored_hash)}"
    return ""


def _hex(stored: object) -> str:
    return stored.hex() if isinstance(stored, bytes) else repr(stored)
