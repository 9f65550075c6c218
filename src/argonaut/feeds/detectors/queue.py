"""What waits for the engine: in the order it came, bounded, and exits are never given up."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator

import msgspec

from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.door import Passed

EXITS_OVER = 2  # exits may fill the queue so many times over before one is refused


class Waiting(msgspec.Struct, frozen=True):
    """A signal and who wants to hear what became of it."""

    passed: Passed
    tell: Callable[[Answer], None]

    @property
    def is_exit(self) -> bool:
        """Whether it may reduce a holding."""
        return self.passed.is_exit


class SignalQueue:
    """Holds `most` signals; beyond that the oldest entry goes. Every operation is O(1)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: OrderedDict[int, Waiting] = OrderedDict()
        self._entries: deque[int] = deque()  # tickets of entries, some of them gone by
        self._sides: dict[tuple[str, str], int] = {}  # waiting, by instrument and side
        self._next = 0

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def push(self, waiting: Waiting) -> Waiting | None:
        """Take one in; return the one that is given up for it, which may be itself."""
        waiting = self._with_foresight(waiting)
        shed: Waiting | None = None
        if len(self._waiting) >= self._most:
            shed = self._oldest_entry()
            if shed is None and not (
                waiting.is_exit and len(self._waiting) < EXITS_OVER * self._most
            ):
                return waiting
        self._waiting[self._next] = waiting
        if not waiting.is_exit:
            self._entries.append(self._next)
        self._count(waiting, 1)
        self._next += 1
        return shed

    def pop(self, most: int) -> Iterator[Waiting]:
        """Take out the first ones, at most so many."""
        for _ in range(min(most, len(self._waiting))):
            ticket, waiting = self._waiting.popitem(last=False)
            if self._entries and self._entries[0] == ticket:
                self._entries.popleft()
            self._count(waiting, -1)
            yield waiting

    def _oldest_entry(self) -> Waiting | None:
        """Take out the oldest entry."""
        if not self._entries:
            return None
        waiting = self._waiting.pop(self._entries.popleft())
        self._count(waiting, -1)
        return waiting

    def _with_foresight(self, waiting: Waiting) -> Waiting:
        """Take an `auto` for an exit where what waits before it will open what it closes."""
        signal = waiting.passed.signal
        opposite = "sell" if signal.side == "buy" else "buy"
        if waiting.is_exit or signal.intent == "enter":
            return waiting
        if not self._sides.get((signal.instrument_id, opposite)):
            return waiting
        passed = msgspec.structs.replace(waiting.passed, is_exit=True)
        return msgspec.structs.replace(waiting, passed=passed)

    def _count(self, waiting: Waiting, by: int) -> None:
        signal = waiting.passed.signal
        key = (signal.instrument_id, signal.side)
        left = self._sides.get(key, 0) + by
        if left:
            self._sides[key] = left
        else:
            self._sides.pop(key, None)
