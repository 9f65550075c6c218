"""What a backtest and the process that writes its journal say to each other over two pipes.

Each message is its length in four bytes and then MessagePack. Both ends are one release of one
program, so nothing here is kept for another version.
"""

from __future__ import annotations

from struct import Struct

import msgspec

LENGTH = Struct("<I")
READ_BYTES = 65_536  # of answers at once, which are short

DraftRow = tuple[int, int, str, str, bytes]
"""A row before it is chained: event_seq, event_ns, kind, subject, payload."""


class Opening(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Go on with this draft from here; without a path nothing is kept but the chain's head."""

    path: str | None
    seq: int
    digest: bytes
    pid: int  # of the process that decides, for the record
    mode: str


class Batch(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Rows in their order, which share the stamps of the first."""

    wall_ns: int
    mono_ns: int
    rows: list[DraftRow]


class AskHead(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Answer with the head of the chain."""


class Finish(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Make the draft durable, release it, answer and end."""


Message = Opening | Batch | AskHead | Finish


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The head of the chain, or why there is none: the name of a `JournalError`, and its words."""

    seq: int = 0
    digest: bytes = b""
    failure: str = ""
    said: str = ""
