"""The article of a coming listing is edited while everybody waits: it is read again in time.

A stand-in of the web site shows an article whose text changes; the clock is turned by hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

import aiohttp
from aiohttp import web

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.events.binance_articles import Articles, Params
from argonaut.feeds.events.seen import Seen
from argonaut.feeds.events.upcoming import Upcoming
from tests.feeds.events.parts import Bench, HandClock, event, until
from tests.strategies.sniping import GO_LIVE_NS, SECOND_NS, Floor, announced, at_ns

TITLE = "Binance Will List Gnosis (GNO)"
CODE = "c0de"
HOUR_NS = 3600 * SECOND_NS


def text(clock: str = "10:00", *more: str) -> str:
    opens = f"Binance will list Gnosis (GNO) and open trading at 2026-01-02 {clock} (UTC)."
    return "\n".join((opens, *more))


class WebSite:
    """The list and the article, as they are edited."""

    def __init__(self) -> None:
        self.title = TITLE
        self.text = text()
        self.is_down = False
        self.is_listed = True
        self.asked: list[str] = []  # "list", or the query for an article
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/bapi/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        is_article = "articleCode" in request.query
        self.asked.append(request.query_string if is_article else "list")
        if self.is_down:
            return web.Response(text="<html>challenge</html>", content_type="text/html")
        if is_article:
            data: dict[str, Any] = {"body": f"<p>{self.text}</p>"}
        else:
            mine = {"code": CODE, "title": self.title, "releaseDate": at_ns(-3600) // 1_000_000}
            old = {"code": "old", "title": "Old news", "releaseDate": 1}
            shown = [mine] if self.is_listed else [old]
            data = {"catalogs": [{"catalogId": 48, "catalogName": "New", "articles": shown}]}
        return web.json_response({"code": "000000", "data": data})


class Trade(Bench):
    """An intake in front of the real engine with a sniper, an hour before go-live."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(clock=HandClock(at_ns(-3590)), **settings)
        self.site = WebSite()
        self.floor = Floor()
        self.intake.take("feed", (), seen_ns=self.clock.wall_ns())
        noting = self.trader.take

        def take(inputs: Sequence[ExternalEvent]) -> bool:
            self.floor.feed(tuple(inputs))
            return noting(inputs)

        self.trader.take = take  # type: ignore[method-assign]

    def play(self, story: Callable[[Articles], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with self.site, aiohttp.ClientSession() as session:
                wiring = self.wiring(session, params=Params(catalogs=(48,)))
                await story(Articles(wiring, wiring.params, self.site.url))

        asyncio.run(whole())

    async def look(self, articles: Articles, second: float) -> None:
        """Look whether something is due, so many seconds after go-live."""
        self.clock.now_ns = at_ns(second)
        await articles.rereads.round()

    @property
    def edits(self) -> list[ExternalEvent]:
        return [each for each in self.trader.journal if each.kind == "listing_edit"]

    @property
    def articles_asked(self) -> int:
        return sum(each != "list" for each in self.site.asked)


def test_an_article_is_read_again_a_minute_and_five_seconds_before() -> None:
    trade = Trade()
    asked = []

    async def story(articles: Articles) -> None:
        await articles._poller.round()
        for second in (-120, -61, -60, -59, -30, -6, -5, -4, 0, 30):
            await trade.look(articles, second)
            asked.append(trade.articles_asked)

    trade.play(story)

    assert asked == [1, 1, 2, 2, 2, 2, 3, 3, 3, 3]
    assert trade.edits == []
    times = [each for each in trade.site.asked if "&t=" in each]
    assert times == [f"articleCode={CODE}&t={at_ns(each) // 1_000_000}" for each in (-60, -5)]


def test_a_time_that_was_moved_later_is_waited_for() -> None:
    trade = Trade()

    async def story(articles: Articles) -> None:
        await articles._poller.round()
        trade.site.text = text("11:00", "Trading has been postponed.")
        await trade.look(articles, -60)
        trade.floor.quotes("GNO", range(3580, 3612), 10.5)
        assert trade.floor.bought() == []
        await trade.look(articles, 3540)
        trade.floor.quotes("GNO", range(3612, 3616), 10.5)

    trade.play(story)

    (edit,) = trade.edits
    assert edit.payload["go_live_ns"] == str(GO_LIVE_NS + HOUR_NS)
    assert trade.floor.bought() == ["GNO/USDT@sim"]
    (entry,) = trade.floor.entries()
    assert entry.signal.reason.startswith("listing of GNO")
    assert trade.articles_asked == 3, "it is read again before its new time"


def test_what_was_cancelled_is_not_bought_and_the_reason_is_told() -> None:
    trade = Trade()

    async def story(articles: Articles) -> None:
        await articles._poller.round()
        await trade.look(articles, -60)
        trade.site.text = text("10:00", "The listing of GNO has been cancelled.")
        await trade.look(articles, -5)
        trade.floor.quotes("GNO", range(60), 10.5)

    trade.play(story)

    assert trade.floor.bought() == []
    (reason,) = trade.floor.skips()
    assert reason == (
        "listing of GNO left: its announcement was edited, "
        "it says: The listing of GNO has been cancelled."
    )
    assert list(trade.upcoming) == []


def test_a_site_that_is_ill_says_nothing_of_a_listing() -> None:
    """A challenge page is no cancellation; it is asked again, and the venue itself decides."""
    trade = Trade()

    async def story(articles: Articles) -> None:
        await articles._poller.round()
        trade.site.is_down = True
        await trade.look(articles, -60)
        await trade.look(articles, -59)
        trade.site.is_down, trade.site.text = False, text("11:00")
        await trade.look(articles, -55)

    trade.play(story)

    assert trade.book.answers == ["ok", "ok", "html", "ok"]
    assert [each.payload.get("called_off") for each in trade.edits] == [None]


def test_what_was_pushed_is_found_in_the_list_and_read_there() -> None:
    """A push has no article; the list has, a minute or two later."""
    trade = Trade()
    pushed = announced(second=-3590)

    async def story(articles: Articles) -> None:
        trade.upcoming.add(pushed, at_ns(-3590))
        trade.intake.take("feed", pushed, seen_ns=at_ns(-3590), is_news=True)
        trade.site.is_listed = False
        await trade.look(articles, -60)
        trade.site.is_listed, trade.site.text = True, text("10:00", "The listing is called off.")
        await trade.look(articles, -55)
        trade.floor.quotes("GNO", range(60), 10.5)

    trade.play(story)

    assert trade.book.answers == ["ok", "not_listed", "ok", "ok"]
    assert trade.floor.bought() == []
    assert "is called off" in trade.floor.skips()[0]


def test_another_title_in_the_list_is_looked_into_at_once() -> None:
    trade = Trade()

    async def story(articles: Articles) -> None:
        await articles._poller.round()
        trade.clock.now_ns = at_ns(-1800)
        trade.site.title, trade.site.text = f"Postponed: {TITLE}", text("12:00")
        await articles._poller.round()
        await trade.look(articles, -1799)

    trade.play(story)

    assert trade.taken == [CODE, trade.edits[0].event_id]
    assert trade.edits[0].title == f"Postponed: {TITLE}"
    assert trade.edits[0].payload["go_live_ns"] == str(GO_LIVE_NS + 2 * HOUR_NS)


def test_moved_back_and_forth_every_move_is_told() -> None:
    trade = Trade()

    async def story(articles: Articles) -> None:
        await articles._poller.round()
        for clock, title in (("11:00", "A"), ("10:00", "B"), ("11:00", "C")):
            trade.site.text, trade.site.title = text(clock), f"{TITLE} {title}"
            await articles._poller.round()
            await articles.rereads.round()

    trade.play(story)

    hours = [(int(each.payload["go_live_ns"]) - GO_LIVE_NS) // HOUR_NS for each in trade.edits]
    assert hours == [1, 0, 1]
    assert len(set(trade.taken)) == 4


def test_an_edit_that_could_not_be_made_durable_is_told_again() -> None:
    trade = Trade()

    async def story(articles: Articles) -> None:
        await articles._poller.round()
        trade.site.text = text("10:00", "The listing is called off.")
        trade.trader.is_ready = False
        await trade.look(articles, -60)
        trade.trader.is_ready = True
        await trade.look(articles, -55)

    trade.play(story)

    assert len(trade.edits) == 1
    assert trade.floor.skips() != []


def test_after_a_restart_it_is_read_again_all_the_same() -> None:
    """The announcement is days old when the process that heard it is gone."""
    seen = Seen(None)
    first = Trade(seen=seen, upcoming=Upcoming(seen))

    async def announce(articles: Articles) -> None:
        await articles._poller.round()

    first.play(announce)
    after = Trade(seen=seen, upcoming=Upcoming(seen))
    after.floor = first.floor
    after.site.text = text("10:00", "The listing is called off.")

    async def wait(articles: Articles) -> None:
        await articles._poller.round()
        await after.look(articles, -60)

    after.play(wait)

    assert [each.payload["called_off"] for each in after.edits] == [
        "it says: The listing is called off."
    ]
    assert "is called off" in first.floor.skips()[0]


def test_an_edit_told_before_a_crash_is_not_told_twice_and_not_forgotten() -> None:
    """The engine's journal has it; what was to be noted beside it has not."""
    trade = Trade()

    async def story(articles: Articles) -> None:
        await articles._poller.round()
        trade.site.text = text("11:00")
        kept = [(each.edits, each.go_live_ns) for each in trade.upcoming]
        await trade.look(articles, -60)
        (awaited,) = trade.upcoming
        (awaited.edits, awaited.go_live_ns), awaited.due_ns = kept[0], at_ns(-50)
        await trade.look(articles, -50)

    trade.play(story)

    assert len(trade.edits) == 1
    (awaited,) = trade.upcoming
    assert (awaited.go_live_ns, awaited.edits) == (GO_LIVE_NS + HOUR_NS, 1)


def test_the_connector_looks_by_itself() -> None:
    trade = Trade()
    trade.upcoming.add(announced(second=-3590), at_ns(-3590))
    trade.clock.now_ns = at_ns(-60)

    async def story(articles: Articles) -> None:
        task = asyncio.create_task(articles.run())
        try:
            await until(lambda: trade.articles_asked >= 1)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    trade.play(story)


def test_what_is_not_hunted_is_left_alone_by_an_edit() -> None:
    """An edit begins nothing: history of a first start would be traded on."""
    floor = Floor()
    payload = {"venue": "binance", "assets": "GNO", "go_live_ns": str(GO_LIVE_NS)}

    floor.feed((event("e", kind="listing_edit", symbols=("GNO",), payload=payload),))
    floor.quotes("GNO", range(60), 10.5)

    assert floor.bought() == []
    assert floor.bodies("watch") == []
