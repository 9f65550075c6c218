"""What a source of external events is to a run, and what a run gives it to work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.events.deliveries import Deliveries
from argonaut.feeds.events.health import Health
from argonaut.feeds.events.upcoming import Upcoming
from argonaut.ports import Clock, Rng

if TYPE_CHECKING:
    import aiohttp

Keys = Callable[[ExternalEvent], tuple[tuple[str, ...], tuple[str, ...]]]
"""By what an event is told apart: (keys that would show it was seen, keys to remember it by)."""


class Stages(msgspec.Struct, frozen=True, kw_only=True):
    """How long one event took from stage to stage, seconds; None where the source has no time."""

    published_to_seen_s: float | None
    seen_to_parsed_s: float
    parsed_to_taken_s: float


class EventWatcher(Protocol):
    """Hears what happens at the sources: metrics and logs. Must not block."""

    def on_answer(self, source: str, result: str, detail: str) -> None:
        """A source was asked: "ok", "unchanged", or what was wrong with its answer."""

    def on_item(self, source: str, result: str, event: ExternalEvent, stages: Stages) -> None:
        """An item came: "taken", "duplicate", "history" of a first start, or "lost"."""

    def on_health(self, source: str, *, is_stale: bool, detail: str) -> None:
        """A source became stale, or is well again."""


class Hears(Protocol):
    """Who takes what a connector has read."""

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
        """Take what is new of `events`; whether the answer they came with is dealt with.

        Args:
            name: Of the source, as in the config.
            events: In the order they were published; `event_ns` is set when they are taken.
            seen_ns: When their bytes had arrived, wall clock.
            parse_s: How long they took to read, seconds.
            family: Sources of one family know each other's items; a name alone by default.
            keys: By what items are told apart; by `event_id` by default.
            is_news: What comes is new by its nature, such as a push, and no page with a history:
                nothing of it is passed over when the source is heard for the first time ever.
            begins: Whether the source has been read whole with this; of several pages the last.
        """

    def knows(self, family: str, keys: Iterable[str]) -> bool:
        """Whether an item of any of these keys was seen before."""


class Memory(Protocol):
    """Keeps a few bytes of each source over restarts."""

    def recall(self, name: str) -> bytes:
        """Return what was kept last, b"" if nothing was."""

    def keep(self, name: str, body: bytes) -> None:
        """Keep this instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What a connector is made from: its settings, and the parts of the run around it."""

    name: str
    params: Any
    base_url: str
    interval_s: float
    session: aiohttp.ClientSession
    hears: Hears
    watcher: EventWatcher
    health: Health
    clock: Clock
    rng: Rng
    memory: Memory | None = None
    deliveries: Deliveries = field(default_factory=Deliveries)  # shared by the sources of a run
    upcoming: Upcoming = field(default_factory=Upcoming)  # and this


class Connector(Protocol):
    """A source of events. Runs until it is cancelled; a bad answer is counted, never raised."""

    async def run(self) -> None:
        """Ask or listen for ever, and hand what was read to `Wiring.hears`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorKind:
    """One line of the registry: how a connector is made, and what it is without settings."""

    make: Callable[[Wiring], Connector]
    params: type[Any]  # a frozen dataclass; keys in it are `Secret`
    base_url: str = ""  # where it goes unless the config says otherwise
    wants_url: bool = False  # whether the config has to say
    interval_s: float = 30.0  # from one question to the next, and for a push unused
    stale_s: float = 300.0  # without a good answer, or a sign of life, for so long is an alert
