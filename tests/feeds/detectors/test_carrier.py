"""A connection that breaks comes back, and says so once."""

import asyncio

from argonaut.feeds.detectors.answer import refused
from argonaut.feeds.detectors.carrier import Carrier, delivered, queued, reason
from tests.feeds.detectors.house import House, said, sealed
from tests.feeds.detectors.rigs import parts_of


def test_a_connection_that_fails_is_made_again_and_told_once():
    async def whole():
        house, tries = House(), 0
        connected = asyncio.Event()

        async def session(up):
            nonlocal tries
            tries += 1
            if tries < 3:
                raise ConnectionRefusedError("nobody there")
            up("connected")
            up("still connected")
            connected.set()
            await asyncio.Event().wait()

        carrier = Carrier("redis", session, parts_of(house))
        await carrier.start()
        async with asyncio.timeout(10):
            await connected.wait()
        await carrier.close()
        return tries, house.watching.states

    assert asyncio.run(whole()) == (3, [("redis", False), ("redis", True)])


def test_a_client_that_swallows_a_cancellation_is_asked_again():
    """Seen with redis: a stop that met an answer was lost, and the run never ended."""

    async def whole():
        async def session(up):
            up("connected")
            for _ in range(2):
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    swallowed.append(1)
            await asyncio.Event().wait()

        swallowed: list[int] = []
        house = House()
        carrier = Carrier("redis", session, parts_of(house))
        await carrier.start()
        await house.watching.until(lambda: bool(house.watching.states))
        async with asyncio.timeout(5):
            await carrier.close()
        return len(swallowed)

    assert asyncio.run(whole()) == 2


def test_what_may_come_again_is_offered_until_it_is_decided():
    """Nothing of a queue is given up because the run was busy."""

    async def whole():
        house = House()
        house.trader.is_ready = False
        waiting = asyncio.ensure_future(
            delivered(house.intake, queued(sealed(said("a")), "redis", ""))
        )
        await house.until_answered(2)
        house.trader.is_ready = True
        return await waiting, house

    answer, house = asyncio.run(whole())

    assert answer.answer == "accepted"
    assert house.taken == ["a"]


def test_an_entry_without_an_envelope_is_an_empty_one():
    arrival = queued(None, "redis", "signals:1-0")

    assert (arrival.body, arrival.head, arrival.is_push) == (b"", b"", False)
    assert arrival.fallback_id == "signals:1-0"


def test_a_dead_letter_says_why():
    assert reason(refused("bad_signature", source="s")) == {
        "code": "bad_signature",
        "detail": "no key of this id has signed these bytes",
        "source": "s",
    }
