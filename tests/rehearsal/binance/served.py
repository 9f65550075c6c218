"""A venue on a loopback socket, with a clock and a market that a test moves by hand."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256

import aiohttp
from aiohttp import web

from argonaut.rehearsal.binance.app import binance_app
from argonaut.rehearsal.binance.connection import StreamRules
from argonaut.rehearsal.faults import Faults, Knob
from tests.rehearsal.binance.client import KEY, START_NS, Client, Side, order

SUBSCRIBE = "userDataStream.subscribe.signature"


class HandClock:
    """The venue's time is that of its client; the monotonic one is moved apart from it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def wall_ns(self) -> int:
        return self._client.now_ns

    def mono_ns(self) -> int:
        return self._client.now_ns


class Served:
    """The address of a served venue, a session to it, and the venue behind it."""

    def __init__(self, client: Client, faults: Faults, port: int, http: aiohttp.ClientSession):
        self.client = client
        self.faults = faults
        self.root = f"http://127.0.0.1:{port}"
        self.http = http
        self.sockets: list[aiohttp.ClientWebSocketResponse] = []

    async def get(self, path: str) -> aiohttp.ClientResponse:
        response = await self.http.get(self.root + path)
        await response.read()
        return response

    async def send(self, method: str, path: str, **sent) -> aiohttp.ClientResponse:
        """Send a signed request over the socket."""
        asked = self.client.signed(method, path, **sent)
        headers = {"X-MBX-APIKEY": KEY.key}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        url = self.root + path + (f"?{asked.query}" if asked.query else "")
        response = await self.http.request(method, url, data=asked.body or None, headers=headers)
        await response.read()
        return response

    async def order(self, side: str = "BUY", kind: str = "LIMIT", **sent) -> aiohttp.ClientResponse:
        return await self.send("POST", "/api/v3/order", **order(side, kind, **sent))

    async def socket(self, path: str) -> aiohttp.ClientWebSocketResponse:
        socket = await self.http.ws_connect(self.root + path, autoping=False, timeout=WAIT)
        self.sockets.append(socket)
        return socket

    async def user(self) -> aiohttp.ClientWebSocketResponse:
        """Return a connection that has subscribed to the user stream."""
        socket = await self.socket("/ws-api/v3")
        await socket.send_json({"id": "1", "method": SUBSCRIBE, "params": self.signed({})})
        answer = await socket.receive_json(timeout=5)
        assert answer["result"] == {"subscriptionId": 0}, answer
        return socket

    def signed(self, params: dict) -> dict:
        """Return the parameters of a WebSocket API request, signed as its rules want."""
        full = {**params, "apiKey": KEY.key, "timestamp": self.client.now_ns // 1_000_000}
        text = "&".join(f"{name}={full[name]}" for name in sorted(full))
        signature = hmac.new(KEY.secret.encode(), text.encode(), sha256).hexdigest()
        return {**full, "signature": signature}

    async def move(self, bids: Side, asks: Side, trades: Side = ()) -> None:
        """Move the market and let the venue tell of it."""
        self.client.move(bids, asks, trades=trades)
        await self.get("/api/v3/ping")


WAIT = aiohttp.ClientWSTimeout(ws_receive=5, ws_close=5)


@asynccontextmanager
async def served(
    knobs: Sequence[Knob] = (),
    *,
    streams: StreamRules | None = None,
    with_control: bool = False,
    **settings,
) -> AsyncIterator[Served]:
    """Serve a venue with some faults until the block ends."""
    client = Client(**settings)
    faults = Faults(knobs, seed=1, start_ns=START_NS)
    app = binance_app(
        client.venue, HandClock(client), faults, streams=streams, with_control=with_control
    )
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as http:
            venue = Served(client, faults, port, http)
            try:
                yield venue
            finally:
                for socket in venue.sockets:
                    await socket.close()
    finally:
        await runner.cleanup()
