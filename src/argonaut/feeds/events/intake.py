"""The one way in: every event once, whatever was asked twice, pushed twice, or cut off between.

An item is taken in this order: the engine steps and its journal is durable, then the item is marked
as seen. What a crash cuts off between the two comes again and is turned away by the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.events.clean import cleaned
from argonaut.feeds.events.connector import EventWatcher, Keys, Stages
from argonaut.feeds.events.resolve import Resolver
from argonaut.feeds.events.seen import Seen
from argonaut.ports import Clock

_SECOND_NS = 1_000_000_000


class Trader(Protocol):
    """A run as the intake sees it."""

    @property
    def is_ready(self) -> bool:
        """Whether events may be fed now."""

    @property
    def is_recorded(self) -> bool:
        """Whether its time is that of a tape, not of the wall."""

    @property
    def tape_row(self) -> int | None:
        """Where in the tape a restart feeds the event again; None where there is no tape."""

    def now_ns(self) -> int:
        """The time of an input that comes now."""

    def has_taken(self, source: str, event_id: str) -> bool:
        """Whether the journal has such an event, as far back as a crash matters."""

    def take(self, inputs: Sequence[ExternalEvent]) -> bool:
        """Step the engine with each; whether what came of them is durable."""


class EventIntake:
    """Owned by one event loop; `take` never waits."""

    def __init__(
        self,
        trader: Trader,
        seen: Seen,
        resolver: Resolver,
        clock: Clock,
        watcher: EventWatcher,
        *,
        first_late_s: float,
    ) -> None:
        """`first_late_s` is how old an item may be, seconds, when its source is read first ever."""
        self._trader = trader
        self._seen = seen
        self._resolver = resolver
        self._clock = clock
        self._watcher = watcher
        self._first_late_ns = int(first_late_s * _SECOND_NS)

    def take(
        self,
        name: str,
        events: Sequence[ExternalEvent],
        *,
        seen_ns: int,
        parse_s: float = 0.0,
        family: str = "",
        keys: Keys | None = None,
        is_news: bool = False,
        begins: bool = True,
    ) -> bool:
        """Take what is new; see `Hears`. False asks for the same answer again, later."""
        if not self._trader.is_ready:
            return False
        shelf, told_apart = family or name, keys or _by_id
        is_first = not (is_news or self._seen.has_begun(name))
        is_whole = True
        for event in events:
            asks, marks = told_apart(event)
            result = self._one(name, event, seen_ns, parse_s, shelf, asks, is_first=is_first)
            if result == "lost":
                is_whole = False
                break
            self._seen.mark(shelf, marks)
        if is_first and is_whole and begins:
            self._seen.begin(name)
        return self._seen.commit() and is_whole

    def knows(self, family: str, keys: Iterable[str]) -> bool:
        """Whether an item of any of these keys was seen before."""
        return self._seen.has(family, keys)

    def _one(
        self,
        name: str,
        event: ExternalEvent,
        seen_ns: int,
        parse_s: float,
        shelf: str,
        asks: tuple[str, ...],
        *,
        is_first: bool,
    ) -> str:
        """Take one item; return what became of it."""
        began_ns = self._clock.mono_ns()
        result, taken = self._result(event, seen_ns, shelf, asks, is_first=is_first)
        if result == "taken":
            result = "taken" if self._trader.take((taken,)) else "lost"
        published_ns = event.published_ns
        late_s = None if published_ns is None else (seen_ns - published_ns) / _SECOND_NS
        stages = Stages(
            published_to_seen_s=late_s,
            seen_to_parsed_s=parse_s,
            parsed_to_taken_s=(self._clock.mono_ns() - began_ns) / _SECOND_NS,
        )
        self._watcher.on_item(name, result, taken, stages)
        return result

    def _result(
        self,
        event: ExternalEvent,
        seen_ns: int,
        shelf: str,
        asks: tuple[str, ...],
        *,
        is_first: bool,
    ) -> tuple[str, ExternalEvent]:
        if self._seen.has(shelf, asks) or self._trader.has_taken(event.source, event.event_id):
            return "duplicate", event
        if is_first and self._is_history(event, seen_ns):
            return "history", event
        trader = self._trader
        now_ns = trader.now_ns()
        shift_ns = now_ns - seen_ns if trader.is_recorded else 0
        ready = self._resolver.resolve(cleaned(event, now_ns=now_ns, shift_ns=shift_ns))
        return "taken", msgspec.structs.replace(ready, tape_row=trader.tape_row)

    def _is_history(self, event: ExternalEvent, seen_ns: int) -> bool:
        """Whether an item of a source read for the first time ever is too old to act on.

        One that does not say when it was published cannot be called new.
        """
        published_ns = event.published_ns
        return published_ns is None or seen_ns - published_ns > self._first_late_ns


def _by_id(event: ExternalEvent) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (event.event_id,), (event.event_id,)
