"""What the venue has asked us not to do: send, until a time it named. It outlives the process.

A ban that a restart forgets is answered with a longer one, up to three days; so each is a row, and
the next start sends nothing before it is over.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argonaut.journal.row import Row

KIND = "silence"


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """From a row of its kind: until when, by this machine's clock, and how long that was."""

    until_ns: int
    for_ns: int
    why: str


def left_ns(rows: Iterable[Row], wall_ns: int) -> int:
    """Return how long the venue still wants silence, by the rows of earlier starts.

    Never longer than it was at first, whatever somebody has done to the clock since.
    """
    told = [msgspec.json.decode(row.payload, type=Silence) for row in rows if row.kind == KIND]
    return max((min(each.until_ns - wall_ns, each.for_ns) for each in told), default=0)
