"""The push is the fastest way to a listing, so every rule of its server is kept, over a socket.

The stand-in checks the key, the order and the signature of the query and the time, wants a PING,
and cuts connections, as the real one does.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web

from argonaut.domain.event import ExternalEvent
from argonaut.domain.secret import Secret
from argonaut.feeds.errors import AnswerError
from argonaut.feeds.events.binance_push import Params, Push, read_push, signed_query
from tests.feeds.events.parts import NOW_NS, Bench, FixedRng, until

KEY, SECRET = "key-of-anybody", "secret-of-anybody"
NOW_MS = NOW_NS // 1_000_000


def data(title: str, body: str = "", published_ms: int = NOW_MS, **more: Any) -> str:
    """A frame: its data is JSON in a string in JSON."""
    inner = {"catalogId": 48, "catalogName": "New Cryptocurrency Listing", "title": title,
             "publishDate": published_ms, "body": body, "disclaimer": "..."}  # fmt: skip
    return json.dumps(
        {"type": "DATA", "topic": "com_announcement_en", "data": json.dumps(inner | more)}
    )


class Server:
    """The push server on this machine. Each connection is sent the next list of frames."""

    def __init__(self, *connections: list[str]) -> None:
        self.connections = list(connections)
        self.ping_within_s = 60.0
        self.refusals: list[str] = []
        self.pings = 0
        self.opened = 0
        self.cut_after = False  # hang up when all frames are sent
        self.articles: list[dict[str, Any]] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/sapi/wss", self._push)
        app.router.add_get("/bapi/{path:.*}", self._list)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    def _fault(self, request: web.Request) -> str:
        pairs = parse_qsl(request.query_string)
        names = [name for name, _ in pairs]
        said = dict(pairs)
        signed = request.query_string.rpartition("&signature=")[0]
        wanted = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
        if request.headers.get("X-MBX-APIKEY") != KEY:
            return "key"
        if names[-1] != "signature" or names[:-1] != sorted(names[:-1]):
            return "order"
        if not hmac.compare_digest(said["signature"], wanted):
            return "signature"
        if abs(int(said["timestamp"]) - NOW_MS) > int(said["recvWindow"]) <= 60_000:
            return "time"
        return "" if 0 < len(said["random"]) <= 32 else "random"

    async def _push(self, request: web.Request) -> web.StreamResponse:
        if fault := self._fault(request):
            self.refusals.append(fault)
            return web.Response(status=400, text=fault)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.opened += 1
        for frame in self.connections.pop(0) if self.connections else []:
            await socket.send_str(frame)
        if self.cut_after:
            await socket.close(code=1001)
            return socket
        while True:
            try:
                message = await socket.receive(timeout=self.ping_within_s)
            except TimeoutError:
                await socket.close(code=1008)
                return socket
            if message.type is aiohttp.WSMsgType.PING:
                assert message.data == b""
                self.pings += 1
                await socket.pong(message.data)
            elif message.type is not aiohttp.WSMsgType.TEXT:
                return socket

    async def _list(self, request: web.Request) -> web.Response:
        if "articleCode" in request.query:
            return web.json_response({"code": "000000", "data": {"body": "<p>Text</p>"}})
        mine = self.articles if request.query["catalogId"] == "48" else []
        other = [{"code": "old", "title": "Old news", "releaseDate": 1}]
        return web.json_response(
            {"code": "000000", "data": {"catalogs": [{"catalogId": 48, "articles": mine or other}]}}
        )


def listen(
    server: Server,
    is_enough: Callable[[Bench], bool],
    *,
    secret: str = SECRET,
    **changes: float,
) -> Bench:
    """Run the connector against the server until a test has seen enough."""
    bench = Bench(names=("EXM/USDT@sim",))

    async def story() -> None:
        async with server, aiohttp.ClientSession() as session:
            params = Params(
                api_key=Secret(KEY), secret_key=Secret(secret), articles_url=f"http://{server.url}"
            )
            bench.intake.take("feed", (), seen_ns=bench.clock.wall_ns())
            wiring = bench.wiring(session, params=params, base_url=f"ws://{server.url}")
            push = Push(wiring)
            push._pace.after_bad = lambda **_: 0.01  # type: ignore[method-assign]
            for name, value in changes.items():
                setattr(push, name, value)
            task = asyncio.create_task(push.run())
            try:
                await until(lambda: is_enough(bench))
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    asyncio.run(story())
    return bench


def told(bench: Bench) -> list[str]:
    """What became of the items that were pushed."""
    return [result for result, event_id in bench.book.items if event_id != "old"]


def heard(bench: Bench) -> list[ExternalEvent]:
    """What reached the run, but for the old news of the list that fills gaps."""
    return [each for each in bench.trader.journal if each.event_id != "old"]


def test_a_pushed_listing_is_taken_with_its_time() -> None:
    frame = data("Binance Will List Example (EXM)", "Open trading at 2026-02-02 12:00 (UTC).")
    server = Server([json.dumps({"type": "COMMAND", "data": "SUCCESS"}), frame, frame])

    bench = listen(server, lambda bench: len(told(bench)) >= 2)

    (taken,) = heard(bench)
    assert (taken.source, taken.kind, taken.symbols) == ("binance_ws", "listing", ("EXM",))
    assert taken.payload["go_live_ns"] == str(1_770_033_600 * 1_000_000_000)
    assert taken.payload["instruments"] == "EXM/USDT@sim"
    assert told(bench) == ["taken", "duplicate"]
    assert server.refusals == []


def test_every_kind_of_push_is_told_apart() -> None:
    """One after another: a coin in other letters, a delisting, a perpetual, a promotion."""
    server = Server(
        [
            data("Binance Will List 币安人生 (币安人生)"),
            data("Binance Will Delist ABC, DEF on 2026-02-09"),
            data("Binance Futures Will Launch USDⓈ-Margined INXUSDT Perpetual Contract"),
            data("EXMUSDT Trading Challenge: Share Up to 10,000 USDT in Rewards!"),
            data("Binance Will Extend the Monitoring Tag to Include Example (EXM)"),
        ]
    )  # fmt: skip

    bench = listen(server, lambda bench: len(heard(bench)) == 5)

    found = [(each.kind, each.symbols) for each in heard(bench)]
    assert found[0][1] == ()
    assert found[1:3] == [("delisting", ("ABC", "DEF")), ("perp_listing", ("INX",))]
    assert found[3][0] == "promo"
    assert found[4][0] == "other"


def test_a_ping_keeps_the_connection_up() -> None:
    server = Server([])
    server.ping_within_s = 30.0

    bench = listen(server, lambda _: server.pings >= 3, ping_s=0.02)

    assert server.opened == 1
    assert bench.health.failures == 0


def test_a_cut_connection_is_made_again_and_the_list_fills_the_gap() -> None:
    """Nothing is replayed on reconnect: what was announced meanwhile stands in the list alone."""
    server = Server([data("First")], [])
    server.cut_after = True
    server.articles = [
        {"code": "missed", "title": "Binance Will List Example (EXM)", "releaseDate": NOW_MS}
    ]

    bench = listen(server, lambda bench: "missed" in bench.taken and server.opened >= 2)

    assert "closed" in bench.book.answers
    assert {each.source for each in heard(bench)} == {"binance_ws", "binance_cms"}


def test_a_live_connection_that_never_brings_what_the_list_shows_is_found_out() -> None:
    """It answers every ping. The list of the same account's announcements tells."""
    minutes = [NOW_MS + 60_000 * each for each in (5, 6, 7)]
    server = Server([data("Binance Will List First (EXM)", published_ms=minutes[0])])
    server.articles = [
        {"code": "a", "title": "Binance Will List First (EXM)", "releaseDate": minutes[0]},
        {"code": "b", "title": "Binance Will List Second (EXN)", "releaseDate": minutes[1]},
        {"code": "c", "title": "Binance Will List Second (EXN)", "releaseDate": NOW_MS - 60_000},
    ]

    bench = listen(server, lambda bench: len(bench.deliveries._waited) == 1 and server.pings > 2,
                   ping_s=0.02)  # fmt: skip

    bench.clock.turn(121)
    (missed,) = bench.deliveries.look(bench.clock.wall_ns())
    assert missed.title == "Binance Will List Second (EXN)"
    assert bench.health.fault == ""


def test_a_connection_that_says_nothing_at_all_is_given_up() -> None:
    server = Server([])

    bench = listen(server, lambda _: server.opened >= 2, ping_s=60.0, silent_s=0.2)

    assert "silent" in bench.book.answers


def test_before_the_server_cuts_at_a_day_we_go_ourselves() -> None:
    server = Server([])

    bench = listen(server, lambda _: server.opened >= 2, life_s=0.3)

    assert "renewed" in bench.book.answers
    assert "closed" not in bench.book.answers


def test_a_wrong_secret_is_refused_counted_and_never_told() -> None:
    server = Server([])

    bench = listen(server, lambda bench: "refused" in bench.book.answers, secret="another-secret")

    assert server.refusals[0] == "signature"
    assert "HTTP 400" in bench.book.details
    assert not any("another-secret" in each or "signature=" in each for each in bench.book.details)


@pytest.mark.parametrize(
    "frame",
    ["{", "[]", '{"type": "DATA", "data": {"title": "x"}}', '{"type": "DATA", "data": "{}"}',
     '{"type": "DATA", "data": "not json"}', '{"type": "DATA"}', "\ud800"],
)  # fmt: skip
def test_a_frame_that_is_none_is_refused(frame: str) -> None:
    with pytest.raises(AnswerError):
        read_push(frame, NOW_NS)


def test_bad_frames_are_counted_and_the_next_is_read() -> None:
    server = Server(["{", '{"type": "DATA", "data": "[]"}', data("News")])

    bench = listen(server, lambda bench: bool(heard(bench)))

    assert bench.book.answers.count("unreadable") == 2


def test_the_query_is_sorted_and_signed_in_that_order() -> None:
    params = Params(api_key=Secret(KEY), secret_key=Secret(SECRET), topics=("a", "b"))

    query = signed_query(params, now_ns=NOW_NS, rng=FixedRng())

    signed = f"random={'8' * 32}&recvWindow=30000&timestamp={NOW_MS}&topic=a%7Cb"
    signature = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
    assert query == f"{signed}&signature={signature}"


@pytest.mark.parametrize("changes", [{"topics": ()}, {"recv_window_ms": 60_001}])
def test_what_the_server_would_not_take_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="want"):
        Params(api_key=Secret(KEY), secret_key=Secret(SECRET), **changes)
