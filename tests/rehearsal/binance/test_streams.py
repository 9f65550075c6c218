"""Market streams: subscribing, the two wrappings, and what is told."""

import asyncio

from argonaut.rehearsal.binance.streams import names_of
from tests.rehearsal.binance.client import ASKS, BIDS
from tests.rehearsal.binance.served import served


def test_a_combined_stream_names_each_payload_and_a_raw_one_does_not():
    """The same trade in both wrappings."""

    async def play():
        async with served() as venue:
            combined = await venue.socket("/stream?streams=btcusdt@trade/btcusdt@bookTicker")
            raw = await venue.socket("/ws/btcusdt@trade")
            await venue.move(BIDS, (("100.00", "4"),), trades=(("100.00", "0.3"),))
            return [await combined.receive_json() for _ in range(2)], await raw.receive_json()

    combined, raw = asyncio.run(play())

    assert [each["stream"] for each in combined] == ["btcusdt@bookTicker", "btcusdt@trade"]
    assert combined[1]["data"] == raw
    assert (raw["e"], raw["q"], raw["t"]) == ("trade", "0.30000000", 2)


def test_subscriptions_change_by_command():
    """Each command is answered with its id; an unknown one with an error."""
    commands: list[dict] = [
        {"method": "SUBSCRIBE", "params": ["btcusdt@depth@100ms"], "id": 1},
        {"method": "LIST_SUBSCRIPTIONS", "id": 2},
        {"method": "UNSUBSCRIBE", "params": ["btcusdt@depth@100ms"], "id": 3},
        {"method": "SET_PROPERTY", "params": ["combined", True], "id": 4},
    ]

    async def play():
        async with served() as venue:
            socket = await venue.socket("/ws")
            answers = []
            for command in commands:
                await socket.send_json(command)
                answers.append(await socket.receive_json())
            await venue.move(BIDS, ASKS)
            other = await venue.socket("/ws")
            wrong: list[dict] = [
                {"method": "DANCE", "id": 5},
                {"method": "SUBSCRIBE", "params": ["x"] * 2000},
            ]
            for command in wrong:
                await other.send_json(command)
                answers.append(await other.receive_json())
            await other.send_str("{")
            answers.append(await other.receive_json())
            return answers, dict(venue.client.state.outbox.wanted)

    answers, wanted = asyncio.run(play())

    assert [each.get("result") for each in answers[:4]] == [
        None,
        ["btcusdt@depth@100ms"],
        None,
        None,
    ]
    assert [each["id"] for each in answers[:4]] == [1, 2, 3, 4]
    assert all("error" in each for each in answers[4:])
    assert wanted == {}


def test_a_connection_that_ends_leaves_nothing_behind():
    """Otherwise payloads are made for nobody, for ever."""

    async def play():
        async with served() as venue:
            socket = await venue.socket("/ws/btcusdt@trade")
            await socket.close()
            for _ in range(50):
                if not venue.client.state.outbox.wanted:
                    break
                await asyncio.sleep(0.01)
            return dict(venue.client.state.outbox.wanted)

    assert asyncio.run(play()) == {}


def test_names_are_read_from_path_and_query():
    """A number at the end of the path is a client's own and no stream."""
    assert names_of("/ws/btcusdt@trade/ethusdt@trade", "") == ["btcusdt@trade", "ethusdt@trade"]
    assert names_of("/stream", "btcusdt@depth@100ms/!miniTicker@arr") == [
        "btcusdt@depth@100ms",
        "!miniTicker@arr",
    ]
    assert names_of("/ws/6", "") == []
