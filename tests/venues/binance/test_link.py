"""One connection: every frame at once, and an end that is always told."""

import asyncio

import aiohttp
import pytest

from argonaut.venues.binance import link as link_module
from argonaut.venues.binance.link import Link, RefusedError, StreamError
from tests.venues.binance.stub import serving, until


def linked(story):
    """Play `story(stub, link, frames, pump)` over a real socket."""

    async def run():
        async with serving() as stub, aiohttp.ClientSession() as session:
            frames: list[str] = []
            link = await Link.connect(session, f"{stub.root}/stream", frames.append)
            pump = asyncio.create_task(link.pump())
            await until(lambda: stub.sockets["market"])
            try:
                return await story(stub, link, frames, pump)
            finally:
                pump.cancel()
                await asyncio.wait({pump})
                await link.close()

    return asyncio.run(run())


def test_frames_are_handed_on_as_they_are():
    """Text that is no JSON too: judging it is the parser's, and ccxt's reader dies of it."""

    async def story(stub, link, frames, pump):
        for text in ('{"a":1}', '{"a":NaN', "", "nonsense"):
            await stub.say("market", text)
        await stub.sockets["market"][0].send_bytes(b"\xff{}")
        await until(lambda: len(frames) == 5)
        return frames

    assert linked(story) == ['{"a":1}', '{"a":NaN', "", "nonsense", "�{}"]


def test_a_close_by_the_server_ends_the_reading():
    async def story(stub, link, frames, pump):
        await stub.sockets["market"][0].close(code=1008)
        return await pump

    assert linked(story) == "close 1008"


def test_a_cut_wire_ends_the_reading():
    async def story(stub, link, frames, pump):
        stub.sockets["market"][0]._req.transport.abort()
        return await pump

    assert linked(story).startswith("clos")


def test_an_unanswered_ping_ends_the_reading(monkeypatch):
    """The wire is up and the other end is gone: nothing else would tell."""
    monkeypatch.setattr(link_module, "_PING_EVERY_S", 0.1)

    async def story(stub, link, frames, pump):
        stub.sockets["market"][0]._req.transport.pause_reading()
        return await pump

    assert linked(story)


def test_a_ping_that_cannot_be_answered_any_more_ends_the_reading():
    """aiohttp answers it while it reads, and raises: no bug of ours (seed 12782)."""

    async def run():
        async with serving() as stub, aiohttp.ClientSession() as session:
            link = await Link.connect(session, f"{stub.root}/stream", print)
            await until(lambda: stub.sockets["market"])
            await stub.sockets["market"][0].ping()
            await until(lambda: link._socket._reader._buffer)
            connection = link._socket._response.connection
            assert connection is not None
            assert isinstance(connection.transport, asyncio.Transport)
            connection.transport.abort()
            why = await link.pump()
            await link.close()
            return why

    assert asyncio.run(run()) == "ClientConnectionResetError"


def test_what_cannot_be_connected_is_a_stream_error():
    async def run():
        async with aiohttp.ClientSession() as session:
            await Link.connect(session, "http://127.0.0.1:9/stream", print)

    with pytest.raises(StreamError, match="no connection: ClientConnectorError"):
        asyncio.run(run())


def test_a_connection_lost_as_it_becomes_a_socket_is_a_stream_error():
    """aiohttp asserts that it is still there, and an outage is no fault of our own."""

    async def lose(session, context, told):
        told.response.connection.transport.abort()
        await asyncio.sleep(0)

    async def run():
        tracing = aiohttp.TraceConfig()
        tracing.on_request_end.append(lose)
        async with serving() as stub, aiohttp.ClientSession(trace_configs=[tracing]) as session:
            await Link.connect(session, f"{stub.root}/stream", print)

    with pytest.raises(StreamError, match="no connection: AssertionError"):
        asyncio.run(run())


def test_a_server_that_refuses_the_upgrade_is_a_stream_error():
    async def run():
        async with serving() as stub, aiohttp.ClientSession() as session:
            await Link.connect(session, f"{stub.root}/api/v3/time", print)

    with pytest.raises(RefusedError, match="HTTP 200") as told:
        asyncio.run(run())

    assert (told.value.status, told.value.retry_after) == (200, "")


def test_sending_over_a_dead_connection_is_a_stream_error():
    async def story(stub, link, frames, pump):
        await link.close()
        with pytest.raises(StreamError, match="nothing sent"):
            await link.send("{}")

    linked(story)
