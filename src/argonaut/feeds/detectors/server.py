"""The server for detectors that push: HTTP and WebSocket on one port.

    POST /v1/signals        a signal, its head in X-Sig (or the whole envelope as body)
    POST /strategy/signal   the same, for who knows that path
    POST /v1/tradingview    the alert of a charting service
    GET  /v1/signals/ID     what became of it
    GET  /v1/stream         a WebSocket, one envelope a frame

A browser is never a detector: what carries an `Origin` is refused, and so is a `Host` that is not
this one, so no web page can make a person's browser send signals.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from aiohttp import web

from argonaut.feeds.detectors.answer import Answer, refused
from argonaut.feeds.detectors.conversation import FRAME_BYTES_MAX, Conversation
from argonaut.feeds.detectors.door import Arrival
from argonaut.feeds.detectors.envelope import HEAD_BYTES_MAX
from argonaut.feeds.detectors.intake import Fate, Intake
from argonaut.feeds.detectors.tradingview import read_alert
from argonaut.feeds.local_server import LocalServer, body_of
from argonaut.feeds.signals import SIGNAL_BYTES_MAX

HTTP = "http"
TRADINGVIEW = "tradingview"
WEBSOCKET = "websocket"
_BYTES_MAX = SIGNAL_BYTES_MAX + HEAD_BYTES_MAX + 1
_SOCKETS_MAX = 64
_HEARTBEAT_S = 20.0
_encode = msgspec.json.Encoder().encode


class DetectorServer:
    """Listens until closed. `hosts` are the names it answers to besides those of this machine."""

    def __init__(self, intake: Intake, *, host: str, port: int, hosts: Sequence[str] = ()) -> None:
        self._intake = intake
        self._server = LocalServer("detectors.server", host=host, port=port, hosts=hosts)
        self._sockets: dict[web.WebSocketResponse, None] = {}

    async def start(self) -> None:
        """Begin to listen; port 0 lets the system choose, and `port` says which it is.

        Raises:
            RefusedToStartError: The port is taken, or the host is none of this machine.
        """
        routes = [
            web.post("/v1/signals", self._push),
            web.post("/strategy/signal", self._push),
            web.post("/v1/tradingview", self._alert),
            web.get("/v1/signals/{id}", self._fate),
            web.get("/v1/stream", self._stream),
        ]
        await self._server.start(routes, bytes_max=_BYTES_MAX)

    async def close(self) -> None:
        """Stop listening and end every connection."""
        for socket in list(self._sockets):
            await socket.close(code=1001, message=b"going away")
        await self._server.close()

    @property
    def port(self) -> int:
        """Where it listens, once started."""
        return self._server.port

    @property
    def url(self) -> str:
        """Where signals are pushed to."""
        return self._server.url("/v1/signals")

    # requests

    async def _push(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        if isinstance(body, Answer):
            return _response(body)
        head = request.headers.get("X-Sig", "").encode(errors="replace")
        more = {
            "peer": request.remote or "",
            "is_push": True,
            "fallback_id": request.headers.get("Idempotency-Key", ""),
        }
        arrival = (
            Arrival(transport=HTTP, body=body, head=head, **more)  # type: ignore[arg-type]
            if head
            else Arrival.of(body, HTTP, **more)  # type: ignore[arg-type]
        )
        return _response(await self._intake.send(arrival))

    async def _alert(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        if isinstance(body, Answer):
            return _response(body)
        arrival = Arrival(
            transport=TRADINGVIEW,
            body=body,
            peer=request.remote or "",
            is_push=True,
            fallback_id=request.headers.get("Idempotency-Key", ""),
            read=read_alert,
        )
        return _response(await self._intake.send(arrival))

    async def _fate(self, request: web.Request) -> web.Response:
        self._refuse_browsers(request)
        question = Arrival(
            transport=HTTP,
            body=f"GET {request.path}".encode(),
            head=request.headers.get("X-Sig", "").encode(errors="replace"),
            peer=request.remote or "",
            is_push=True,
        )
        source = request.query.get("source", "")
        found = self._intake.fate(question, source, request.match_info["id"])
        if isinstance(found, Fate):
            return web.Response(body=_encode(found), content_type="application/json")
        return _response(found)

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        self._refuse_browsers(request)
        if len(self._sockets) >= _SOCKETS_MAX:
            raise web.HTTPServiceUnavailable(text=f"{_SOCKETS_MAX} detectors are connected")
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_S, max_msg_size=FRAME_BYTES_MAX)
        await socket.prepare(request)
        self._sockets[socket] = None
        try:
            conversation = Conversation(
                socket, self._intake, transport=WEBSOCKET, peer=request.remote or ""
            )
            await conversation.run()
        finally:
            del self._sockets[socket]
        return socket

    async def _body(self, request: web.Request) -> bytes | Answer:
        """Read a body of bounded size in bounded time."""
        self._refuse_browsers(request)
        try:
            return await body_of(request)
        except web.HTTPRequestEntityTooLarge:
            return refused("too_large", limit=str(SIGNAL_BYTES_MAX))

    def _refuse_browsers(self, request: web.Request) -> None:
        if blocker := self._server.blocker(request):
            raise web.HTTPForbidden(text=blocker)


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=_encode(answer), content_type="application/json")
