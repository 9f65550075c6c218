"""F12: answers that cannot be read, though everything was done."""

import asyncio
import gzip
import json

import aiohttp
import pytest

from argonaut.rehearsal.binance.garbled import garbled_frame
from argonaut.rehearsal.faults import GarbleReply, Shape, When
from tests.rehearsal.binance.served import served


@pytest.mark.parametrize(
    ("shape", "price"),
    [("nan", b"NaN"), ("zero", b'"0.00000000"'), ("negative", b'"-1.00000000"')],
)
def test_a_frame_shows_what_no_price_can_be(shape, price):
    """F24: a strategy must never see it. Klines hide their prices one level deeper."""
    trade = garbled_frame({"e": "trade", "p": "1"}, shape, same)
    kline = garbled_frame({"e": "kline", "k": {"c": "1"}}, shape, same)

    assert trade == b'{"e":"trade","p":' + price + b"}"
    assert kline == b'{"e":"kline","k":{"c":' + price + b"}}"
    assert garbled_frame({"e": "trade"}, "text", same) == b"upstream request timeout"


def same(payload: dict) -> dict:
    return payload


def test_a_book_may_be_crossed():
    """F09: its bid above its ask."""
    frame = garbled_frame({"s": "BTCUSDT", "b": "99", "a": "100"}, "crossed", same)

    assert json.loads(frame) == {"s": "BTCUSDT", "b": "100", "a": "99"}
    assert garbled_frame({"e": "trade"}, "crossed", same) == b'{"e":"trade"}'


def garbled(shape: Shape) -> tuple[int, int, str, bytes]:
    """Return how many orders there are after an answer in that shape, and what came of it."""

    async def play():
        async with served([GarbleReply(shape=shape, when=When(times=1))]) as venue:
            try:
                response = await venue.order(price="99", quantity="1")
                told = response.status, response.content_type, await response.read()
            except aiohttp.ClientPayloadError:
                told = 200, "", b""
            return len(venue.client.state.matching.table.all), *told

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
