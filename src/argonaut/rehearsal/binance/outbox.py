"""What the venue tells by itself: user events and market streams, until the app takes them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

import msgspec

from argonaut.rehearsal.binance.symbols import Json

EVENTS_KEPT = 50_000
_WAITING_MAX = 100_000


class UserEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the account; `seq` counts all of them from 1."""

    seq: int
    event_ns: int
    payload: Json


class StreamEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One payload of a market stream."""

    stream: str
    event_ns: int
    payload: Json


class Outbox:
    """Holds what was not taken yet. A market payload is only made when somebody listens."""

    def __init__(self) -> None:
        self.wanted: Counter[str] = Counter()  # stream name -> listeners
        self.history: deque[UserEvent] = deque(maxlen=EVENTS_KEPT)
        self._waiting: deque[UserEvent | StreamEvent] = deque(maxlen=_WAITING_MAX)
        self._seq = 0

    def user(self, event_ns: int, payload: Json) -> None:
        """Tell the account."""
        self._seq += 1
        event = UserEvent(seq=self._seq, event_ns=event_ns, payload=payload)
        self.history.append(event)
        self._waiting.append(event)

    def stream(self, name: str, event_ns: int, make: Callable[[], Json]) -> None:
        """Tell a market stream, if anybody listens."""
        if name in self.wanted:
            self._waiting.append(StreamEvent(stream=name, event_ns=event_ns, payload=make()))

    def listen(self, name: str) -> None:
        """One more listens to a stream."""
        self.wanted[name] += 1

    def leave(self, name: str) -> None:
        """One listener less."""
        self.wanted[name] -= 1
        if self.wanted[name] <= 0:
            del self.wanted[name]

    def drain(self) -> list[UserEvent | StreamEvent]:
        """Return what was told since the last time, in order."""
        waiting = list(self._waiting)
        self._waiting.clear()
        return waiting
