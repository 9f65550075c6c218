"""Stories of one broker: what becomes of the refused, and who names what has no name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests.feeds.detectors.broker_rigs import BrokerRig
from tests.feeds.detectors.house import House, said, sealed


def told(rig: BrokerRig, story: Callable[[House], Awaitable[None]]) -> House:
    """Play a story with this broker before the door."""

    async def whole() -> House:
        house = House()
        await rig.open(house)
        try:
            async with asyncio.timeout(100):
                await story(house)
        finally:
            house.intake.close()
            await rig.close()
        return house

    return asyncio.run(whole())


def assert_refused_are_kept(rig: BrokerRig) -> None:
    """Two of three are refused: the broker keeps them, with the reason, beside the queue."""

    async def story(house: House) -> None:
        await rig.send(b"nonsense", sealed(said("a")), sealed(said("b", notional="-1")))
        await house.until_answered(3)
        async with asyncio.timeout(60):
            while await rig.dead() < 2:  # noqa: ASYNC110 - the broker tells no one
                await asyncio.sleep(0.05)

    house = told(rig, story)

    assert house.taken == ["a"]
    assert asyncio.run(rig.dead()) == 2


def ids_given(rig: BrokerRig) -> list[str]:
    """The ids of two signals that were sent without one."""

    async def story(house: House) -> None:
        await rig.send(sealed(said("")), sealed(said("")))
        await house.until_answered(2)

    return told(rig, story).taken
