"""One rig a transport: how a detector of its kind sends an envelope, and how its peer restarts."""

from __future__ import annotations

from typing import Any, Protocol

import aiohttp

from argonaut.feeds.detectors.door import Arrival
from argonaut.feeds.detectors.server import DetectorServer
from tests.feeds.detectors.house import House


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


RIGS: dict[str, type[Rig]] = {
    "python": PythonCallRig,
    "http": HttpRig,
    "websocket server": WebSocketServerRig,
}
