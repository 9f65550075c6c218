"""The HTTP feed: open to programs of this machine or with a token, shut to web pages."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.secret import Secret
from argonaut.feeds.events.push import EventServer
from tests.feeds.events.parts import Bench

EVENT: dict[str, Any] = {"id": "a", "source": "desk", "kind": "news"}


def served(
    bench: Bench, story: Callable[[str], Awaitable[None]], token: Secret | None = None
) -> None:
    async def run() -> None:
        server = EventServer(
            bench.intake, bench.book, bench.clock, host="127.0.0.1", port=0, token=token
        )
        await server.start()
        try:
            await story(server.url)
        finally:
            await server.close()

    asyncio.run(run())


async def post(url: str, body: Any, **headers: str) -> tuple[int, str]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=data, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


def test_both_shapes_are_taken_once() -> None:
    bench = Bench()
    short = {"source": "wire", "payload": {"id": "n-1", "title": "OKX to list Foo (FOO)"}}

    async def story(url: str) -> None:
        for body in (EVENT, short, EVENT, short):
            assert (await post(url, body))[0] == 200

    served(bench, story)

    assert bench.taken == ["a", "n-1"]
    assert bench.trader.journal[1].kind == "listing"


def test_what_is_no_event_is_refused_with_the_reason() -> None:
    bench = Bench()

    async def story(url: str) -> None:
        status, said = await post(url, EVENT | {"score": "high"})
        assert (status, "score" in said) == (400, True)
        assert (await post(url, b"x" * 200_000))[0] == 413
        assert (await post(url, b"{"))[0] == 400

    served(bench, story)

    assert bench.taken == []
    assert bench.book.answers == ["unreadable"] * 3


def test_a_web_page_or_another_name_is_refused() -> None:
    bench = Bench()

    async def story(url: str) -> None:
        assert (await post(url, EVENT, Origin="https://evil.example"))[0] == 403
        assert (await post(url, EVENT, Host="evil.example"))[0] == 403

    served(bench, story)

    assert bench.taken == []
    assert bench.book.answers == ["refused"] * 2


def test_a_token_is_wanted_where_one_is_set() -> None:
    bench = Bench()

    async def story(url: str) -> None:
        assert (await post(url, EVENT))[0] == 401
        assert (await post(url, EVENT, Authorization="Bearer wrong"))[0] == 401
        assert (await post(url, EVENT, Authorization="Bearer 0123456789abcdef"))[0] == 200

    served(bench, story, Secret("0123456789abcdef"))

    assert bench.taken == ["a"]


def test_a_run_that_is_not_ready_says_send_it_again() -> None:
    bench = Bench()
    bench.trader.is_ready = False

    async def story(url: str) -> None:
        assert (await post(url, EVENT))[0] == 503

    served(bench, story)


def test_a_port_that_is_taken_is_named() -> None:
    bench = Bench()

    async def story(url: str) -> None:
        port = int(url.split(":")[2].split("/", maxsplit=1)[0])
        second = EventServer(bench.intake, bench.book, bench.clock, host="127.0.0.1", port=port)
        with pytest.raises(RefusedToStartError, match=f"events.external_feed: .* port {port}"):
            await second.start()

    served(bench, story)
