"""Binance's announcements as it pushes them over its official WebSocket: tens of milliseconds late.

A push has no id, and nothing is replayed after a break: once it is connected the article list is
read to fill the gap. Facts: developers.binance.com, "CMS WebSocket", 2025.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.domain.secret import Secret
from argonaut.feeds.announcements.event import events_of
from argonaut.feeds.errors import AnswerError, AnswerShapeError
from argonaut.feeds.events.binance_articles import FAMILY, SITE, Articles, binance_keys
from argonaut.feeds.events.binance_articles import Params as ArticleParams
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.pace import Pace
from argonaut.feeds.social.answer import read_answer
from argonaut.ports import Rng

_SOURCE = "binance_ws"
_PATH = "/sapi/wss"
_PING_S = 30.0  # the server drops who has not pinged for a minute
_SILENT_S = 60.0  # without data or pong
_LIFE_S = 23.5 * 3600  # the server cuts at 24 h; going first loses nothing
_WELL_S = 300.0  # a connection that lived so long forgets the failures before it
_FRAME_BYTES_MAX = 1_000_000
_MILLISECOND_NS, _SECOND_NS = 1_000_000, 1_000_000_000
_RECV_WINDOW_MAX = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """The key it wants, any valid one: no permission to trade is needed."""

    api_key: Secret
    secret_key: Secret
    topics: tuple[str, ...] = ("com_announcement_en",)
    recv_window_ms: int = 30_000
    articles_url: str = SITE  # where the list is that fills gaps; empty asks for none
    whole_catalogs: tuple[int, ...] = (48, 161)  # of which it has to bring what the list shows

    def __post_init__(self) -> None:
        if not self.topics:
            raise ValueError("want at least one topic, such as com_announcement_en")
        if not 0 < self.recv_window_ms <= _RECV_WINDOW_MAX:
            raise ValueError(
                f"want 0 < recv_window_ms <= {_RECV_WINDOW_MAX}, not {self.recv_window_ms}"
            )


class _Frame(msgspec.Struct):
    type: str = ""
    topic: str = ""
    data: Any = None


class _Pushed(msgspec.Struct, rename="camel"):
    title: str
    publish_date: int
    body: str = ""
    catalog_id: int = 0
    catalog_name: str = ""


def signed_query(params: Params, *, now_ns: int, rng: Rng) -> str:
    """Return the query of the URL: every parameter sorted by name, and signed in that order."""
    query = urlencode(
        sorted(
            {
                "random": "".join(f"{int(rng.random() * 16):x}" for _ in range(32)),
                "recvWindow": str(params.recv_window_ms),
                "timestamp": str(now_ns // _MILLISECOND_NS),
                "topic": "|".join(params.topics),
            }.items()
        )
    )
    key = params.secret_key.reveal().encode()
    return f"{query}&signature={hmac.new(key, query.encode(), hashlib.sha256).hexdigest()}"


def read_push(text: str | bytes, seen_ns: int) -> Sequence[ExternalEvent]:
    """Return the events of one frame; the answer to a command has none.

    Raises:
        AnswerError: It is no frame of theirs.
    """
    frame = read_answer(_SOURCE, _bytes(text), _Frame)
    if frame.type != "DATA":
        return ()
    if not isinstance(frame.data, str):
        raise AnswerShapeError(f"want data as a text, not {type(frame.data).__name__}")
    pushed = read_answer(_SOURCE, _bytes(frame.data), _Pushed)
    minute = pushed.publish_date // 60_000
    named = hashlib.sha256(f"{pushed.title}|{minute}".encode()).hexdigest()
    return events_of(
        source=_SOURCE,
        venue="binance",
        event_id=named,
        title=pushed.title,
        body=pushed.body,
        published_ns=pushed.publish_date * _MILLISECOND_NS,
        seen_ns=seen_ns,
        more={"catalog_id": str(pushed.catalog_id), "catalog": pushed.catalog_name},
    )


class Push:
    """Keeps one connection up for ever."""

    ping_s, silent_s, life_s = _PING_S, _SILENT_S, _LIFE_S

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._params: Params = wiring.params
        self._pace = Pace(wiring.interval_s, wiring.rng)
        self._filling: asyncio.Task[None] | None = None
        self._alive_ns = 0  # when the server was last heard of, wall clock
        self._list = (
            Articles(wiring, ArticleParams(), self._params.articles_url)
            if self._params.articles_url
            else None
        )

    async def run(self) -> None:
        """Connect, listen, connect again."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._keep_up())
                if self._list is not None:
                    both.create_task(self._list.rereads.run())
        finally:
            if self._filling is not None:
                self._filling.cancel()

    async def _keep_up(self) -> None:
        wiring = self._wiring
        while True:
            began_ns = wiring.clock.mono_ns()
            result, detail = await self._session()
            wiring.watcher.on_answer(wiring.name, result, detail)
            if wiring.clock.mono_ns() - began_ns > _WELL_S * _SECOND_NS:
                self._pace = Pace(wiring.interval_s, wiring.rng)
            if result != "renewed":
                wiring.health.bad(f"{result}: {detail}")
                await asyncio.sleep(self._pace.after_bad())

    async def _session(self) -> tuple[str, str]:
        """Listen until the connection ends; return a word for why, and more of it."""
        wiring = self._wiring
        query = signed_query(self._params, now_ns=wiring.clock.wall_ns(), rng=wiring.rng)
        try:
            async with (
                asyncio.timeout(self.life_s),
                wiring.session.ws_connect(
                    f"{wiring.base_url}{_PATH}?{query}",
                    headers={"X-MBX-APIKEY": self._params.api_key.reveal()},
                    autoping=False,
                    max_msg_size=_FRAME_BYTES_MAX,
                ) as socket,
            ):
                return await self._listen(socket)
        except TimeoutError:
            return "renewed", ""
        except aiohttp.WSServerHandshakeError as error:
            return "refused", f"HTTP {error.status}"
        except (aiohttp.ClientError, OSError) as error:  # its text may hold the signed URL
            return "unreachable", type(error).__name__

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> tuple[str, str]:
        self._sign_of_life()
        self._wiring.deliveries.up(
            self._wiring.name, map(str, self._params.whole_catalogs), self._alive_ns
        )
        self._fill_gap()
        pinging = asyncio.create_task(self._ping(socket))
        try:
            while True:
                try:
                    message = await socket.receive(timeout=self.silent_s)
                except TimeoutError:
                    return "silent", f"neither data nor pong for {self.silent_s:g} s"
                if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                    self._sign_of_life()
                    self._take(message.data)
                elif message.type is aiohttp.WSMsgType.PING:
                    self._sign_of_life()
                    await socket.pong(message.data)
                elif message.type is aiohttp.WSMsgType.PONG:
                    self._sign_of_life()
                else:
                    return "closed", f"code {socket.close_code}"
        finally:
            self._wiring.deliveries.down(self._alive_ns)
            pinging.cancel()
            await asyncio.gather(pinging, return_exceptions=True)

    def _fill_gap(self) -> None:
        """Read the list beside the connection; a reading under way goes on over a break."""
        is_filling = self._filling is not None and not self._filling.done()
        if self._list is not None and not is_filling:
            self._filling = asyncio.create_task(self._list.fill())

    def _sign_of_life(self) -> None:
        self._alive_ns = self._wiring.clock.wall_ns()
        self._wiring.health.ok(self._wiring.clock.mono_ns())

    def _take(self, text: str | bytes) -> None:
        wiring = self._wiring
        seen_ns, began_ns = wiring.clock.wall_ns(), wiring.clock.mono_ns()
        try:
            events = read_push(text, seen_ns)
        except AnswerError as error:
            wiring.watcher.on_answer(wiring.name, "unreadable", str(error))
            return
        wiring.watcher.on_answer(wiring.name, "ok", "")
        for event in events:
            wiring.deliveries.pushed(event, binance_keys(event)[1])
        wiring.upcoming.add(events, seen_ns)
        wiring.hears.take(
            wiring.name,
            events,
            seen_ns=seen_ns,
            parse_s=(wiring.clock.mono_ns() - began_ns) / _SECOND_NS,
            family=FAMILY,
            keys=binance_keys,
            is_news=True,
        )

    async def _ping(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        with suppress(ConnectionError):  # the listener learns of it too
            while True:
                await asyncio.sleep(self.ping_s)
                await socket.ping(b"")


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode(errors="replace")


def _make(wiring: Wiring) -> Connector:
    return Push(wiring)


KIND = ConnectorKind(
    make=_make,
    params=Params,
    base_url="wss://api.binance.com",
    interval_s=30.0,
    stale_s=_SILENT_S,
)
