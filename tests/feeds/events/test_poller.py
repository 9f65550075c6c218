"""A source is asked politely, over a real socket, and nothing it says can break the asking."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.events.poller import Poller, Question
from tests.feeds.events.parts import Bench, StandIn, event, text, until


def read(body: bytes, seen_ns: int) -> list[ExternalEvent]:
    try:
        return [event(each) for each in msgspec.json.decode(body, type=list[str])]
    except msgspec.DecodeError as error:
        raise BadDataError(f"want a list of ids: {error}") from error


def page(*names: str, **headers: str) -> web.Response:
    return text(json.dumps(names), 200, **headers)


def rounds(server: StandIn, count: int, bench: Bench | None = None, **question: Any) -> Bench:
    """Ask a server so many times; return the bench, with the waits in `waits`."""
    bench = bench or Bench()

    async def story() -> list[float]:
        async with server, aiohttp.ClientSession() as session:
            poller = Poller(
                bench.wiring(session),
                lambda: [Question(**{"url": f"{server.url}/list", "read": read, **question})],
            )
            return [await poller.round() for _ in range(count)]

    bench.waits = asyncio.run(story())  # type: ignore[attr-defined]
    return bench


def test_a_page_is_read_and_what_it_repeats_has_no_second_effect() -> None:
    bench = rounds(StandIn(page("a", "b"), page("c", "b", "a")), 2)

    assert bench.taken == ["a", "b", "c"]
    assert bench.book.answers == ["ok", "ok"]
    assert bench.waits == [30.0, 30.0]  # type: ignore[attr-defined]


def test_etag_and_date_come_back_and_304_is_a_good_answer() -> None:
    server = StandIn(
        page("a", ETag='"v1"', Last_Modified="Mon, 02 Feb 2026 12:00:00 GMT"), text("", 304)
    )

    bench = rounds(server, 2)

    headers = server.requests[1][1]
    assert headers["If-None-Match"] == '"v1"'
    assert headers["If-Modified-Since"] == "Mon, 02 Feb 2026 12:00:00 GMT"
    assert bench.book.answers == ["ok", "unchanged"]
    assert bench.health.failures == 0


def test_a_304_to_a_question_without_condition_is_no_answer() -> None:
    bench = rounds(StandIn(text("", 304)), 1)

    assert bench.book.answers == ["refused"]


def test_events_that_were_not_taken_are_asked_for_without_condition() -> None:
    """An ETag kept too early would hide the listing behind "not changed" for ever."""
    bench, server = Bench(), StandIn(page("a", ETag='"v1"'))
    bench.trader.is_ready = False
    rounds(server, 1, bench)
    bench.trader.is_ready = True

    again = StandIn(page("a", ETag='"v1"'))
    rounds(again, 1, bench)

    assert bench.book.answers == ["not_taken", "ok"]
    assert bench.taken == ["a"]


def test_the_date_of_an_answer_shows_a_wrong_clock() -> None:
    noon = page(Date="Mon, 02 Feb 2026 02:39:50 GMT")  # the clock of the test is ten seconds later

    assert rounds(StandIn(noon), 1).health.skew_s == 10.0


def test_gzip_is_unpacked() -> None:
    packed = text(gzip.compress(b'["a"]'), Content_Encoding="gzip")

    assert rounds(StandIn(packed), 1).taken == ["a"]


def test_a_body_that_unpacks_without_end_is_cut() -> None:
    packed = text(gzip.compress(b"[" + b" " * 20_000_000), Content_Encoding="gzip")

    assert rounds(StandIn(packed), 1).book.answers == ["too_large"]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (text("<!doctype html><title>Just a moment</title>"), "html"),
        (text("", 202), "challenge"),
        (text(""), "empty"),
        (text('["a", "b'), "unreadable"),
        (text('{"a": 1}'), "unreadable"),
        (text("no", 403), "refused"),
        (text("no", 500), "server_error"),
        (text("no", 429), "throttled"),
    ],
)
def test_a_sick_answer_is_counted_and_never_taken_for_no_news(
    answer: web.Response, result: str
) -> None:
    bench = rounds(StandIn(answer, page("a")), 2)

    assert bench.book.answers == [result, "ok"]
    assert bench.taken == ["a"]
    assert bench.waits[0] == 1.5  # type: ignore[attr-defined]


def test_retry_after_is_kept() -> None:
    bench = rounds(StandIn(text("", 429, Retry_After="90")), 1)

    assert bench.waits == [90.0]  # type: ignore[attr-defined]
    assert bench.health.fault == "throttled: HTTP 429"


def test_waits_grow_while_it_fails_and_shrink_only_after_several_good_answers() -> None:
    bad, good = text("", 500), page()
    answers = [bad, bad, bad, good, bad, good, good, good, bad]

    bench = rounds(StandIn(*answers), len(answers))

    assert bench.waits == [1.5, 2.5, 4.5, 30.0, 8.5, 30.0, 30.0, 30.0, 1.5]  # type: ignore[attr-defined]


async def _hangs_up(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "100"})
    await answer.prepare(request)
    await answer.write(b'["a", ')
    assert request.transport is not None
    request.transport.close()
    return answer


def test_a_connection_that_ends_within_the_body_is_counted() -> None:
    assert rounds(StandIn(_hangs_up), 1).book.answers == ["truncated"]


def test_a_server_that_is_not_there_is_counted_without_its_url() -> None:
    """A URL may hold a key, and a log is read by many."""
    bench = rounds(StandIn(page()), 1, url="http://127.0.0.1:1/?auth_token=geheim")

    assert bench.book.answers == ["unreachable"]
    assert "geheim" not in "".join([*bench.book.details, bench.health.fault])


def test_a_redirect_within_the_host_is_followed_and_another_host_is_not() -> None:
    assert rounds(StandIn(text("", 301, Location="/feed/"), page("a")), 1).taken == ["a"]
    away = rounds(StandIn(text("", 302, Location="http://192.0.2.1/steal")), 1)
    assert away.book.answers == ["redirected"]
    loop = rounds(StandIn(text("", 302, Location="/again")), 1)
    assert loop.book.answers == ["redirected"]


def test_a_question_may_be_made_of_the_answer_before_it() -> None:
    """A token is fetched first, then shown."""
    server, bench, tokens = StandIn(text('["token-7"]'), page("a")), Bench(), list[str]()

    def keep(body: bytes, seen_ns: int) -> list[ExternalEvent]:
        tokens.extend(msgspec.json.decode(body))
        return []

    async def story() -> None:
        async with server, aiohttp.ClientSession() as session:

            def questions() -> Any:
                post = {"method": "POST", "body": b"grant", "is_conditional": False}
                yield Question(url=f"{server.url}/token", read=keep, **post)  # type: ignore[arg-type]
                shown = {"Authorization": tokens[-1]}
                yield Question(url=f"{server.url}/list", read=read, headers=shown)

            await Poller(bench.wiring(session), questions).round()

    asyncio.run(story())

    assert bench.taken == ["a"]
    assert server.requests[1][1]["Authorization"] == "token-7"
    assert server.bodies[0] == b"grant"


def test_the_first_bad_answer_ends_a_round() -> None:
    bench, server = Bench(), StandIn(page("a"), text("", 429), page("b"))

    async def story() -> None:
        async with server, aiohttp.ClientSession() as session:
            poller = Poller(
                bench.wiring(session),
                lambda: [Question(url=f"{server.url}/{each}", read=read) for each in "123"],
            )
            await poller.round()

    asyncio.run(story())

    assert len(server.requests) == 2
    assert bench.taken == ["a"]


def test_it_asks_for_ever_until_it_is_cancelled() -> None:
    bench, server = Bench(), StandIn(page("a"))

    async def story(is_enough: Callable[[], bool]) -> None:
        async with server, aiohttp.ClientSession() as session:
            poller = Poller(
                bench.wiring(session, interval_s=0.001),
                lambda: [Question(url=server.url, read=read)],
            )
            task = asyncio.create_task(poller.run())
            await until(is_enough)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(story(lambda: len(server.requests) >= 3))

    assert bench.taken == ["a"]


def test_every_page_of_a_first_start_is_history() -> None:
    """The second catalogue is as old as the first, though the first was read before it."""
    bench = Bench()

    def old(body: bytes, seen_ns: int) -> list[ExternalEvent]:
        return [event(each, age_s=9_000.0) for each in json.loads(body)]

    async def story() -> None:
        server = StandIn(page("a"), page("b"), page("a"), page("b", "late"))
        async with server, aiohttp.ClientSession() as session:
            poller = Poller(
                bench.wiring(session),
                lambda: [Question(url=f"{server.url}/{each}", read=old) for each in "12"],
            )
            await poller.round()
            await poller.round()

    asyncio.run(story())

    assert bench.taken == ["late"]
    assert [result for result, _ in bench.book.items[:2]] == ["history", "history"]


def test_a_question_may_say_what_counts_if_it_is_not_answered() -> None:
    """A listing whose text cannot be had is a listing all the same."""
    server = StandIn(text("<html>challenge</html>"))

    bench = rounds(server, 1, otherwise=lambda seen_ns: [event("title only")])

    assert bench.taken == ["title only"]
    assert bench.book.answers == ["html"]


def test_an_etag_is_kept_only_once_the_whole_round_is_done() -> None:
    """What a list announces may need a second question; if that fails the list is read again."""
    bench = Bench()

    async def story() -> list[dict[str, str]]:
        server = StandIn(page(ETag='"v1"'), text("", 500), page(ETag='"v1"'), page(), page())
        async with server, aiohttp.ClientSession() as session:
            poller = Poller(
                bench.wiring(session),
                lambda: [Question(url=f"{server.url}/{each}", read=read) for each in "12"],
            )
            for _ in range(3):
                await poller.round()
            return [headers for _, headers in server.requests]

    first, _, second, _, third, *_ = asyncio.run(story())

    assert ["If-None-Match" in each for each in (first, second, third)] == [False, False, True]
