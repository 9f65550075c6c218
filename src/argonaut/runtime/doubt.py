"""Orders that an earlier process left in doubt: which start found each first, and so when it left.

A request may arrive for some time after it was sent, and nobody knows when a dead process sent its
last ones. The next start does know that they have left by then, and writes it down. Were each start
to count anew from itself, a trader that dies more often than that would stay in doubt for ever.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argonaut.domain.ids import ClientOrderId
from argonaut.journal.row import Row

KIND = "doubt"


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """From a row of its kind: the orders that were in doubt when a start began, and not before."""

    orders: tuple[ClientOrderId, ...]


def left_by_ns(rows: Iterable[Row], *, now_ns: int, mono_ns: int) -> dict[ClientOrderId, int]:
    """Return for each order in doubt when it had left at the latest, by the rows of earlier starts.

    `mono_ns` is what the steady clock of this machine shows at `now_ns`. A row has the time of its
    start, which the venue may not have set, and what that clock showed then: the later of the two
    counts, and after another boot only now does.
    """
    found: dict[ClientOrderId, int] = {}
    for row in rows:
        if row.kind != KIND:
            continue
        passed_ns = -1 if row.mono_ns is None else mono_ns - row.mono_ns
        known_ns = now_ns if passed_ns < 0 else max(row.event_ns, now_ns - passed_ns)
        for name in msgspec.json.decode(row.payload, type=Doubt).orders:
            found.setdefault(name, min(known_ns, now_ns))
    return found
