"""A connector as the registry makes it, asked for some rounds at a stand-in of its service."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from argonaut.feeds.events.poller import Poller
from argonaut.feeds.events.registry import connector_kind
from tests.feeds.events.parts import Bench, StandIn


def asked(word: str, server: StandIn, rounds: int = 1, *, path: str = "", **params: Any) -> Bench:
    """Ask `server` so many rounds as the connector `word` does; its source was read before."""
    bench = Bench(names=("EXM/USDT@sim", "ARB/USDT@sim"))
    bench.intake.take("feed", (), seen_ns=bench.clock.wall_ns())
    ask(bench, word, server, rounds, path=path, **params)
    return bench


def ask(
    bench: Bench, word: str, server: StandIn, rounds: int = 1, *, path: str = "", **params: Any
) -> None:
    """Ask with a bench of the test's own."""
    kind = connector_kind(word)

    async def story() -> None:
        async with server, aiohttp.ClientSession() as session:
            wiring = bench.wiring(session, params=kind.params(**params), base_url=server.url + path)
            connector: Any = kind.make(wiring)
            poller = connector if isinstance(connector, Poller) else connector._poller
            for _ in range(rounds):
                await poller.round()

    asyncio.run(story())
