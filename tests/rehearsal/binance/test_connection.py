"""What befalls a connection: pings, limits, its end, and the faults of single frames."""

import asyncio

import aiohttp
import pytest
from aiohttp import WSMsgType

from argonaut.rehearsal.binance.connection import StreamRules
from argonaut.rehearsal.faults import (
    CutStream,
    DropFrame,
    DuplicateFrame,
    GarbleFrame,
    Knob,
    RefuseStream,
    ShutDownStream,
    SwapFrames,
    TerminateStream,
    When,
)
from tests.rehearsal.binance.client import BIDS
from tests.rehearsal.binance.served import served

ONCE = When(skip=1, times=1)


def traded(knob: Knob, count: int) -> list[str]:
    """Print four trades past a fault; return the quantities of the frames that arrive."""

    async def play():
        async with served([knob]) as venue:
            socket = await venue.socket("/ws/btcusdt@trade")
            for number in range(4):
                await venue.move(BIDS, (("100.00", "4"),), trades=(("100.00", f"0.{number + 1}"),))
            told = []
            for _ in range(count):
                message = await socket.receive()
                if message.type is not WSMsgType.TEXT:
                    told.append("end")
                    break
                if not message.data.startswith("{"):
                    told.append("bad")
                    continue
                told.append(message.json().get("q", message.json()["e"])[:3])
            return told

    return asyncio.run(play())


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (DropFrame, ["0.1", "0.3", "0.4"]),
        (DuplicateFrame, ["0.1", "0.2", "0.2", "0.3", "0.4"]),
        (GarbleFrame, ["0.1", "bad", "0.3", "0.4"]),
        (SwapFrames, ["0.1", "0.3", "0.2", "0.4"]),
        (CutStream, ["0.1", "end"]),
        (ShutDownStream, ["0.1", "ser", "0.3", "0.4"]),
        (TerminateStream, ["0.1", "eve"]),
    ],
)
def test_one_frame_is_touched_and_the_rest_is_well(kind, told):
    """F07 and F08: the stream looks healthy, and one frame is missing."""
    assert traded(kind(stream="market", when=ONCE), len(told)) == told


def test_the_venue_pings_and_ends_who_does_not_answer():
    """Every twenty seconds; after a minute of silence the line is closed."""

    async def play():
        async with served() as venue:
            socket = await venue.socket("/ws")
            seen = []
            for _ in range(6):
                venue.client.wait(20)
                await socket.send_json({"method": "LIST_SUBSCRIPTIONS", "id": 1})
                message = await socket.receive()
                seen.append(message.type.name)
                if message.type is WSMsgType.CLOSE:
                    break
                while message.type is not WSMsgType.TEXT:
                    message = await socket.receive()
            return seen

    seen = asyncio.run(play())

    assert "PING" in seen
    assert seen[-1] in ("CLOSE", "TEXT", "PING")


def test_a_connection_lives_a_day_and_warns_before_its_end():
    """serverShutdown first, then the close."""
    rules = StreamRules(life_s=100, shutdown_before_s=10, ping_every_s=1_000)

    async def play():
        async with served(streams=rules) as venue:
            socket = await venue.socket("/stream?streams=btcusdt@trade")
            seen = []
            for seconds in (91, 20):
                venue.client.wait(seconds)
                await socket.send_json({"method": "LIST_SUBSCRIPTIONS", "id": 1})
                for _ in range(3):
                    message = await socket.receive()
                    if message.type is WSMsgType.TEXT and "stream" in message.json():
                        seen.append(message.json()["stream"])
                        break
                    if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED):
                        return [*seen, "end"]
            return seen

    assert asyncio.run(play()) == ["!serverShutdown", "end"]


def test_who_says_too_much_is_cut_off():
    """Five messages a second, pongs included."""

    async def play():
        async with served() as venue:
            socket = await venue.socket("/ws")
            for number in range(6):
                await socket.send_json({"method": "LIST_SUBSCRIPTIONS", "id": number})
            kinds = [(await socket.receive()).type for _ in range(6)]
            return kinds, socket.close_code

    kinds, code = asyncio.run(play())

    assert kinds[-1] in (WSMsgType.CLOSE, WSMsgType.CLOSED)
    assert code == 1008


def test_a_new_connection_may_be_refused():
    """A reconnect is not sure to succeed."""

    async def play():
        async with served([RefuseStream(stream="market")]) as venue:
            with pytest.raises(aiohttp.ClientError):
                await venue.socket("/ws/btcusdt@trade")
            venue.faults.clear()
            await venue.socket("/ws/btcusdt@trade")

    asyncio.run(play())
