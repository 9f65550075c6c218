"""One journal row as a reader sees it."""

from __future__ import annotations

import msgspec


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One input or decision. The stamps from `wall_ns` on are not hashed, None without a file."""

    seq: int  # 1, 2, 3 … without gaps
    event_seq: int  # the engine's number of the input that caused it
    event_ns: int
    kind: str
    subject: str  # order id, instrument, or "" when it is about the whole
    payload: bytes  # deterministic JSON
    prev_hash: bytes
    hash: bytes
    wall_ns: int | None = None
    mono_ns: int | None = None
    pid: int | None = None
    mode: str | None = None
