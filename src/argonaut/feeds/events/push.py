"""The HTTP feed: `POST /v1/events` takes one event, as JSON in either shape of `body.py`.

It listens on this machine alone, or wants `Authorization: Bearer <token>`. A web page is never a
feed: what carries an `Origin`, or a `Host` that is not this one, is refused.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Sequence

import msgspec
from aiohttp import web

from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.secret import Secret
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.events.body import EVENT_BYTES_MAX, parse_events
from argonaut.feeds.events.connector import EventWatcher, Hears
from argonaut.feeds.events.file import by_source_and_id
from argonaut.ports import Clock

NAME = "external_feed"
_BODY_WITHIN_S = 5.0
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


class EventServer:
    """Listens until closed. `hosts` are the names it answers to besides those of this machine."""

    def __init__(
        self,
        hears: Hears,
        watcher: EventWatcher,
        clock: Clock,
        *,
        host: str,
        port: int,
        hosts: Sequence[str] = (),
        token: Secret | None = None,
    ) -> None:
        self.port = port
        self._hears = hears
        self._watcher = watcher
        self._clock = clock
        self._host = host
        self._names = frozenset((*_LOCAL_NAMES, host, *hosts))
        self._token = token
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to listen; port 0 lets the system choose, and `port` says which it is.

        Raises:
            RefusedToStartError: The port is taken, or the host is none of this machine.
        """
        app = web.Application(client_max_size=EVENT_BYTES_MAX)
        app.router.add_post("/v1/events", self._push)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self.port).start()
        except OSError as error:
            await runner.cleanup()
            raise RefusedToStartError(
                f"events.{NAME}: {self._host} port {self.port} cannot be had ({error.strerror}); "
                "set another port, or 0 for any free one"
            ) from error
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where events are pushed to."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}/v1/events"

    async def _push(self, request: web.Request) -> web.Response:
        self._check(request)
        try:
            async with asyncio.timeout(_BODY_WITHIN_S):
                body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return self._refused(413, f"want an event of at most {EVENT_BYTES_MAX} bytes")
        except TimeoutError:
            return self._refused(408, f"no body within {_BODY_WITHIN_S:g} s")
        seen_ns = self._clock.wall_ns()
        try:
            events = parse_events(body, seen_ns=seen_ns)
        except BadDataError as error:
            return self._refused(400, str(error))
        self._watcher.on_answer(NAME, "ok", "")
        is_taken = self._hears.take(
            NAME, events, seen_ns=seen_ns, keys=by_source_and_id, is_news=True
        )
        if not is_taken:
            return _response(503, "not taken, send it again")
        return _response(200, "taken")

    def _check(self, request: web.Request) -> None:
        """Refuse a browser, and whoever has not the token."""
        name = request.host if request.host.endswith("]") else request.host.rpartition(":")[0]
        if "Origin" in request.headers or (name or request.host) not in self._names:
            self._watcher.on_answer(NAME, "refused", "a web page, or a name that is not ours")
            raise web.HTTPForbidden(text=f"want one of the names in events.{NAME}.hosts")
        if self._token is None:
            return
        said = request.headers.get("Authorization", "").encode(errors="replace")
        if not hmac.compare_digest(said, f"Bearer {self._token.reveal()}".encode()):
            self._watcher.on_answer(NAME, "refused", "a wrong token")
            raise web.HTTPUnauthorized(text="want Authorization: Bearer <token>")

    def _refused(self, status: int, detail: str) -> web.Response:
        self._watcher.on_answer(NAME, "unreadable", detail)
        return _response(status, detail)


def _response(status: int, detail: str) -> web.Response:
    body = msgspec.json.encode(
        {"answer": "taken" if status == 200 else "refused", "detail": detail}
    )
    return web.Response(status=status, body=body, content_type="application/json")
