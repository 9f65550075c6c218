"""What tests of event sources are made of: a clock turned by hand, a run that only notes, a server.

The server speaks HTTP over a real socket and gives the answers it was told to, one after another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.events.connector import Stages, Wiring
from argonaut.feeds.events.deliveries import Deliveries
from argonaut.feeds.events.health import Health
from argonaut.feeds.events.intake import EventIntake
from argonaut.feeds.events.resolve import Resolver
from argonaut.feeds.events.seen import Seen
from argonaut.feeds.events.upcoming import Upcoming

SECOND_NS = 1_000_000_000
NOW_NS = 1_770_000_000 * SECOND_NS  # 2026-02-02


class HandClock:
    """Stands still until it is turned."""

    def __init__(self, now_ns: int = NOW_NS) -> None:
        self.now_ns = now_ns

    def wall_ns(self) -> int:
        return self.now_ns

    def mono_ns(self) -> int:
        return self.now_ns

    def turn(self, seconds: float) -> None:
        self.now_ns += int(seconds * SECOND_NS)


class FixedRng:
    """Throws the same number for ever."""

    def __init__(self, value: float = 0.5) -> None:
        self.value = value

    def random(self) -> float:
        return self.value


class Notebook:
    """An `EventWatcher` that writes down what it is told."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.details: list[str] = []
        self.items: list[tuple[str, str]] = []  # (result, event id)
        self.stages: list[Stages] = []

    def on_answer(self, source: str, result: str, detail: str) -> None:
        self.answers.append(result)
        self.details.append(detail)

    def on_item(self, source: str, result: str, event: ExternalEvent, stages: Stages) -> None:
        self.items.append((result, event.event_id))
        self.stages.append(stages)

    def on_health(self, source: str, *, is_stale: bool, detail: str) -> None:
        raise AssertionError("told by whoever watches, not by a connector")


class NotingTrader:
    """A run that notes what it is fed. Its `journal` outlives it, as a real one does."""

    def __init__(self, clock: HandClock, journal: list[ExternalEvent] | None = None) -> None:
        self.journal = [] if journal is None else journal
        self.is_ready = True
        self.is_durable = True
        self.is_recorded = False
        self.tape_row: int | None = None
        self.shift_ns = 0
        self._clock = clock

    def now_ns(self) -> int:
        return self._clock.now_ns + self.shift_ns

    def has_taken(self, source: str, event_id: str) -> bool:
        return any((each.source, each.event_id) == (source, event_id) for each in self.journal)

    def take(self, inputs: Sequence[ExternalEvent]) -> bool:
        if self.is_durable:
            self.journal += inputs
        return self.is_durable


@dataclass
class Bench:
    """An intake with everything around it in the hands of a test."""

    clock: HandClock = field(default_factory=HandClock)
    book: Notebook = field(default_factory=Notebook)
    seen: Seen = field(default_factory=lambda: Seen(None))
    deliveries: Deliveries = field(default_factory=Deliveries)
    upcoming: Upcoming = field(default_factory=Upcoming)
    names: Sequence[str] = ()
    first_late_s: float = 300.0

    def __post_init__(self) -> None:
        self.trader = NotingTrader(self.clock)
        self.intake = EventIntake(
            self.trader,
            self.seen,
            Resolver(self.names),  # type: ignore[arg-type]
            self.clock,
            self.book,
            first_late_s=self.first_late_s,
        )
        self.health = Health(stale_s=300.0, now_ns=self.clock.mono_ns())

    @property
    def taken(self) -> list[str]:
        """The ids that reached the run, in order."""
        return [each.event_id for each in self.trader.journal]

    def wiring(
        self, session: aiohttp.ClientSession | None = None, *, params: Any = None, **more: Any
    ) -> Wiring:
        settings: dict[str, Any] = {"name": "feed", "base_url": "", "interval_s": 30.0, **more}
        return Wiring(
            params=params,
            session=session,  # type: ignore[arg-type]
            hears=self.intake,
            watcher=self.book,
            health=self.health,
            clock=self.clock,
            rng=FixedRng(),
            deliveries=self.deliveries,
            upcoming=self.upcoming,
            **settings,
        )


def event(event_id: str = "e-1", *, age_s: float = 1.0, **fields: Any) -> ExternalEvent:
    """Return an event published `age_s` before the clock's beginning."""
    given: dict[str, Any] = {
        "event_ns": NOW_NS,
        "event_id": event_id,
        "source": "feed",
        "kind": "news",
        "published_ns": NOW_NS - int(age_s * SECOND_NS),
    }
    return ExternalEvent(**(given | fields))


Reply = web.Response | Callable[[web.Request], Awaitable[web.StreamResponse]]


class StandIn:
    """A local server: each request gets the next answer, the last one again and again."""

    def __init__(self, *answers: Reply) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, dict[str, str]]] = []  # (path with query, headers)
        self.bodies: list[bytes] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((request.path_qs, dict(request.headers)))
        self.bodies.append(await request.read())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            return await answer(request)
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)


def text(body: str | bytes, status: int = 200, **headers: str) -> web.Response:
    """Return an answer; `ETag="x"` and the like become headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body.encode() if isinstance(body, str) else body
    return web.Response(status=status, body=raw, headers=named)


async def until(is_so: Callable[[], bool], *, within_s: float = 60.0) -> None:
    """Wait until something is so; slow machines get a minute."""
    async with asyncio.timeout(within_s):
        while not is_so():  # noqa: ASYNC110 - what is waited for knows no event
            await asyncio.sleep(0.005)
