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

import asyncio
from collections.abc import Sequence

import msgspec
from aiohttp import web

from argonaut.domain.errors import RefusedToStartError
from argonaut.feeds.detectors.answer import Answer, refused
from argonaut.feeds.detectors.conversation import FRAME_BYTES_MAX, Conversation
from argonaut.feeds.detectors.door import Arrival
from argonaut.feeds.detectors.envelope import HEAD_BYTES_MAX
from argonaut.feeds.detectors.intake import Fate, Intake
from argonaut.feeds.detectors.tradingview import read_alert
from argonaut.feeds.signals import SIGNAL_BYTES_MAX

HTTP = "http"
TRADINGVIEW = "tradingview"
WEBSOCKET = "websocket"
_BODY_WITHIN_S = 5.0
_BYTES_MAX = SIGNAL_BYTES_MAX + HEAD_BYTES_MAX + 1
_SOCKETS_MAX = 64
_HEARTBEAT_S = 20.0
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_encode = msgspec.json.Encoder().encode


class DetectorServer:
    """Listens until closed. `hosts` are the names it answers to besides those of this machine."""

    def __init__(self, intake: Intake, *, host: str, port: int, hosts: Sequence[str] = ()) -> None:
        self.port = port
        self._intake = intake
        self._host = host
        self._names = frozenset((*_LOCAL_NAMES, host, *hosts))
        self._sockets: dict[web.WebSocketResponse, None] = {}
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to listen; port 0 lets the system choose, and `port` says which it is.

        Raises:
            RefusedToStartError: The port is taken, or the host is none of this machine.
        """
        app = web.Application(client_max_size=_BYTES_MAX)
        app.router.add_post("/v1/signals", self._push)
        app.router.add_post("/strategy/signal", self._push)
        app.router.add_post("/v1/tradingview", self._alert)
        app.router.add_get("/v1/signals/{id}", self._fate)
        app.router.add_get("/v1/stream", self._stream)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self.port).start()
        except OSError as error:
            await runner.cleanup()
            raise RefusedToStartError(
                f"detectors.server: {self._host} port {self.port} cannot be had "
                f"({error.strerror}); set another port, or 0 for any free one"
            ) from error
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening and end every connection."""
        for socket in list(self._sockets):
            await socket.close(code=1001, message=b"going away")
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where signals are pushed to."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}/v1/signals"

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
            async with asyncio.timeout(_BODY_WITHIN_S):
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            return refused("too_large", limit=str(SIGNAL_BYTES_MAX))
        except TimeoutError:
            raise web.HTTPRequestTimeout(text=f"no body within {_BODY_WITHIN_S:g} s") from None

    def _refuse_browsers(self, request: web.Request) -> None:
        if "Origin" in request.headers:
            raise web.HTTPForbidden(text="signals do not come from web pages")
        name = request.host.rpartition(":")[0] if not request.host.endswith("]") else request.host
        if (name or request.host) not in self._names:
            raise web.HTTPForbidden(text="want one of the names in detectors.server.hosts")


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=_encode(answer), content_type="application/json")
