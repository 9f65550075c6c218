"""The bot as a client of a detector's WebSocket server; the conformance suite does the rest."""

import asyncio

from tests.feeds.detectors.house import House, said, sealed
from tests.feeds.detectors.rigs import WebSocketClientRig


def test_the_detector_hears_what_became_of_each_frame():
    async def whole():
        house, rig = House(), WebSocketClientRig()
        await rig.open(house)
        await rig.send(sealed(said("a")), b"nonsense")
        async with asyncio.timeout(20):
            await rig.heard.wait()
        await rig.close()
        return rig.answers, house.watching.states

    answers, states = asyncio.run(whole())

    assert {each["frame"]: each["answer"] for each in answers} == {0: "accepted", 1: "rejected"}
    assert ("websocket-client", True) in states
