"""The signed envelope: one line of text, the same on every transport.

    v1=3f0a…,key=scanner-1,ts=1735689600123,nonce=4f1c9a7e2b {"id":"a-1","side":"buy",…}

Before the space stands the head, behind it the signal as JSON. HTTP carries the head in the header
`X-Sig` and the signal as body. `v1` is HMAC-SHA256 in hex over `ts.nonce.signal`, with the secret
that `key` names; `ts` is when it was sent, in UTC milliseconds; `nonce` is any text that its sender
uses once.
"""

from __future__ import annotations

import hashlib
import hmac
import re

import msgspec

from argonaut.feeds.errors import BadDataError

HEAD_BYTES_MAX = 256
_HEAD = re.compile(
    rb"v1=([0-9a-f]{64}),key=([A-Za-z0-9._-]{1,64}),ts=([0-9]{13}),nonce=([A-Za-z0-9_-]{8,64})"
)
_MS_NS = 1_000_000


class Head(msgspec.Struct, frozen=True):
    """What stands before the signal."""

    signature: bytes  # 32 bytes
    key_id: str
    sent_ns: int  # by the sender's clock, whole milliseconds
    nonce: str
    signed: bytes  # `ts.nonce.`, to which the signal is appended


def read_head(text: bytes) -> Head:
    """Return the parts of a head.

    Raises:
        BadDataError: It is not of the one form a head has.
    """
    found = _HEAD.fullmatch(text) if len(text) <= HEAD_BYTES_MAX else None
    if found is None:
        raise BadDataError(
            "want the head of an envelope as v1=<64 hex>,key=<id>,ts=<13 digits>,nonce=<8 to 64 "
            f"letters, digits, - or _>, not {text[:HEAD_BYTES_MAX]!r}"
        )
    signature, key_id, sent_ms, nonce = found.groups()
    return Head(
        bytes.fromhex(signature.decode()),
        key_id.decode(),
        int(sent_ms) * _MS_NS,
        nonce.decode(),
        b"%b.%b." % (sent_ms, nonce),
    )


def is_genuine(head: Head, body: bytes, secret: bytes) -> bool:
    """Whether whoever holds `secret` has signed this body under this head, in constant time."""
    return hmac.compare_digest(head.signature, _signature(head.signed + body, secret))


def head_for(body: bytes, *, key_id: str, secret: bytes, sent_ns: int, nonce: str) -> bytes:
    """Return the head of `body`, for `X-Sig`; a time is cut to its millisecond.

    Raises:
        BadDataError: The key id or the nonce has another form than heads have.
    """
    sent_ms = sent_ns // _MS_NS
    signature = _signature(f"{sent_ms}.{nonce}.".encode() + body, secret).hex()
    head = f"v1={signature},key={key_id},ts={sent_ms},nonce={nonce}".encode()
    read_head(head)
    return head


def seal(body: bytes, *, key_id: str, secret: bytes, sent_ns: int, nonce: str) -> bytes:
    """Return the whole envelope of `body`; see `head_for`."""
    return head_for(body, key_id=key_id, secret=secret, sent_ns=sent_ns, nonce=nonce) + b" " + body


def open_envelope(text: bytes) -> tuple[bytes, bytes]:
    """Return (head, signal) of one envelope; a text without a head has an empty one."""
    if not text.startswith(b"v1="):
        return b"", text
    head, _, body = text.partition(b" ")
    return head, body


def _signature(signed: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, signed, hashlib.sha256)
