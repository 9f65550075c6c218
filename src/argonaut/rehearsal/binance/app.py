"""Serves a venue: REST, market streams and WebSocket API, over real or simulated sockets.

Everything waits through asyncio and reads the clock it is given, so a virtual-time loop drives it
as well as a real one. There are no threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import msgspec
from aiohttp import web

from argonaut.domain.errors import InvalidValueError
from argonaut.ports import Clock
from argonaut.rehearsal.binance.connection import Connection, StreamRules
from argonaut.rehearsal.binance.exchange import Exchange
from argonaut.rehearsal.binance.garbled import send_garbled
from argonaut.rehearsal.binance.outbox import UserEvent
from argonaut.rehearsal.binance.requests import Answer, Request
from argonaut.rehearsal.binance.serving import Server, perform
from argonaut.rehearsal.binance.streams import Audience, Listener, names_of
from argonaut.rehearsal.binance.ws_api import Session
from argonaut.rehearsal.faults import Faults, read_faults

_SECOND_NS = 1_000_000_000
_NAP_MOST_S = 1.0
_NAP_LEAST_S = 0.001
_BODY_MAX = 64 * 1024
_JSON = "application/json"
_LOOPBACK = ("127.0.0.1", "::1")


def binance_app(
    exchange: Exchange,
    clock: Clock,
    faults: Faults,
    *,
    streams: StreamRules | None = None,
    with_control: bool = False,
) -> web.Application:
    """Return the venue as a web application.

    `with_control` adds /rehearsal/faults (GET, POST a JSON list of knobs, DELETE) and
    /rehearsal/truth for loopback callers; leave it out wherever others could reach them.
    """
    venue = _Venue(exchange, clock, faults, streams or StreamRules())
    app = web.Application(client_max_size=_BODY_MAX)
    app.cleanup_ctx.append(venue.running)
    if with_control:
        app.router.add_route("*", "/rehearsal/faults", venue.control)
        app.router.add_get("/rehearsal/truth", venue.truth)
    app.router.add_get("/ws-api/v3", venue.user_socket)
    for path in ("/ws", "/ws/{tail:.*}", "/stream", "/stream/{tail:.*}"):
        app.router.add_get(path, venue.market_socket)
    app.router.add_route("*", "/{tail:.*}", venue.rest)
    return app


class _Venue:
    """The handlers, and the task that lets time pass."""

    def __init__(
        self, exchange: Exchange, clock: Clock, faults: Faults, rules: StreamRules
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._faults = faults
        self._rules = rules
        state = exchange.state
        self._audience = Audience(state.symbols, state.outbox, rules)
        self._sessions: dict[Session, None] = {}
        self._server = Server(exchange, clock, faults, self._pump)
        self._was_in_maintenance = False

    # time

    async def running(self, app: web.Application) -> AsyncIterator[None]:
        """Let time pass while the application runs."""
        del app
        task = asyncio.create_task(self._pass_time())
        yield
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()  # it ended by an error of ours: let it fly
        for session in self._sessions:
            session.connection.abort()
        self._audience.cut()

    async def _pass_time(self) -> None:
        exchange, clock, faults = self._exchange, self._clock, self._faults
        while True:
            now_ns = clock.wall_ns()
            exchange.advance(now_ns)
            for act in faults.due(now_ns):
                if failed := perform(act, exchange, now_ns):
                    faults.failed.append(f"{act}: {failed}")
            self._pump()
            self._cut_in_maintenance()
            due_ns = exchange.next_ns
            if faults.next_ns is not None:
                due_ns = min(due_ns, faults.next_ns)
            nap_s = (due_ns - clock.wall_ns()) / _SECOND_NS
            await asyncio.sleep(min(max(nap_s, _NAP_LEAST_S), _NAP_MOST_S))

    def _pump(self) -> None:
        """Send on what the exchange told."""
        for event in self._exchange.drain():
            if isinstance(event, UserEvent):
                for session in self._sessions:
                    session.tell(event)
            else:
                self._audience.tell(event)

    def _cut_in_maintenance(self) -> None:
        is_on = self._exchange.state.is_in_maintenance
        if is_on and not self._was_in_maintenance:
            self._audience.cut()
            for session in self._sessions:
                session.connection.abort()
        self._was_in_maintenance = is_on

    # REST

    async def rest(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request."""
        asked = Request(
            method=request.method,
            path=request.path,
            query=request.rel_url.raw_query_string,
            body=(await request.read()).decode(errors="replace"),
            api_key=request.headers.get("X-MBX-APIKEY"),
        )
        served = await self._server.serve(
            asked.method, asked.path, lambda: self._exchange.receive(asked, self._clock.wall_ns())
        )
        if served.answer is None:
            return _dropped(request)
        body = msgspec.json.encode(served.answer.body)
        if served.shape is not None:
            return await send_garbled(request, served.shape, body)
        return _response(served.answer, body)

    # streams

    async def market_socket(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection to the market streams."""
        if (refused := self._refused(request, "market")) is not None:
            return refused
        connection = Connection(
            request, "market", clock=self._clock, faults=self._faults, rules=self._rules
        )
        listener = Listener(connection, is_combined=request.path.startswith("/stream"))
        names = names_of(request.path, request.query.get("streams", ""))
        self._audience.join(listener, names)
        try:
            return await connection.run(
                partial(self._audience.take, listener), partial(listener.wrap, "!serverShutdown")
            )
        finally:
            self._audience.leave(listener)

    async def user_socket(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection to the WebSocket API."""
        if (refused := self._refused(request, "user")) is not None:
            return refused
        connection = Connection(
            request, "user", clock=self._clock, faults=self._faults, rules=self._rules
        )
        session = Session(
            connection, self._exchange, self._server, clock=self._clock, faults=self._faults
        )
        self._sessions[session] = None
        try:
            return await connection.run(session.take, session.wrap)
        finally:
            del self._sessions[session]

    def _refused(self, request: web.Request, kind: str) -> web.StreamResponse | None:
        now_ns = self._clock.wall_ns()
        if self._exchange.state.is_in_maintenance or self._faults.refuses(kind, now_ns):
            return _dropped(request)
        if not self._exchange.state.limits.connect(now_ns):
            return web.Response(status=429, headers={"Retry-After": "60"})
        return None

    # control

    async def control(self, request: web.Request) -> web.StreamResponse:
        """Show, add or clear knobs while the venue runs."""
        if request.remote not in _LOOPBACK:
            return web.Response(status=403)
        if request.method == "POST":
            try:
                for knob in read_faults(await request.read()):
                    self._faults.add(knob)
            except InvalidValueError as error:
                return web.Response(status=422, text=str(error))
        elif request.method == "DELETE":
            self._faults.clear()
        faults = self._faults
        told = {
            "at_s": faults.at_s(self._clock.wall_ns()),
            "armed": faults.knobs,
            "acted": faults.acted,
            "failed": faults.failed,
        }
        return web.Response(body=msgspec.json.encode(told), content_type=_JSON)

    async def truth(self, request: web.Request) -> web.StreamResponse:
        """Show what the account really is."""
        if request.remote not in _LOOPBACK:
            return web.Response(status=403)
        truth = self._exchange.truth()
        return web.Response(body=msgspec.json.encode(truth), content_type=_JSON)


def _dropped(request: web.Request) -> web.StreamResponse:
    """Cut the line instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _response(answer: Answer, body: bytes) -> web.StreamResponse:
    return web.Response(
        status=answer.status,
        body=body,
        headers={**answer.headers, "Content-Type": "application/json;charset=UTF-8"},
    )
