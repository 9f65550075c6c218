"""Models and calibrations while a run goes on: what changes on disk reaches the strategies.

A change is an input like any other: an event, journaled before it counts. A file that cannot be
used is told once and changes nothing. In a live run, what strategies have promoted or dismissed by
their own rule is written into the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from argonaut.config.tunings import events_of
from argonaut.domain.errors import ArgonautError
from argonaut.domain.event import ExternalEvent
from argonaut.domain.tuning import Tuning
from argonaut.feeds.models.registry import Registry
from argonaut.monitoring.logs import log_event
from argonaut.strategies.interface import Strategy

_SECOND_NS = 1_000_000_000
_EVERY_NS = 2 * _SECOND_NS
Signature = tuple[tuple[str, int, int, int], ...]  # name, inode, size, time of change


class Tuner:
    """Looks at the files of `strategies` every two seconds; `feed` steps the engine.

    `place` returns the event time and the tape row of an input from outside.
    """

    def __init__(
        self,
        strategies: Iterable[Strategy],
        folder: Path,
        feed: Callable[[ExternalEvent], None],
        place: Callable[[], tuple[int, int | None]],
        *,
        keeps_roles: bool,
    ) -> None:
        self._wanted: Sequence[tuple[Strategy, Tuning]] = [
            (strategy, wanted) for strategy in strategies for wanted in strategy.tunings()
        ]
        self._folder = folder
        self._feed = feed
        self._place = place
        self._keeps_roles = keeps_roles
        self._seen: dict[tuple[Strategy, Tuning], Signature] = {}
        self._told: dict[str, dict[str, str]] = {}  # payloads, by whom and what they are for
        self._refused: dict[tuple[Strategy, Tuning], str] = {}
        self._due_ns = 0

    def know(self, events: Iterable[ExternalEvent]) -> None:
        """Take it that these were fed already."""
        for event in events:
            self._told[_key(event)] = event.payload

    def look(self, mono_ns: int, *, wall_ns: int) -> None:
        """Look for changes, when it is time."""
        if mono_ns < self._due_ns or not self._wanted:
            return
        self._due_ns = mono_ns + _EVERY_NS
        for strategy, wanted in self._wanted:
            try:
                if self._keeps_roles and wanted.kind == "model":
                    self._keep_roles(strategy, wanted, wall_ns)
                self._look_at(strategy, wanted)
            except (ArgonautError, OSError) as error:
                self._refuse(strategy, wanted, str(error))

    def _look_at(self, strategy: Strategy, wanted: Tuning) -> None:
        key = (strategy, wanted)
        signature = _signature(self._folder / wanted.path, wanted)
        if self._seen.get(key) == signature:
            return
        event_ns, tape_row = self._place()
        events = list(
            events_of(strategy, wanted, self._folder, event_ns=event_ns, tape_row=tape_row)
        )
        self._seen[key] = signature
        self._refused.pop(key, None)
        for event in events:
            if self._told.get(_key(event)) != event.payload:
                self._told[_key(event)] = event.payload
                log_event(
                    "tuning_told",
                    what=event.kind,
                    strategy=strategy.strategy_id,
                    instrument=strategy.instrument_id,
                )
                self._feed(event)

    def _refuse(self, strategy: Strategy, wanted: Tuning, said: str) -> None:
        if self._refused.get((strategy, wanted)) != said:
            self._refused[strategy, wanted] = said
            log_event(
                "tuning_refused",
                level="WARNING",
                what=wanted.kind,
                strategy=strategy.strategy_id,
                error=said,
            )

    def _keep_roles(self, strategy: Strategy, wanted: Tuning, wall_ns: int) -> None:
        """Write into the registry what the strategy has come to by its own rule."""
        standing = strategy.standing()
        if standing is None:
            return
        registry = Registry(self._folder / wanted.path)
        ledger = registry.ledger(wanted.name)
        if standing.revision != ledger.revision:
            return  # it does not know yet what a person has changed meanwhile
        at = datetime.fromtimestamp(wall_ns // _SECOND_NS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if standing.current is not None and standing.current != ledger.current:
            registry.promote(wanted.name, standing.current, at=at, why=standing.why)
        elif ledger.candidate is not None and standing.dismissed == ledger.candidate:
            registry.dismiss(wanted.name, at=at, why=standing.why)


def _key(event: ExternalEvent) -> str:
    told = event.payload
    role = told.get("role", "")
    return f"{told.get('strategy')}|{told.get('instrument')}|{event.kind}|{role}"


def _signature(folder: Path, wanted: Tuning) -> Signature:
    """Return what changes when a file does; empty where there is none."""
    single = wanted.kind == "calibration"
    place = folder / f"{wanted.name}.json" if single else folder / wanted.name
    if not place.exists():
        return ()
    files = [place] if single else sorted(place.glob("*.json"))
    states = [(file.name, file.stat()) for file in files]
    return tuple((name, each.st_ino, each.st_size, each.st_mtime_ns) for name, each in states)
