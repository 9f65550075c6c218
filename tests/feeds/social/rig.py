"""A local stand-in for a source, a connector that asks it, and somebody who notes what is heard."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any

import aiohttp
from aiohttp import web

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.events.connector import Connector, ConnectorKind, Memory, Wiring
from argonaut.feeds.events.health import Health
from argonaut.feeds.events.poller import Poller
from argonaut.feeds.social.history import WINDOW_NS
from argonaut.feeds.social.together import Together
from argonaut.runtime.clock import SystemClock
from tests.feeds.social.talk import SECOND_NS, START_NS, spelled

WITHIN_S = 60.0
NOW_NS = START_NS + 30 * WINDOW_NS + 300 * SECOND_NS
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class StillClock:
    """The same moment all the time; what only paces goes on."""

    def wall_ns(self) -> int:
        return NOW_NS

    def mono_ns(self) -> int:
        return SystemClock().mono_ns()


class LowDice:
    """Chance that is always the least, so that waits are the shortest there are."""

    def random(self) -> float:
        return 0.0


class Heard:
    """What a run and its watcher would have heard."""

    def __init__(self) -> None:
        self.events: list[ExternalEvent] = []
        self.answers: list[tuple[str, str, str]] = []
        self.is_taking = True

    def take(self, name: str, events: Sequence[ExternalEvent], **more: Any) -> bool:
        if self.is_taking:
            self.events.extend(events)
        return self.is_taking

    def knows(self, family: str, keys: Iterable[str]) -> bool:
        return False

    def on_answer(self, source: str, result: str, detail: str) -> None:
        self.answers.append((source, result, detail))

    def on_item(self, source: str, result: str, event: ExternalEvent, stages: object) -> None:
        raise AssertionError("items are the intake's")

    def on_health(self, source: str, *, is_stale: bool, detail: str) -> None:
        raise AssertionError("health is looked at, not told, here")

    @property
    def results(self) -> list[str]:
        return [result for _, result, _ in self.answers]


class Rig:
    """A connector wired to a stand-in."""

    def __init__(
        self,
        connector: Connector,
        heard: Heard,
        health: Health,
        stop: Callable[[], Awaitable[None]],
    ) -> None:
        self.stop = stop  # ends the stand-in
        self.connector = connector
        self.heard = heard
        self.health = health

    async def round(self) -> None:
        """Ask everything once, without waiting."""
        inner = self.connector
        pollers = inner.connectors if isinstance(inner, Together) else (inner,)
        for poller in pollers:
            assert isinstance(poller, Poller)
            await poller.round()

    async def until(self, so: Callable[[], bool]) -> None:
        """Run the connector until something is so."""
        running = asyncio.create_task(self.connector.run())
        try:
            async with asyncio.timeout(WITHIN_S):
                while not so():
                    assert not running.done(), running
                    await asyncio.sleep(0.005)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def served(handler: Handler):
    """A server of every path; gives its address and how to stop it."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}", runner.cleanup
    finally:
        await runner.cleanup()


@asynccontextmanager
async def rig(
    kind: ConnectorKind,
    handler: Handler,
    params: Callable[[str], Any],
    memory: Memory | None = None,
):
    """A connector of a kind, asking a stand-in; `params` is made of its address."""
    heard, clock = Heard(), StillClock()
    health = Health(stale_s=kind.stale_s, now_ns=clock.mono_ns())
    async with served(handler) as (address, stop), aiohttp.ClientSession() as session:
        wiring = Wiring(
            name="source",
            params=params(address),
            base_url=address,
            interval_s=0.01,
            session=session,
            hears=heard,
            watcher=heard,
            health=health,
            clock=clock,
            rng=LowDice(),
            memory=memory,
        )
        yield Rig(kind.make(wiring), heard, health, stop)


def scripted(*answers: web.Response | bytes | dict[str, Any]) -> Handler:
    """Answer in that order, whatever is asked; the last one for ever."""
    script = chain(answers, repeat(answers[-1]))

    async def handler(request: web.Request) -> web.StreamResponse:
        answer = next(script)
        if isinstance(answer, web.Response):
            return web.Response(
                status=answer.status, headers=answer.headers, text=answer.text or ""
            )
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return web.Response(body=body, content_type="application/json")

    return handler


def iso(at_ns: int) -> str:
    """A time as sources write it."""
    return datetime.fromtimestamp(at_ns / SECOND_NS, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def crowd_times(*, usual: int, burst: int, windows: int = 14) -> list[int]:
    """Times up to `NOW_NS`: `usual` posts in each of some whole windows, `burst` in the running."""
    start_ns = NOW_NS - NOW_NS % WINDOW_NS
    past = [
        start_ns - back * WINDOW_NS + n * WINDOW_NS // (usual + 1)
        for back in range(windows, 0, -1)
        for n in range(usual)
    ]
    return past + [NOW_NS - (burst - n) * SECOND_NS for n in range(burst)]


def good_text(number: int) -> str:
    """A text that is well meant and not the same as any other."""
    return f"$DOGE is amazing, bullish, to the moon {spelled(number)}"
