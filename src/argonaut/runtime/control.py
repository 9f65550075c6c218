"""The control channel: how other processes ask a running trader, and command it.

A Unix socket beside the journal, readable by its owner only, speaking HTTP: `status`, `why`,
`journal show` and the console use it, because nobody else may open the journal of a live run.
Prometheus metrics and health answers listen on loopback TCP and tell nothing internal.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, get_args

import aiohttp
import msgspec
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from argonaut.config.assembly import Assembly
from argonaut.config.shadow import Shadow
from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.mode import Verb
from argonaut.engine.core import Engine
from argonaut.engine.modes import refusal
from argonaut.journal.body import row_object
from argonaut.journal.meta import Meta
from argonaut.journal.query import RowFilter
from argonaut.journal.row import Row
from argonaut.journal.signal_fate import KINDS as FATE_KINDS
from argonaut.journal.signal_fate import fates_of
from argonaut.journal.why import KINDS as WHY_KINDS
from argonaut.journal.why import why
from argonaut.monitoring.metrics import Metrics
from argonaut.reports.run_log import RunLog
from argonaut.runtime.backup import Copied, RunningBackup
from argonaut.runtime.inflow import DoorBook, FeedNow
from argonaut.runtime.snapshot import account_of, notices_of, snapshot_of, trial_of

_VERBS: tuple[Verb, ...] = get_args(Verb)
_ROWS_MAX = 1_000
_PIECE_ROWS = 5_000
_CHAIN_ROWS = 50  # a millisecond of the loop, where they are decisions
_END_OF_TIME_NS = 2**63 - 1  # the most a row's time can be
_TIMEOUT_S = 5.0
_SOCKET_PATH_MAX = 100  # the kernel takes 108 bytes
Handler = Callable[[web.Request], Awaitable[web.Response]]


def socket_of(journal: Path) -> Path:
    """Return where the trader of this journal listens."""
    return journal.with_suffix(".sock")


class ServedRun(Protocol):
    """A run that people may ask and command, on paper or live."""

    log: RunLog
    assembly: Assembly

    @property
    def has_engine(self) -> bool:
        """Whether there is anything to be told yet."""

    @property
    def engine(self) -> Engine:
        """The engine."""

    @property
    def shadow(self) -> Shadow | None:
        """What is on trial, where anything can be."""

    @property
    def progress(self) -> tuple[int, int]:
        """Rows gone by, of how many; live nobody knows of how many, and that is 0."""

    def command(self, verb: Verb, *, who: str, reason: str) -> None:
        """Take an operator's command."""

    def stop(self) -> None:
        """End the run."""


class ServedJournal(Copied, Protocol):
    """Its journal."""

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash (hex) of the last row."""

    @property
    def meta(self) -> Meta:
        """What the file says about itself."""

    def rows(self, wanted: RowFilter) -> Iterator[Row]:
        """Yield committed rows."""


class ControlServer:
    """Serves one run until closed."""

    def __init__(self, run: ServedRun, metrics: Metrics, journal: ServedJournal) -> None:
        self._run = run
        self._journal = journal
        self._metrics = metrics
        self._backup = RunningBackup()
        self._runners: list[web.AppRunner] = []
        self._socket: Path | None = None
        self._feeds: Callable[[], tuple[FeedNow, ...]] = tuple
        self._door: DoorBook | None = None
        self.metrics_port: int | None = None

    def tell_of(self, feeds: Callable[[], tuple[FeedNow, ...]], door: DoorBook) -> None:
        """Have `/status` tell how the sources of events and signals are, too."""
        self._feeds, self._door = feeds, door

    async def open_socket(self, path: Path) -> None:
        """Listen on the Unix socket at `path`; one left by a killed trader is replaced.

        Raises:
            RefusedToStartError: The path is too long for a socket.
        """
        if len(str(path.resolve())) > _SOCKET_PATH_MAX:
            raise RefusedToStartError(
                f"control socket {path}: want a path of at most {_SOCKET_PATH_MAX} characters; "
                "put the journal into a shorter folder"
            )
        path.unlink(missing_ok=True)  # the journal's lock says that no trader is alive
        runner = await self._serve(
            {
                ("GET", "/status"): self._status,
                ("GET", "/decisions"): self._decisions,
                ("GET", "/why"): self._why,
                ("GET", "/signal"): self._signal,
                ("GET", "/rows"): self._rows,
                ("GET", "/chain"): self._chain,
                ("GET", "/meta"): self._meta,
                ("GET", "/backup"): self._backup_state,
                ("POST", "/backup"): self._begin_backup,
                ("POST", "/command"): self._command,
            }
        )
        mask = os.umask(0o177)  # nobody else may connect, not even before a chmod
        try:
            await web.UnixSite(runner, str(path)).start()
        finally:
            os.umask(mask)
        self._socket = path

    async def open_metrics(self, port: int) -> None:
        """Listen for Prometheus on loopback; port 0 lets the system choose.

        Raises:
            RefusedToStartError: The port is taken.
        """
        runner = await self._serve(
            {
                ("GET", "/metrics"): self._text,
                ("GET", "/healthz"): self._alive,
                ("GET", "/readyz"): self._alive,
            }
        )
        site = web.TCPSite(runner, "127.0.0.1", port)
        try:
            await site.start()
        except OSError as error:
            raise RefusedToStartError(
                f"port {port} for metrics is taken ({error.strerror}); "
                "set monitoring.prometheus_port to another one, or to 0 for any free one"
            ) from error
        self.metrics_port = runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening; a copy that is not whole yet is given up."""
        await self._backup.close()
        for runner in self._runners:
            await runner.cleanup()
        if self._socket is not None:
            self._socket.unlink(missing_ok=True)

    async def _serve(self, routes: dict[tuple[str, str], Handler]) -> web.AppRunner:
        app = web.Application(client_max_size=65_536)
        for (method, path), handler in routes.items():
            app.router.add_route(method, path, handler)
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await runner.setup()
        self._runners.append(runner)
        return runner

    async def _status(self, request: web.Request) -> web.Response:
        del request
        run, door = self._run, self._door
        found = snapshot_of(
            self._engine(),
            run.log,
            name=run.assembly.config.name,
            progress=run.progress,
            head=self._journal.head,
            shadow=run.shadow,
        )
        return _json(
            msgspec.structs.replace(
                found,
                feeds=self._feeds(),
                transports=() if door is None else door.transports(),
                detectors=() if door is None else door.detectors(),
            )
        )

    def _engine(self) -> Engine:
        if not self._run.has_engine:
            raise web.HTTPServiceUnavailable(text="recovering: the venue is not open yet")
        return self._run.engine

    async def _decisions(self, request: web.Request) -> web.Response:
        return _json(
            [row_object(row) for row in self._found(request, kinds=("decision", "skip", "signal"))]
        )

    async def _why(self, request: web.Request) -> web.Response:
        limit = min(_number(request, "limit", 5), _ROWS_MAX)
        at_ns = _number(request, "at_ns", 0) if request.query.get("at_ns") else None
        rows = self._journal.rows(RowFilter(kinds=WHY_KINDS))
        return _json(
            why(rows, instrument=request.query.get("instrument", ""), at_ns=at_ns, limit=limit)
        )

    async def _signal(self, request: web.Request) -> web.Response:
        rows = self._journal.rows(RowFilter(kinds=FATE_KINDS))
        asked = request.query
        return _json(fates_of(rows, asked.get("id", ""), asked.get("source", "")))

    async def _rows(self, request: web.Request) -> web.Response:
        kinds = tuple(each for each in request.query.get("kinds", "").split(",") if each)
        return _json([row_object(row) for row in self._found(request, kinds=kinds)])

    async def _chain(self, request: web.Request) -> web.Response:
        """Answer with committed rows as they are, hashes and stamps included."""
        limit = min(_number(request, "limit", _CHAIN_ROWS), _CHAIN_ROWS)
        from_seq = _number(request, "from_seq", 1)
        wanted = RowFilter(from_seq=from_seq, to_seq=from_seq + limit - 1)
        return _json(list(self._journal.rows(wanted)))

    async def _meta(self, request: web.Request) -> web.Response:
        del request
        return _json(self._journal.meta)

    async def _backup_state(self, request: web.Request) -> web.Response:
        del request
        if self._backup.state is None:
            raise web.HTTPNotFound(text="no copy of this journal was asked for")
        return _json(self._backup.state)

    async def _begin_backup(self, request: web.Request) -> web.Response:
        asked = await _texts(request)
        try:
            return _json(self._backup.begin(self._journal, Path(asked.get("path", ""))))
        except RefusedToStartError as error:
            raise web.HTTPConflict(text=str(error)) from error

    def _found(self, request: web.Request, *, kinds: tuple[str, ...]) -> list[Row]:
        """Return the last rows that the query asks for, oldest first."""
        limit = min(_number(request, "limit", 50), _ROWS_MAX)
        until_ns = _number(request, "until_ns", _END_OF_TIME_NS)
        instrument = request.query.get("instrument", "")
        journal, named = self._journal, instrument.encode()
        found: list[Row] = []
        to_seq = journal.head[0]
        while to_seq > 0 and len(found) < limit:  # from the end: a long run is not read whole
            from_seq = max(1, to_seq - _PIECE_ROWS + 1)
            wanted = RowFilter(kinds=kinds, to_ns=until_ns, from_seq=from_seq, to_seq=to_seq)
            found = [row for row in journal.rows(wanted) if named in row.payload] + found
            to_seq = from_seq - 1
        return found[-limit:] if limit else []

    async def _command(self, request: web.Request) -> web.Response:
        asked = await _texts(request)
        verb = asked.get("verb", "")
        if verb == "stop":
            self._run.stop()
            return _json({"done": "stop"})
        if verb not in _VERBS:
            raise web.HTTPBadRequest(text=f"want one of {', '.join(_VERBS)}, stop, not {verb!r}")
        mode = self._engine().account.mode
        self._run.command(
            verb,
            who=asked.get("who", "operator"),
            reason=asked.get("reason", ""),
        )
        if mode.after(verb) is None:
            raise web.HTTPConflict(text=f"{verb} {refusal(mode)}")
        return _json({"done": verb, "mode": self._run.engine.account.mode.name})

    async def _text(self, request: web.Request) -> web.Response:
        del request
        if self._run.has_engine:
            self._show_now()
        return web.Response(
            body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    def _show_now(self) -> None:
        """Set the gauges to what is now."""
        run, metrics = self._run, self._metrics
        shown, trial = account_of(run.engine), trial_of(run.shadow)
        if shown is not None:
            metrics.show(shown)
        if trial is not None:
            metrics.trials.show(trial)
        metrics.feeds.show_notices(notices_of(run.engine))

    async def _alive(self, request: web.Request) -> web.Response:
        del request
        return web.Response(text="ok\n")


async def ask(
    socket: Path, path: str, *, query: dict[str, str] | None = None, body: Any = None
) -> Any:
    """Return the JSON answer of the trader behind `socket`; with a body the request is a POST.

    Raises:
        ConnectionError: Nobody listens there.
        TimeoutError: It did not answer within five seconds.
        RefusedToStartError: The trader says the request is wrong.
    """
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    connector = aiohttp.UnixConnector(str(socket))
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        method = "GET" if body is None else "POST"
        payload = None if body is None else msgspec.json.encode(body)
        try:
            async with session.request(
                method, f"http://trader{path}", params=query, data=payload
            ) as answer:
                content = await answer.read()
                if answer.status != 200:
                    raise RefusedToStartError(content.decode(errors="replace"))
                return msgspec.json.decode(content)
        except (aiohttp.ClientConnectionError, FileNotFoundError) as error:
            raise ConnectionError(f"no trader listens at {socket}") from error


def ask_now(
    socket: Path, path: str, *, query: dict[str, str] | None = None, body: Any = None
) -> Any:
    """Ask from a command that has no event loop; see `ask`."""
    return asyncio.run(ask(socket, path, query=query, body=body))


async def _texts(request: web.Request) -> dict[str, str]:
    try:
        return msgspec.json.decode(await request.read(), type=dict[str, str])
    except msgspec.DecodeError as error:
        raise web.HTTPBadRequest(text=f"want a JSON object of texts: {error}") from error


def _number(request: web.Request, name: str, default: int) -> int:
    said = request.query.get(name, str(default))
    try:
        number = int(said)
    except ValueError:
        number = -1
    if not 0 <= number <= _END_OF_TIME_NS:
        raise web.HTTPBadRequest(text=f"want whole numbers of 0 or more, not {name}={said!r}")
    return number


def _json(value: Any) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")
