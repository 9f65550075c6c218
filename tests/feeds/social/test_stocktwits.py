"""Messages on a coin, as StockTwits lists them."""

import asyncio
import json
import math

import pytest
from aiohttp import web

from argonaut.feeds.errors import RefusedBySourceError
from argonaut.feeds.social.stocktwits import KIND, Params, messages_path, read_stocktwits
from tests.feeds.social.rig import NOW_NS, iso, rig


def message(number: int, mood=None, **more) -> dict:
    return {
        "id": number,
        "body": "$DOGE.X going &quot;up&quot;",
        "created_at": "2026-01-02T00:00:00Z",
        "user": {"id": 7, "username": f"user{number}", "followers": 999},
        "symbols": [{"id": 1, "symbol": "DOGE.X", "title": "Dogecoin"}, {"symbol": "TSLA"}],
        "entities": {"sentiment": None if mood is None else {"basic": mood}},
        "likes": {"total": 3},
    } | more


def stream(*messages: dict) -> bytes:
    return json.dumps(
        {
            "response": {"status": 200},
            "symbol": {"symbol": "DOGE.X"},
            "cursor": {"more": True, "since": 1, "max": 2},
            "messages": list(messages),
        }
    ).encode()


def test_a_message_has_its_coins_without_stocks() -> None:
    (post,) = read_stocktwits(stream(message(1)))

    assert post.symbols == {"DOGE"}
    assert (post.author, post.text) == ("user1", '$DOGE.X going "up"')
    assert post.published_ns == 1_767_312_000_000_000_000


def test_a_message_counts_more_the_more_follow_its_author() -> None:
    (post,) = read_stocktwits(stream(message(1)))

    assert post.engagement == (1 + math.log10(1000),)


@pytest.mark.parametrize(
    ("mood", "votes"), [("Bullish", (1, 0)), ("Bearish", (0, 1)), (None, (0, 0)), ("?", (0, 0))]
)
def test_a_stated_mood_is_a_vote_and_none_is_none(mood: str | None, votes: tuple) -> None:
    (post,) = read_stocktwits(stream(message(1, mood)))

    assert post.votes == votes


@pytest.mark.parametrize(
    "odd", [{"user": None}, {"entities": None}, {"symbols": None}, {"id": "17"}]
)
def test_what_is_null_or_a_string_is_read(odd: dict) -> None:
    assert len(read_stocktwits(stream(message(1, **odd)))) == 1


def test_a_message_without_a_time_is_left_out() -> None:
    assert read_stocktwits(stream(message(1, created_at="soon"))) == ()


def test_an_unknown_coin_is_told() -> None:
    body = b'{"response": {"status": 404}, "errors": [{"message": "Symbol not found"}]}'

    with pytest.raises(RefusedBySourceError, match="stocktwits: Symbol not found"):
        read_stocktwits(body)


def test_a_status_of_theirs_that_is_not_200_is_an_error() -> None:
    with pytest.raises(RefusedBySourceError, match="status 429"):
        read_stocktwits(b'{"response": {"status": 429}, "messages": []}')


def test_a_path_names_the_coin() -> None:
    assert messages_path("BTC") == "/api/2/streams/symbol/BTC.X.json?limit=30"


def test_a_coin_the_source_does_not_know_harms_no_other() -> None:
    """404 for one of three: it is told by name, and the others are heard."""

    async def stand_in(request: web.Request) -> web.StreamResponse:
        if "FAKE.X" in request.path:
            missing = {"response": {"status": 404}, "errors": [{"message": "Symbol not found"}]}
            return web.json_response(missing, status=404)
        ticker = request.path.rpartition("/")[2].removesuffix(".X.json")
        some = [
            message(n, "Bullish", created_at=iso(NOW_NS), body=f"up {'abcdefghijkl'[n]}")
            | {"symbols": [{"symbol": f"{ticker}.X"}]}
            for n in range(12)
        ]
        return web.Response(body=stream(*some))

    async def whole():
        params = Params(tickers=("DOGE", "FAKE", "PEPE"))
        async with rig(KIND, stand_in, lambda _: params) as stand:
            await stand.round()
        return stand.heard

    heard = asyncio.run(whole())

    assert [each.symbols for each in heard.events] == [("DOGE",), ("PEPE",)]
    assert ("source:FAKE", "refused", "HTTP 404") in heard.answers


def test_a_message_on_two_coins_counts_where_it_was_asked_for() -> None:
    """Each coin is a stream of its own: what else a message names is counted there."""

    async def stand_in(request: web.Request) -> web.StreamResponse:
        both = [{"symbol": "DOGE.X"}, {"symbol": "PEPE.X"}]
        some = [
            message(n, created_at=iso(NOW_NS), body=f"up {'abcdefghijkl'[n]}") | {"symbols": both}
            for n in range(12)
        ]
        return web.Response(body=stream(*some))

    async def whole():
        async with rig(KIND, stand_in, lambda _: Params(tickers=("DOGE",))) as stand:
            await stand.round()
        return stand.heard

    (event,) = asyncio.run(whole()).events

    assert event.symbols == ("DOGE",)
