"""What a source knew before a restart: without it nothing would be usual for two hours."""

from __future__ import annotations

import msgspec

from argonaut.feeds.events.connector import Memory
from argonaut.feeds.social.history import window_of


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What is usual, by coin and window, and which texts are known."""

    usual: dict[str, dict[int, float]] = {}
    texts: dict[str, int] = {}  # skeleton in hexadecimal, and the window it was last seen in


class Diary:
    """The page of one source in a memory, written once a window."""

    def __init__(self, memory: Memory | None, name: str) -> None:
        self._memory = memory
        self._name = name
        self._window = 0

    def read(self) -> Saved:
        """Return what was written last; nothing, if that cannot be read any more."""
        body = b"" if self._memory is None else self._memory.recall(self._name)
        try:
            return msgspec.json.decode(body, type=Saved) if body else Saved()
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Saved()  # of another version: two hours later all is known again

    def is_due(self, now_ns: int) -> bool:
        """Whether a new window has begun since it was written."""
        return self._memory is not None and window_of(now_ns) != self._window

    def write(self, saved: Saved, now_ns: int) -> None:
        """Write the page."""
        if self._memory is not None:
            self._memory.keep(self._name, msgspec.json.encode(saved))
            self._window = window_of(now_ns)
