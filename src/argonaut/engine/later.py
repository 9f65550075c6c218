"""What failed is tried again: after two seconds, then every four, for as long as it takes.

What waits here is a holding without its stop, or one that a person wants closed. Neither should
wait long once the venue has recovered, and an order every four seconds is far from any limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from argonaut.domain.command import Command, SetTimer
from argonaut.engine.route import Key
from argonaut.engine.saved_parts import SavedTry

TIMER_KEY = "desk"  # strategies' timers have a "|" in their keys
_FIRST_NS = 2_000_000_000
_DOUBLINGS_MAX = 1


class Later:
    """One wait for each holding that needs another try; a single timer wakes for the next."""

    def __init__(self, emit: Callable[[Command], None]) -> None:
        self._emit = emit
        self._due_ns: dict[Key, int] = {}
        self._tries: dict[Key, int] = {}

    def again(self, key: Key, now_ns: int) -> int:
        """Try once more after a wait; return how many tries have failed in a row."""
        tries = self._tries[key] = self._tries.get(key, 0) + 1
        self._due_ns[key] = now_ns + (_FIRST_NS << min(tries - 1, _DOUBLINGS_MAX))
        self.set_timer()
        return tries

    def wait(self, key: Key, due_ns: int) -> None:
        """Try at a time of its own, or sooner where a try is due; without a failure to count."""
        self._tries.setdefault(key, 0)
        self._due_ns[key] = min(due_ns, self._due_ns.get(key, due_ns))
        self.set_timer()

    def done(self, key: Key) -> None:
        """Forget a holding that needs no more tries."""
        self._tries.pop(key, None)
        self._due_ns.pop(key, None)

    def tries(self, key: Key) -> int:
        """Return how many tries have failed in a row."""
        return self._tries.get(key, 0)

    def is_set(self, key: Key) -> bool:
        """Whether a try is still to come."""
        return key in self._due_ns

    def due(self, now_ns: int) -> list[Key]:
        """Return what is to be tried now."""
        ready = [key for key, due_ns in self._due_ns.items() if due_ns <= now_ns]
        for key in ready:
            del self._due_ns[key]
        self.set_timer()
        return ready

    def save(self) -> list[SavedTry]:
        """Return every holding that was tried in vain, or is to be tried at a time of its own."""
        return [SavedTry(*key, tries, self._due_ns.get(key)) for key, tries in self._tries.items()]

    def load(self, saved: Iterable[SavedTry]) -> None:
        """Take back what `save` returned; `set_timer` wakes for it."""
        for each in saved:
            key = (each.strategy_id, each.instrument_id)
            self._tries[key] = each.tries
            if each.due_ns is not None:
                self._due_ns[key] = each.due_ns

    def set_timer(self) -> None:
        """Ask to be woken for the next try."""
        if self._due_ns:
            self._emit(SetTimer(TIMER_KEY, min(self._due_ns.values())))
