"""Whether the chain of a journal is whole, and where it first is not."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from itertools import chain

import msgspec

from argonaut.journal.chain import GENESIS, link
from argonaut.journal.errors import JournalUnreadableError
from argonaut.journal.found import orders_in
from argonaut.journal.row import Row
from argonaut.journal.store import OrderMention, Store, StoredRow


class VerifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a whole journal holds, or its whole rows before the first bad one.

    `from_seq` is the row the walk began with: 1, or a sealed snapshot whose seal was trusted.
    """

    rows: int
    first_ns: int | None  # event time of the first row; None when there is none
    last_ns: int | None
    head_hash: str
    broken_seq: int | None = None
    reason: str = ""
    from_seq: int = 1
    index_flaw: str = ""  # what is wrong with the index of orders, where it was looked at

    @property
    def ok(self) -> bool:
        """Say whether every row is what was written, and found by its orders."""
        return self.broken_seq is None and not self.index_flaw


def verify_store(store: Store) -> VerifyReport:
    """Verify every row; an unreadable page is a flaw like any other."""
    return verify_rows(store.stored_rows())


def verify_with_index(store: Store) -> VerifyReport:
    """Verify every row and, when all are whole, that each is found by the orders it is about."""
    report = verify_store(store)
    if report.broken_seq is not None:
        return report
    return msgspec.structs.replace(report, index_flaw=_index_flaw(store))


def _index_flaw(store: Store) -> str:
    """Return how the index differs from one made of the rows, or an empty string.

    Sums of hashes are compared, so that a journal of any length takes no memory.
    """
    mentions = store.mentions()
    if mentions is None:
        return ""
    wanted = _summed(
        (order_id, row[0])
        for row in store.stored_rows()
        for order_id in orders_in(row[3].decode(), row[4].decode(), row[5])
    )
    try:
        kept = _summed(mentions)
    except JournalUnreadableError as error:
        return f"the index of orders cannot be read: {error}"
    if wanted == kept:
        return ""
    return (
        f"the index of orders names {kept[0]:,} rows and is not the one of {wanted[0]:,} that the "
        "rows make"
    )


def _summed(mentions: Iterable[OrderMention]) -> tuple[int, int]:
    count = total = 0
    for mention in mentions:
        count += 1
        total += hash(mention)
    return count, total


def verify_tail(store: Store) -> VerifyReport | None:
    """Verify from the last sealed snapshot on; None when there is none, or something is wrong.

    The caller then verifies everything, and so learns what is wrong and where.
    """
    seal = store.last_seal()
    if seal is None:
        return None
    seq, digest = seal
    rows = store.stored_rows(seq)
    try:
        first = next(rows, None)
    except JournalUnreadableError:
        return None
    if first is None or first[7] != digest or not isinstance(first[6], bytes):
        return None
    report = verify_rows(chain((first,), rows), after=(seq - 1, first[6]))
    return report if report.ok else None


def verify_rows(
    rows: Iterable[StoredRow], *, after: tuple[int, bytes] = (0, GENESIS)
) -> VerifyReport:
    """Walk the chain and report its length, times and head, or the first flaw.

    `after` is the number and hash of the row before the first.
    """
    verified, digest = after
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
    except (JournalUnreadableError, UnicodeDecodeError) as error:
        reason = f"the file cannot be read there: {error}"
    return VerifyReport(
        rows=verified,
        first_ns=first_ns,
        last_ns=last_ns,
        head_hash=digest.hex(),
        broken_seq=verified + 1 if reason else None,
        reason=reason,
        from_seq=after[0] + 1,
    )


def is_itself(row: Row) -> bool:
    """Say whether a row's content has the hash that is stored with it."""
    return row.hash == link(
        row.prev_hash,
        row.seq,
        row.event_seq,
        row.event_ns,
        row.kind.encode(),
        row.subject.encode(),
        row.payload,
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
