"""A small HTTP server for programs that push to us, detectors and feeds alike; never for a browser.

What carries an `Origin` is refused, and so is a `Host` that is not this one, so no web page can
make a person's browser send anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from aiohttp import web

from argonaut.domain.errors import RefusedToStartError

BODY_WITHIN_S = 5.0  # the whole of a request has to come in this time
_CLOSE_WITHIN_S = 1.0
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


class LocalServer:
    """Listens until closed. `hosts` are the names it answers to besides those of this machine."""

    def __init__(self, section: str, *, host: str, port: int, hosts: Sequence[str] = ()) -> None:
        """`section` is where in a config it is set, for what it says when it refuses."""
        self.port = port
        self._section = section
        self._host = host
        self._names = frozenset((*_LOCAL_NAMES, host, *hosts))
        self._runner: web.AppRunner | None = None

    async def start(self, routes: Iterable[web.RouteDef], *, bytes_max: int) -> None:
        """Begin to listen; port 0 lets the system choose, and `port` says which it is.

        Raises:
            RefusedToStartError: The port is taken, or the host is none of this machine.
        """
        app = web.Application(client_max_size=bytes_max)
        app.router.add_routes(routes)
        runner = web.AppRunner(
            app, access_log=None, handle_signals=False, shutdown_timeout=_CLOSE_WITHIN_S
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self.port).start()
        except OSError as error:
            await runner.cleanup()
            raise RefusedToStartError(
                f"{self._section}: {self._host} port {self.port} cannot be had "
                f"({error.strerror}); set another port, or 0 for any free one"
            ) from error
        self._runner = runner
        self.port = runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def url(self, path: str) -> str:
        """Where a path of it is asked for."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}{path}"

    def blocker(self, request: web.Request) -> str:
        """Return why a request is not from a program that may ask, or nothing."""
        if "Origin" in request.headers:
            return "nothing is taken from web pages"
        name = request.host if request.host.endswith("]") else request.host.rpartition(":")[0]
        if (name or request.host) not in self._names:
            return f"want one of the names in {self._section}.hosts"
        return ""


async def body_of(request: web.Request) -> bytes:
    """Return a body of bounded size that came in bounded time.

    Raises:
        HTTPRequestEntityTooLarge: It is longer than the server takes.
        HTTPRequestTimeout: It did not come in `BODY_WITHIN_S`.
    """
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout(text=f"no body within {BODY_WITHIN_S:g} s") from None
