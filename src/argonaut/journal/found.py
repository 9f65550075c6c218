"""What is found in a row without decoding it: the orders it is about, and snapshots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from argonaut.journal.store import BufferedRow, OrderMention, Seal

SNAPSHOT = "snapshot"

# The engine names these rows after their order ...
_BY_SUBJECT = frozenset({"intent", "report", "round_trip", "correction"})
# ... and these hold the orders that are meant or met. No text inside them can look like the name
# of a field: its quotes are escaped.
_BY_PAYLOAD = frozenset({"decision", "foreign"})
_IDS = re.compile(rb'"client_order_id":"([^"\\]+)"')

KINDS = tuple(sorted(_BY_SUBJECT | _BY_PAYLOAD))
"""The kinds of rows that can be about an order."""


def orders_in(kind: str, subject: str, payload: bytes) -> Iterable[str]:
    """Return the client order ids a row is about, each once."""
    if kind in _BY_SUBJECT:
        return (subject,)
    if kind in _BY_PAYLOAD:
        return dict.fromkeys(found.decode(errors="replace") for found in _IDS.findall(payload))
    return ()


def found_in(rows: Sequence[BufferedRow]) -> tuple[list[OrderMention], list[Seal]]:
    """Return what a group adds to the index of orders, and the seals of its snapshots."""
    mentions: list[OrderMention] = []
    seals: list[Seal] = []
    for row in rows:
        kind = row[3]
        if kind in _BY_SUBJECT:
            mentions.append((row[4], row[0]))
        elif kind in _BY_PAYLOAD:
            mentions += [(order_id, row[0]) for order_id in orders_in(kind, row[4], row[5])]
        elif kind == SNAPSHOT:
            seals.append((row[0], row[7]))
    return mentions, seals
