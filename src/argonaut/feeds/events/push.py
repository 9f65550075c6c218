"""The HTTP feed: `POST /v1/events` takes one event, as JSON in either shape of `body.py`.

It listens on this machine alone, or wants `Authorization: Bearer <token>`. A web page is never a
feed: what carries an `Origin`, or a `Host` that is not this one, is refused.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

import msgspec
from aiohttp import web

from argonaut.domain.secret import Secret
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.events.body import EVENT_BYTES_MAX, parse_events
from argonaut.feeds.events.connector import EventWatcher, Hears
from argonaut.feeds.events.file import by_source_and_id
from argonaut.feeds.local_server import LocalServer, body_of
from argonaut.ports import Clock

NAME = "external_feed"
_PATH = "/v1/events"


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
        self._hears = hears
        self._watcher = watcher
        self._clock = clock
        self._server = LocalServer(f"events.{NAME}", host=host, port=port, hosts=hosts)
        self._token = token

    async def start(self) -> None:
        """Begin to listen; port 0 lets the system choose, and `url` says which it is.

        Raises:
            RefusedToStartError: The port is taken, or the host is none of this machine.
        """
        await self._server.start([web.post(_PATH, self._push)], bytes_max=EVENT_BYTES_MAX)

    async def close(self) -> None:
        """Stop listening."""
        await self._server.close()

    @property
    def url(self) -> str:
        """Where events are pushed to."""
        return self._server.url(_PATH)

    async def _push(self, request: web.Request) -> web.Response:
        self._check(request)
        try:
            body = await body_of(request)
        except web.HTTPRequestEntityTooLarge:
            return self._refused(413, f"want an event of at most {EVENT_BYTES_MAX} bytes")
        except web.HTTPRequestTimeout as error:
            return self._refused(408, error.text or error.reason)
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
        blocker = self._server.blocker(request)
        if blocker:
            self._watcher.on_answer(NAME, "refused", "a web page, or a name that is not ours")
            raise web.HTTPForbidden(text=blocker)
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
