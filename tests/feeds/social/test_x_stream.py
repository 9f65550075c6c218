"""The stream of X against a stand-in: slow pieces, signs of life, silence, refusals."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.secret import Secret
from argonaut.feeds.social.x import TAG
from argonaut.feeds.social.x_stream import KIND, Params
from tests.feeds.social.rig import NOW_NS, Heard, Rig, good_text, iso, rig

KEY = "bearer-of-the-tests"
Talk = Callable[[web.StreamResponse], Awaitable[None]]


def line(number: int) -> bytes:
    tweet = {
        "id": str(number),
        "text": good_text(number),
        "created_at": iso(NOW_NS),
        "author_id": str(number),
        "public_metrics": {"like_count": 30, "retweet_count": 2, "quote_count": None},
    }
    return json.dumps({"data": tweet, "matching_rules": [{"id": "1", "tag": TAG}]}).encode()


CROWD = b"".join(line(n) + b"\r\n" for n in range(24))


class StandIn:
    """X: rules that can be changed, and one talk for each connection; the last one for ever."""

    def __init__(self, *talks: Talk | int) -> None:
        self.talks = list(talks)
        self.rules: list[dict[str, Any]] = [{"id": "9", "value": "$SHIB", "tag": "theirs"}]
        self.connections = 0

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.Response(status=401, text='{"title": "Unauthorized"}')
        if request.path.endswith("/rules"):
            return await self._change(request)
        talk = self.talks[min(self.connections, len(self.talks) - 1)]
        self.connections += 1
        if isinstance(talk, int):
            return web.Response(status=talk, headers={"x-rate-limit-remaining": "0"})
        answer = web.StreamResponse()
        await answer.prepare(request)
        await talk(answer)
        return answer

    async def _change(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.json_response({"data": self.rules, "meta": {"sent": iso(NOW_NS)}})
        body = await request.json()
        gone = body.get("delete", {}).get("ids", [])
        self.rules = [rule for rule in self.rules if rule["id"] not in gone]
        made = [{"id": f"n{len(self.rules)}", **rule} for rule in body.get("add", [])]
        self.rules += made
        return web.json_response({"data": made, "meta": {}}, status=201 if made else 200)


async def slowly(answer: web.StreamResponse) -> None:
    """The crowd in pieces that end anywhere, with signs of life between; then it stays open."""
    for start in range(0, len(CROWD), 700):
        await answer.write(CROWD[start : start + 700])
        await asyncio.sleep(0.001)
    while True:
        await answer.write(b"\r\n")
        await asyncio.sleep(0.01)


async def falls_silent(answer: web.StreamResponse) -> None:
    """One sign of life and nothing more, without an end."""
    await answer.write(b"\r\n")
    await asyncio.sleep(3600)


async def ends(answer: web.StreamResponse) -> None:
    await answer.write(b"\r\n")


async def refuses(answer: web.StreamResponse) -> None:
    await answer.write(b'{"title": "ConnectionException", "detail": "too many connections"}\r\n')
    await asyncio.sleep(3600)


async def stammers(answer: web.StreamResponse) -> None:
    """A line that is none, and then the crowd."""
    await answer.write(b"<html>\r\n{}\r\n")
    await slowly(answer)


async def never_ends_a_line(answer: web.StreamResponse) -> None:
    for _ in range(200):
        await answer.write(b"x" * 10_000)
    await asyncio.sleep(3600)


def heard_of(
    stand_in: StandIn,
    so: Callable[[Heard], bool] = lambda heard: len(heard.events) > 0,
    **params: Any,
) -> tuple[Heard, Rig]:
    """Follow the stand-in until something is so."""
    told: dict[str, Any] = {"tickers": ("DOGE",), "key": Secret(KEY), "silence_s": 50.0}
    settings = Params(**(told | params))

    async def whole() -> Rig:
        async with rig(KIND, stand_in, lambda _: settings) as stand:
            await stand.until(lambda: so(stand.heard))
        return stand

    stand = asyncio.run(whole())
    return stand.heard, stand


def test_a_crowd_that_comes_in_pieces_is_an_event() -> None:
    heard, stand = heard_of(StandIn(slowly), lambda heard: bool(heard.events))
    event = heard.events[0]

    assert (event.source, event.symbols) == ("x", ("DOGE",))
    assert event.mentions is not None
    assert event.mentions >= 10
    assert event.velocity is None  # nothing is usual in the first minutes
    assert heard.results == ["ok"]
    assert stand.health.failures == 0


def test_the_rules_are_set_and_those_of_others_stay() -> None:
    stand_in = StandIn(slowly)
    stand_in.rules.append({"id": "8", "value": "$OLD", "tag": TAG})
    heard_of(stand_in)

    assert [rule["value"] for rule in stand_in.rules] == ["$SHIB", "($DOGE OR #DOGE) -is:retweet"]


@pytest.mark.parametrize(
    ("first", "word"),
    [
        (ends, "ended"),
        (refuses, "refused"),
        (never_ends_a_line, "unreadable"),
        (401, "refused"),
        (403, "refused"),
        (404, "refused"),
        (429, "throttled"),
        (503, "server_error"),
    ],
)
def test_a_connection_that_fails_is_counted_and_made_again(first: Talk | int, word: str) -> None:
    heard, _ = heard_of(StandIn(first, slowly))

    bad = [result for result in heard.results if result != "ok"]
    assert bad[0] == word
    assert KEY not in repr(heard.answers)


def test_a_stream_that_falls_silent_is_left() -> None:
    """The connection stands and brings nothing, not even a sign of life."""
    heard, _ = heard_of(StandIn(falls_silent, slowly), silence_s=0.2)

    assert heard.results[:3] == ["ok", "silent", "ok"]


def test_a_line_that_is_none_does_not_end_the_stream() -> None:
    stand_in = StandIn(stammers)
    heard, _ = heard_of(stand_in)

    assert heard.results == ["ok", "unreadable", "unreadable"]
    assert stand_in.connections == 1


def test_a_key_that_is_not_taken_is_told_without_the_key() -> None:
    stand_in = StandIn(slowly)
    heard, stand = heard_of(
        stand_in, lambda heard: bool(heard.answers), key=Secret("another-bearer")
    )

    assert heard.results == ["refused"]
    assert "another-bearer" not in repr(heard.answers) + stand.health.sentence(0)
    assert stand_in.connections == 0


def test_events_that_are_not_taken_come_again() -> None:
    """A stream never repeats a post; what the run was not ready for waits here."""

    async def whole() -> Heard:
        settings = Params(tickers=("DOGE",), key=Secret(KEY))
        async with rig(KIND, StandIn(slowly), lambda _: settings) as stand:
            stand.heard.is_taking = False
            refused = 0
            take = stand.heard.take

            def counting(name, events, **more):
                nonlocal refused
                refused += bool(events)
                stand.heard.is_taking = refused > 3
                return take(name, events, **more)

            stand.heard.take = counting
            await stand.until(lambda: bool(stand.heard.events))
            return stand.heard

    assert asyncio.run(whole()).events[0].symbols == ("DOGE",)


def test_a_silence_nobody_could_notice_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="silence_s > 0"):
        Params(tickers=("DOGE",), key=Secret("k"), silence_s=0.0)
