"""One rig a transport: how a detector of its kind sends an envelope, and how its peer restarts."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import aiohttp
from aiohttp import web

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.carrier import Parts
from argonaut.feeds.detectors.door import Arrival
from argonaut.feeds.detectors.polling import Poller
from argonaut.feeds.detectors.server import DetectorServer
from argonaut.feeds.detectors.socket_client import SocketClient
from argonaut.runtime.clock import SystemClock
from tests.feeds.detectors.house import House
from tests.runtime.virtual import FixedRng
from tools.brokers import free_port


class Rig(Protocol):
    """What the conformance suite drives."""

    is_push: bool

    async def open(self, house: House) -> None:
        """Start the transport before this house."""

    async def send(self, *envelopes: bytes) -> None:
        """Send envelopes in order, as a detector would."""

    async def restart(self) -> None:
        """Have the other end go away and come back; what it keeps, it keeps."""

    async def close(self) -> None:
        """Stop everything."""


class PythonCallRig:
    """A detector in the same process."""

    is_push = True

    async def open(self, house: House) -> None:
        self._house = house

    async def send(self, *envelopes: bytes) -> None:
        for each in envelopes:
            await self._house.intake.send(Arrival.of(each, "python", is_push=True))

    async def restart(self) -> None:
        pass

    async def close(self) -> None:
        pass


class HttpRig:
    """A detector that posts over one kept connection."""

    is_push = True

    async def open(self, house: House) -> None:
        self.server = DetectorServer(house.intake, host="127.0.0.1", port=0)
        await self.server.start()
        self._session = aiohttp.ClientSession()

    async def send(self, *envelopes: bytes) -> None:
        for each in envelopes:
            await self.post(each)

    async def post(self, envelope: bytes, path: str = "/v1/signals", **headers: str) -> Any:
        """Post an envelope, its head in X-Sig, and return (status, answer)."""
        head, _, body = (
            envelope.partition(b" ") if envelope.startswith(b"v1=") else (b"", b"", envelope)
        )
        if head:
            headers["X-Sig"] = head.decode()
        return await self.request("POST", path, body, **headers)

    async def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        """Make a request and return (status, what came back)."""
        url = f"http://127.0.0.1:{self.server.port}{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._session.request(method, url, data=body, headers=named) as answer:
            if answer.content_type == "application/json":
                return answer.status, await answer.json()
            return answer.status, await answer.text()

    async def restart(self) -> None:
        await self._session.close()
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        await self._session.close()
        await self.server.close()


class WebSocketServerRig:
    """A detector that connects to the bot's WebSocket."""

    is_push = True

    async def open(self, house: House) -> None:
        self.server = DetectorServer(house.intake, host="127.0.0.1", port=0)
        await self.server.start()
        self._session = aiohttp.ClientSession()
        await self._connect()

    async def _connect(self) -> None:
        url = f"http://127.0.0.1:{self.server.port}/v1/stream"
        self.socket = await self._session.ws_connect(url)

    async def send(self, *envelopes: bytes) -> None:
        for each in envelopes:
            await self.socket.send_bytes(each)
        for _ in envelopes:
            await self.socket.receive_json(timeout=20)

    async def restart(self) -> None:
        await self.socket.close()
        await self._connect()

    async def close(self) -> None:
        await self.socket.close()
        await self._session.close()
        await self.server.close()


class WebSocketClientRig:
    """A detector that runs a WebSocket server, which the bot connects to."""

    is_push = True

    async def open(self, house: House) -> None:
        self._house = house
        self._port = free_port()
        self._sockets: list[web.WebSocketResponse] = []
        self._connected = asyncio.Event()
        self.answers: list[Any] = []
        self.heard = asyncio.Event()  # of two answers
        await self._listen()
        url = Secret(f"http://127.0.0.1:{self._port}/")
        self.client = SocketClient("websocket-client", url, parts_of(house))
        await self.client.start()

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_get("/", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=2_000_000)
        await socket.prepare(request)
        self._sockets.append(socket)
        self._connected.set()
        async for message in socket:
            self.answers.append(message.json())
            if len(self.answers) == 2:
                self.heard.set()
        return socket

    async def send(self, *envelopes: bytes) -> None:
        await self._connected.wait()
        for each in envelopes:
            await self._sockets[-1].send_bytes(each)

    async def restart(self) -> None:
        self._connected.clear()
        await self._runner.cleanup()
        await self._listen()

    async def close(self) -> None:
        await self.client.close()
        await self._runner.cleanup()


class PollRig:
    """A detector that lists its envelopes on a page and knows how far the bot has read."""

    is_push = False

    async def open(self, house: House) -> None:
        self.lines: list[bytes] = []
        self._port = free_port()
        await self._listen()
        url = Secret(f"http://127.0.0.1:{self._port}/signals")
        self.client = Poller("poll", url, parts_of(house), interval_s=0.05)
        await self.client.start()

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_get("/signals", self._page)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def _page(self, request: web.Request) -> web.Response:
        first = int(request.query.get("after", "0"))
        listed = self.lines[first : first + 1_000]
        cursor = str(first + len(listed))
        return web.Response(body=b"\n".join(listed), headers={"Next-Cursor": cursor})

    async def send(self, *envelopes: bytes) -> None:
        self.lines += [each or b"v1=" for each in envelopes]  # an empty line is no line

    async def restart(self) -> None:
        await self._runner.cleanup()
        await self._listen()

    async def close(self) -> None:
        await self.client.close()
        await self._runner.cleanup()


def parts_of(house: House) -> Parts:
    """What a connection needs, of a house."""
    return Parts(intake=house.intake, watcher=house.watching, clock=SystemClock(), rng=FixedRng())


RIGS: dict[str, type[Rig]] = {
    "python": PythonCallRig,
    "http": HttpRig,
    "websocket server": WebSocketServerRig,
    "websocket client": WebSocketClientRig,
    "poll": PollRig,
}
