"""A venue of canned answers on a real socket of this machine, for what no good venue would do."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from argonaut.runtime.clock import SystemClock
from argonaut.venues.binance.client import Client
from argonaut.venues.binance.clockwork import ServerClock
from argonaut.venues.binance.limits import Limiter
from argonaut.venues.binance.transport import open_session
from tests.venues.binance.made import BTC, RECORDINGS, Half, message, recorded, rules, settings

Reply = Callable[[web.Request], Awaitable[Any]]


def answer(content, status=200, **headers) -> Reply:
    """A canned answer: a text as it is, anything else as JSON."""
    body = content if isinstance(content, str | bytes) else json.dumps(content)

    async def reply(request):
        raw = body if isinstance(body, bytes) else body.encode()
        return web.Response(body=raw, status=status, headers=headers)

    return reply


async def cut(request):
    """Read the request, do whatever, and hang up without a word."""
    request.transport.abort()
    return web.Response()


class Stub:
    """Answers by (method, path); what is asked for is kept in `asked`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.replies: dict[tuple[str, str], Reply] = {
            ("GET", "/api/v3/time"): answer(recorded("rest", "time")),
            ("GET", "/api/v3/exchangeInfo"): answer(
                (RECORDINGS / "exchange_info.json").read_bytes()
            ),
            ("GET", "/api/v3/account"): answer(recorded("rest", "account")),
            ("GET", "/sapi/v1/account/apiRestrictions"): answer(recorded("rest", "rights")),
            ("GET", "/api/v3/ticker/bookTicker"): answer(recorded("rest", "book_ticker")),
            ("GET", "/api/v3/klines"): answer(recorded("rest", "klines")),
            ("GET", "/api/v3/historicalTrades"): answer(recorded("rest", "public_trades")),
            ("GET", "/api/v3/aggTrades"): answer(recorded("rest", "aggregates")),
            ("GET", "/api/v3/rateLimit/order"): answer(recorded("rest", "order_usage")),
            ("GET", "/api/v3/depth"): answer(recorded("rest", "depth")),
            ("GET", "/api/v3/myTrades"): answer(recorded("rest", "own_trades")),
            ("GET", "/api/v3/openOrders"): answer([message("rest", "order")]),
            ("GET", "/api/v3/order"): answer(recorded("rest", "order")),
            ("POST", "/api/v3/order"): answer(recorded("rest", "placed")),
            ("DELETE", "/api/v3/order"): answer(recorded("rest", "canceled")),
        }
        self.subscription: dict[str, object] = {"status": 200, "result": {"subscriptionId": 0}}
        self.sockets: dict[str, list[web.WebSocketResponse]] = {"user": [], "market": []}
        self.root = ""

    def asked_of(self, method: str, path: str) -> list[dict[str, str]]:
        """Return the parameters of every request of this kind."""
        return [sent for asked, where, sent in self.asked if (asked, where) == (method, path)]

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/ws-api/v3", self._user)
        app.router.add_get("/stream", self._market)
        app.router.add_route("*", "/{path:.*}", self._rest)
        return app

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        sent = {
            name: str(value) for name, value in {**request.query, **await request.post()}.items()
        }
        self.asked.append((request.method, request.path, sent))
        return await self.replies[request.method, request.path](request)

    async def _market(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(("WS", request.path_qs, {}))
        return await self._serve("market", request)

    async def _user(self, request: web.Request) -> web.StreamResponse:
        return await self._serve("user", request)

    async def _serve(self, name: str, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets[name].append(socket)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                sent = json.loads(frame.data)
                self.asked.append(("WS", sent["method"], sent["params"]))
                if self.subscription:
                    await socket.send_json({"id": sent["id"], **self.subscription})
        return socket

    async def say(self, name: str, text: str) -> None:
        """Send a frame over the newest connection."""
        await self.sockets[name][-1].send_str(text)

    def requests(self, method: str, path: str) -> list[dict[str, str]]:
        return [sent for asked, where, sent in self.asked if (asked, where) == (method, path)]


@asynccontextmanager
async def serving(stub: Stub | None = None):
    """A stub that serves on a free port."""
    stub = stub or Stub()
    runner = web.AppRunner(stub.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    stub.root = f"http://{host}:{port}"
    try:
        yield stub
    finally:
        await runner.cleanup()


@asynccontextmanager
async def asking(stub: Stub | None = None, clock=None, connector=None, **other):
    """A client of a stub; the hints it gives are in `client.hints`."""
    async with serving(stub) as served:
        clock = clock or SystemClock()
        limiter = Limiter()
        session = open_session(connector, lambda: limiter.is_held(clock.mono_ns()))
        hints: list[str] = []
        silences: list[tuple[int, str]] = []
        client = Client(
            settings(served.root, **other),
            session,
            clock=clock,
            rng=Half(),
            limiter=limiter,
            server_clock=ServerClock(clock),
            on_hint=hints.append,
            on_silence=lambda for_ns, why: silences.append((for_ns, why)),
        )
        client.rules = {"BTCUSDT": rules(BTC)}
        client.hints = hints  # type: ignore[attr-defined]
        client.silences = silences  # type: ignore[attr-defined]
        try:
            yield served, client
        finally:
            await session.close()


async def until(holds: Callable[[], object]) -> None:
    """Let the loop run until something holds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - what is waited for is state of the code under test
            await asyncio.sleep(0.005)
