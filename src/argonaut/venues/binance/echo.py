"""Our own orders as the proof that the user stream lives: each must be heard of there (F06).

Heartbeats go on while reports are lost; an order that REST has acknowledged and the stream does
not tell within seconds shows it.
"""

from __future__ import annotations

from argonaut.domain.timeframe import SECOND_NS

PATIENCE_NS = 5 * SECOND_NS
_OPEN_MAX = 1_000


class Echo:
    """Orders on their way to the venue, and whether the stream has told of them yet."""

    def __init__(self) -> None:
        self._due_ns: dict[str, int | None] = {}  # None until REST has acknowledged it

    def begin(self, client_order_id: str) -> None:
        """Note an order that is being sent: the stream may tell of it before REST does."""
        if len(self._due_ns) < _OPEN_MAX:
            self._due_ns[client_order_id] = None

    def acknowledged(self, client_order_id: str, mono_ns: int) -> None:
        """Note that the venue has it: from now on it is due."""
        if client_order_id in self._due_ns:
            self._due_ns[client_order_id] = mono_ns + PATIENCE_NS

    def heard(self, client_order_id: str) -> None:
        """Note that the stream, or a certain refusal, has told of it."""
        self._due_ns.pop(client_order_id, None)

    def clear(self) -> None:
        """Expect nothing: the stream is a new one."""
        self._due_ns.clear()

    def overdue(self, mono_ns: int) -> str:
        """Return an order the stream should have told of, or an empty text."""
        for client_order_id, due_ns in self._due_ns.items():
            if due_ns is not None and mono_ns > due_ns:
                return client_order_id
        return ""
