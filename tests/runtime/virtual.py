"""An event loop whose time jumps to the next timer, so that a minute of waiting takes no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
START_NS = 1_700_000_000_000_000_000
_SECOND_NS = 1_000_000_000


class _Sleepless(selectors.BaseSelector):
    """Waits for nothing: a wait moves the time."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._keys: dict[int, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        key = selectors.SelectorKey(fileobj, number, events, data)
        self._keys[number] = key
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everything waits for something that never comes"
        self.now_s += timeout
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time. It has no sockets."""

    def __init__(self) -> None:
        self._sleepless = _Sleepless()
        super().__init__(self._sleepless)
        self.slow_callback_duration = 3_600.0  # virtual seconds are no measure of work

    def time(self) -> float:
        return self._sleepless.now_s


class VirtualClock:
    """The clock of a virtual loop; `step_ns` moves its wall, as somebody setting the time does."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.step_ns = 0
        self.passed_ns = 0  # time that went by without the loop: a slow disk

    def mono_ns(self) -> int:
        return round(self._loop.time() * _SECOND_NS) + self.passed_ns

    def wall_ns(self) -> int:
        return START_NS + self.mono_ns() + self.step_ns


class FixedRng:
    """Always rolls the middle."""

    def random(self) -> float:
        return 0.5


def in_virtual_time(story: Coroutine[Any, Any, T]) -> T:
    """Run a story to its end."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(story)
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
