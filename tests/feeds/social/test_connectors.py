"""Every source that is asked, against a stand-in that has its worst day first."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from argonaut.domain.secret import Secret
from argonaut.feeds.events.connector import ConnectorKind
from argonaut.feeds.social import (
    coinmarketcal,
    cryptopanic,
    feargreed,
    lunarcrush,
    santiment,
    stocktwits,
)
from argonaut.feeds.social.memory import Diary
from tests.feeds.social.rig import NOW_NS, crowd_times, good_text, iso, rig, scripted
from tests.feeds.social.shelf import Shelf
from tests.feeds.social.talk import SECOND_NS

TIMES = crowd_times(usual=2, burst=24)
HOUR_NS = 3600 * SECOND_NS


def stocktwits_page(times: list[int]) -> dict[str, Any]:
    messages = [
        {
            "id": n,
            "body": good_text(n),
            "created_at": iso(at),
            "user": {"username": f"user{n}", "followers": 900},
            "symbols": [{"symbol": "DOGE.X"}],
            "entities": {"sentiment": {"basic": "Bullish"} if n % 2 else None},
        }
        for n, at in enumerate(times)
    ]
    return {"response": {"status": 200}, "messages": messages}


def cryptopanic_page(times: list[int]) -> dict[str, Any]:
    results = [
        {
            "id": n,
            "title": good_text(n),
            "published_at": iso(at),
            "instruments": [{"code": "DOGE"}],
            "votes": {"positive": 3, "negative": 1, "important": 2, "liked": 1},
            "panic_score": None,
        }
        for n, at in enumerate(times)
    ]
    return {"results": results}


def lunarcrush_page(at_ns: int) -> dict[str, Any]:
    volume = 400 + at_ns % 7
    coin = {"symbol": "DOGE", "galaxy_score": "60", "sentiment": None, "social_volume_24h": volume}
    return {"data": [coin]}


def santiment_page(at_ns: int) -> dict[str, Any]:
    hours = [
        {"datetime": iso(at_ns - at_ns % HOUR_NS - back * HOUR_NS), "value": 30 + back % 3}
        for back in range(24, 0, -1)
    ]
    return {"data": {"volume": {"timeseriesData": hours}, "mood": {"timeseriesData": []}}}


def feargreed_page(at_ns: int) -> dict[str, Any]:
    day = {"value": "40", "value_classification": "Fear", "timestamp": str(at_ns // SECOND_NS)}
    return {"data": [day], "metadata": {"error": None}}


def coinmarketcal_page() -> dict[str, Any]:
    planned = {"id": 1, "date_event": iso(NOW_NS), "created_date": iso(NOW_NS)}
    return {"status": {"error_code": 0}, "body": [planned | {"coins": [{"symbol": "DOGE"}]}]}


class Source:
    """How a source is made, how it answers well, and how it says no in its own words."""

    def __init__(
        self,
        kind: ConnectorKind,
        params: Callable[[str], Any],
        good: dict[str, Any],
        refusal: dict[str, Any],
        old: dict[str, Any] | None,
    ) -> None:
        self.kind, self.params, self.good = kind, params, good
        self.refusal, self.old = refusal, old


DAY_NS = 24 * HOUR_NS
KEY = Secret("key-of-the-tests")
WATCHED: dict[str, Any] = {"tickers": ("DOGE",)}
SOURCES = {
    "stocktwits": Source(
        stocktwits.KIND,
        lambda _: stocktwits.Params(**WATCHED),
        stocktwits_page(TIMES),
        {"response": {"status": 200}, "errors": [{"message": "no"}]},
        stocktwits_page([at - 2 * DAY_NS for at in TIMES]),
    ),
    "cryptopanic": Source(
        cryptopanic.KIND,
        lambda _: cryptopanic.Params(**WATCHED, key=KEY),
        cryptopanic_page(TIMES),
        {"status": "api_error", "info": "no"},
        cryptopanic_page([at - 2 * DAY_NS for at in TIMES]),
    ),
    "lunarcrush": Source(
        lunarcrush.KIND,
        lambda _: lunarcrush.Params(**WATCHED, key=KEY),
        lunarcrush_page(NOW_NS),
        {"error": "no"},
        None,
    ),
    "santiment": Source(
        santiment.KIND,
        lambda _: santiment.Params(**WATCHED, key=KEY, slugs={"DOGE": "dogecoin"}),
        santiment_page(NOW_NS),
        {"data": {"volume": None}, "errors": [{"message": "no"}]},
        santiment_page(NOW_NS - DAY_NS),
    ),
    "feargreed": Source(
        feargreed.KIND,
        lambda _: feargreed.Params(),
        feargreed_page(NOW_NS),
        {"data": [], "metadata": {"error": "no"}},
        feargreed_page(NOW_NS - 3 * DAY_NS),
    ),
    "coinmarketcal": Source(
        coinmarketcal.KIND,
        lambda _: coinmarketcal.Params(key=KEY),
        coinmarketcal_page(),
        {"status": {"error_code": 400, "error_message": "no"}},
        None,
    ),
}
all_sources = pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)


def worst_day(source: Source) -> list[tuple[str, Any]]:
    """Answers, each with the word it is counted by."""
    cut = json.dumps(source.good).encode()[:-20]
    days = [
        ("refused", web.Response(status=401)),
        ("refused", web.Response(status=403, text='{"message": "key"}')),
        ("refused", web.Response(status=404)),
        ("throttled", web.Response(status=429)),
        ("throttled", web.Response(status=429, headers={"Retry-After": "0"})),
        ("server_error", web.Response(status=500)),
        ("html", b"<!DOCTYPE html><html>Just a moment...</html>"),
        ("empty", b""),
        ("unreadable", b"maintenance"),
        ("unreadable", cut),
        ("unreadable", b'{"what": "is this"}'),
        ("unreadable", source.refusal),
    ]
    return days + ([("unreadable", source.old)] if source.old else [])


@all_sources
def test_bad_answers_are_counted_and_the_next_good_one_is_heard(source: Source) -> None:
    """HTML, 401, 403, 404, 429, an error with 200, yesterday's page: no event, no end."""
    days = worst_day(source)

    async def whole() -> None:
        handler = scripted(*(answer for _, answer in days), source.good)
        async with rig(source.kind, handler, source.params) as stand:
            for _ in days:
                await stand.round()
            assert stand.heard.results == [word for word, _ in days]
            assert stand.heard.events == []
            assert stand.health.failures == len(days)

            await stand.round()
            assert stand.heard.results[-1] == "ok"
            assert len(stand.heard.events) == 1
            assert stand.health.failures == 0

    asyncio.run(whole())


@all_sources
def test_no_key_is_in_what_is_told_of_a_failure(source: Source) -> None:
    async def whole() -> None:
        async with rig(source.kind, scripted(web.Response(status=500)), source.params) as stand:
            await stand.round()
            await stand.stop()
            await stand.round()

        told = repr(stand.heard.answers) + stand.health.sentence(0)
        assert stand.heard.results == ["server_error", "unreachable"]
        assert KEY.reveal() not in told

    asyncio.run(whole())


@all_sources
def test_an_event_that_is_not_taken_comes_again(source: Source) -> None:
    async def whole() -> None:
        async with rig(source.kind, scripted(source.good), source.params) as stand:
            stand.heard.is_taking = False
            await stand.round()
            assert stand.heard.results == ["not_taken"]
            stand.heard.is_taking = True
            await stand.round()
            assert len(stand.heard.events) == 1

    asyncio.run(whole())


@pytest.mark.parametrize("name", ["stocktwits", "cryptopanic"])
def test_a_burst_of_posts_is_one_event_with_its_figures(name: str) -> None:
    source = SOURCES[name]

    async def whole() -> None:
        async with rig(source.kind, scripted(source.good), source.params) as stand:
            await stand.round()
        (event,) = stand.heard.events

        assert event.source == name
        assert event.symbols == ("DOGE",)
        assert (event.mentions, event.velocity) == (24, 12.0)
        assert event.sentiment == (1.0 if name == "stocktwits" else 0.5)

    asyncio.run(whole())


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("stocktwits", "source:DOGE"),
        ("cryptopanic", "source"),
        ("lunarcrush", "source"),
    ],
)
def test_what_is_usual_is_kept_under_the_name_of_the_source(name: str, page: str) -> None:
    """Two sources of one kind in a config do not share what is usual."""
    source, shelf = SOURCES[name], Shelf()

    async def whole() -> None:
        async with rig(source.kind, scripted(source.good), source.params, shelf) as stand:
            await stand.round()

    asyncio.run(whole())

    assert list(shelf.kept) == [page]
    assert Diary(shelf, page).read().usual.keys() == {"DOGE"}
