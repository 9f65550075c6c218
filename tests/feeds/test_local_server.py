"""The server that detectors and feeds share: programs may ask it, browsers may not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from argonaut.domain.errors import RefusedToStartError
from argonaut.feeds import local_server
from argonaut.feeds.local_server import LocalServer, body_of


async def answered(server: LocalServer, request: web.Request) -> web.Response:
    """Say why a request is refused, or its body back."""
    if blocker := server.blocker(request):
        raise web.HTTPForbidden(text=blocker)
    return web.Response(body=await body_of(request))


def served(story: Callable[[str], Awaitable[None]], *, hosts: tuple[str, ...] = ()) -> None:
    async def run() -> None:
        server = LocalServer("some.server", host="127.0.0.1", port=0, hosts=hosts)

        async def ask(request: web.Request) -> web.Response:
            return await answered(server, request)

        await server.start([web.post("/ask", ask)], bytes_max=100)
        try:
            await story(server.url("/ask"))
        finally:
            await server.close()

    asyncio.run(run())


async def post(
    url: str, body: bytes = b"hello", headers: dict[str, str] | None = None
) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


def test_a_program_of_this_machine_is_answered_under_each_of_its_names() -> None:
    async def story(url: str) -> None:
        port = url.rsplit(":", 1)[1].partition("/")[0]
        assert await post(url) == (200, "hello")
        for name in ("localhost", f"localhost:{port}", f"[::1]:{port}", "[::1]", "bot.example"):
            assert (await post(url, headers={"Host": name}))[0] == 200

    served(story, hosts=("bot.example",))


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Origin": "https://evil.example"}, "nothing is taken from web pages"),
        ({"Host": "evil.example"}, "want one of the names in some.server.hosts"),
        ({"Host": "evil.example:80"}, "want one of the names in some.server.hosts"),
        ({"Host": "localhost.evil.example"}, "want one of the names in some.server.hosts"),
    ],
)
def test_a_browser_is_refused_whatever_it_calls_us(headers: dict[str, str], said: str) -> None:
    """A page of an attacker runs on the machine of the bot: its requests come from loopback."""

    async def story(url: str) -> None:
        assert await post(url, headers=headers) == (403, said)

    served(story)


def test_a_body_is_bounded() -> None:
    async def story(url: str) -> None:
        assert (await post(url, b"x" * 101))[0] == 413

    served(story)


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else as many connections as there are ports would hold the memory of a slow attacker."""
    monkeypatch.setattr(local_server, "BODY_WITHIN_S", 0.05)

    async def story(url: str) -> None:
        async def never() -> AsyncIterator[bytes]:
            yield b"he"
            await asyncio.sleep(60)

        async with aiohttp.ClientSession() as session, session.post(url, data=never()) as answer:
            assert (answer.status, await answer.text()) == (408, "no body within 0.05 s")

    served(story)


def test_a_port_that_is_taken_names_what_to_change() -> None:
    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            server = LocalServer("some.server", host="127.0.0.1", port=other.getsockname()[1])
            with pytest.raises(RefusedToStartError, match=r"some\.server: .* set another port"):
                await server.start([], bytes_max=1)
            await server.close()

    asyncio.run(run())


def test_an_address_of_six_is_written_in_brackets() -> None:
    server = LocalServer("some.server", host="::1", port=80)

    assert server.url("/ask") == "http://[::1]:80/ask"
