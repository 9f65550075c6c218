"""A page of envelopes: cursors move only over what was decided."""

import asyncio

import pytest
from aiohttp import web

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.polling import Poller
from tests.feeds.detectors.house import House, said, sealed
from tests.feeds.detectors.rigs import parts_of
from tools.brokers import free_port


def polled(page, until, *, token=None):
    """Poll what `page(request)` answers until something is so; return the house."""

    async def whole():
        house, port = House(), free_port()
        app = web.Application()
        app.router.add_get("/", page)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        url = Secret(f"http://127.0.0.1:{port}/")
        secret = None if token is None else Secret(token)
        poller = Poller("poll", url, parts_of(house), interval_s=0.01, token=secret)
        await poller.start()
        try:
            await house.watching.until(lambda: until(house))
        finally:
            await poller.close()
            await runner.cleanup()
        return house

    return asyncio.run(whole())


def test_a_cursor_comes_back_and_an_etag_too():
    seen = []

    async def page(request):
        after = request.query.get("after")
        seen.append((after, request.headers.get("If-None-Match")))
        if after == "7":
            return web.Response(status=304)
        return web.Response(body=sealed(said("a")), headers={"Next-Cursor": "7", "ETag": '"x"'})

    polled(page, lambda house: house.taken == ["a"] and ("poll", True) in house.watching.states)

    assert seen[0] == (None, None)
    assert all(each == ("7", '"x"') for each in seen[1:])


def test_a_page_that_lists_the_same_again_has_no_second_effect():
    async def page(request):
        return web.Response(body=b"\n".join([sealed(said("a")), b"", sealed(said("b"))]))

    house = polled(page, lambda house: house.watching.codes["duplicate"] >= 4)

    assert house.taken == ["a", "b"]


def test_a_token_is_sent():
    async def page(request):
        if request.headers.get("Authorization") != "Bearer word":
            return web.Response(status=401)
        return web.Response(body=sealed(said("a")))

    assert polled(page, lambda house: house.taken == ["a"], token="word")


@pytest.mark.parametrize("status", [401, 500, 404])
def test_a_page_that_fails_is_told_and_asked_again(status):
    answers = iter([status, status])

    async def page(request):
        failed = next(answers, None)
        return web.Response(status=failed) if failed else web.Response(body=sealed(said("a")))

    house = polled(page, lambda house: house.taken == ["a"])

    assert house.watching.states[0] == ("poll", False)


def test_a_page_without_an_end_is_not_read_to_it():
    async def page(request):
        return web.Response(body=b"x\n" * 3_000_000)

    house = polled(page, lambda house: ("poll", False) in house.watching.states)

    assert house.watching.answers == []


def test_a_server_that_wants_to_be_left_alone_is():
    asked = 0

    async def page(request):
        nonlocal asked
        asked += 1
        return web.Response(status=429, headers={"Retry-After": "300"})

    polled(page, lambda house: ("poll", True) in house.watching.states)

    assert asked == 1
