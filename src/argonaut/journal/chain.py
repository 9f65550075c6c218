"""The hash chain: each row's hash covers its content and the hash of the row before.

Wall time, process and mode are left out, so a backtest and a paper run of one recording have
equal hashes. Integers have a fixed width and texts go by their length, so no two different rows
have the same bytes.
"""

from __future__ import annotations

from hashlib import sha256
from struct import Struct

GENESIS = sha256(b"argonaut journal chain 1").digest()

# seq, event_seq, event_ns, then the byte lengths of kind, subject and payload.
_frame = Struct("<qqqIII").pack


def link(  # noqa: PLR0917 - keywords would cost a tenth of a row
    prev_hash: bytes,
    seq: int,
    event_seq: int,
    event_ns: int,
    kind: bytes,
    subject: bytes,
    payload: bytes,
) -> bytes:
    """Return the SHA-256 of the row that follows the one with `prev_hash`; texts are UTF-8."""
    frame = _frame(seq, event_seq, event_ns, len(kind), len(subject), len(payload))
    return sha256(b"".join((prev_hash, frame, kind, subject, payload))).digest()
