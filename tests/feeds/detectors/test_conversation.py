"""A WebSocket: answers carry the number of their frame, and a bad one ends nothing."""

import asyncio

import aiohttp

from tests.feeds.detectors.house import House, said, sealed
from tests.feeds.detectors.rigs import WebSocketServerRig


def connected(story):
    async def whole():
        house, rig = House(), WebSocketServerRig()
        await rig.open(house)
        try:
            async with asyncio.timeout(20):
                await story(house, rig.socket)
        finally:
            await rig.close()

    asyncio.run(whole())


def test_each_frame_has_an_answer_with_its_number():
    async def story(house, socket):
        await socket.send_str(sealed(said("a")).decode())
        await socket.send_bytes(b"nonsense")
        await socket.send_bytes(sealed(said("b")))
        answers = [await socket.receive_json() for _ in range(3)]
        by_frame = {each["frame"]: each for each in answers}

        assert by_frame[0]["answer"] == by_frame[2]["answer"] == "accepted"
        assert by_frame[1]["code"] == "bad_signal"

    connected(story)


def test_what_is_larger_than_a_signal_may_be_is_refused_and_the_talk_goes_on():
    async def story(house, socket):
        await socket.send_bytes(b"x" * 500_000)
        assert (await socket.receive_json())["code"] == "too_large"
        await socket.send_bytes(sealed(said("a")))
        assert (await socket.receive_json())["answer"] == "accepted"

    connected(story)


def test_what_is_larger_than_a_megabyte_ends_the_connection():
    async def story(house, socket):
        await socket.send_bytes(b"x" * 1_100_000)
        message = await socket.receive()

        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
        assert socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG

    connected(story)


def test_a_sender_that_does_not_listen_is_read_no_further():
    """Answers that nobody takes would fill the memory."""

    async def story(house, socket):
        house.trader.is_ready = True
        await asyncio.gather(*(socket.send_bytes(sealed(said(f"a-{n}"))) for n in range(1_000)))
        for _ in range(1_000):
            await socket.receive_json()

        assert len(house.taken) == 1_000

    connected(story)
