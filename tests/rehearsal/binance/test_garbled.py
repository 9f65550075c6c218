"""F12: answers that cannot be read, though everything was done."""

import asyncio
import gzip
import json

import aiohttp
import pytest

from argonaut.rehearsal.faults import GarbleReply, Shape, When
from tests.rehearsal.binance.served import served


def garbled(shape: Shape) -> tuple[int, int, str, bytes]:
    """Return how many orders there are after an answer in that shape, and what came of it."""

    async def play():
        async with served([GarbleReply(shape=shape, when=When(times=1))]) as venue:
            try:
                response = await venue.order(price="99", quantity="1")
                told = response.status, response.content_type, await response.read()
            except aiohttp.ClientPayloadError:
                told = 200, "", b""
            return len(venue.client.state.matching.table.by_id), *told

    return asyncio.run(play())


@pytest.mark.parametrize("shape", ["html", "empty", "text", "array", "infinite"])
def test_the_order_is_placed_and_the_answer_says_nothing_of_it(shape):
    """A client that reads this as a refusal sends a second order."""
    placed, status, content_type, body = garbled(shape)

    assert placed == 1
    assert status == (502 if shape == "html" else 200)
    assert content_type in ("text/html", "text/plain", "application/json")
    with pytest.raises((json.JSONDecodeError, KeyError, TypeError)):
        json.loads(body)["status"]


def test_half_an_answer_is_an_error_of_the_transport():
    """The length was promised, the rest never comes."""
    assert garbled("half") == (1, 200, "", b"")


def test_a_bomb_is_small_on_the_wire_only():
    """A client without a cap runs out of memory."""
    _, _, _, body = garbled("bomb")

    assert len(body) < 100_000
    assert len(gzip.decompress(body)) == 64 * 1024 * 1024


def test_a_drip_comes_byte_by_byte():
    """Slower than any patience, if the answer is long enough."""

    async def play():
        async with served([GarbleReply(shape="drip", method="GET", path="*")]) as venue:
            response = await venue.http.get(venue.root + "/api/v3/ping")
            first = await response.content.readany()
            response.close()
            return first

    assert asyncio.run(play()) == b"{"
