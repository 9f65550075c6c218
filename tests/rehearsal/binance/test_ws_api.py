"""The WebSocket API: requests under other names, and the user stream."""

import asyncio

from argonaut.rehearsal.faults import DropReply, GarbleReply, ReplayFrames, When
from tests.rehearsal.binance.client import order
from tests.rehearsal.binance.served import SUBSCRIBE, Served, served


async def asked(venue: Served, socket, method: str, params: dict, number: int = 7) -> dict:
    await socket.send_json({"id": number, "method": method, "params": params})
    return await socket.receive_json()


def test_an_order_can_be_placed_and_looked_up():
    """The same endpoint as by HTTP, told with its id and what was used."""

    async def play():
        async with served() as venue:
            socket = await venue.socket("/ws-api/v3")
            params = venue.signed(order(price="99", quantity="1"))
            placed = await asked(venue, socket, "order.place", params)
            again = venue.signed({"symbol": "BTCUSDT", "orderId": placed["result"]["orderId"]})
            return placed, await asked(venue, socket, "order.status", again)

    placed, found = asyncio.run(play())

    assert (placed["id"], placed["status"]) == (7, 200)
    assert found["result"]["status"] == "NEW"
    assert placed["rateLimits"][0]["rateLimitType"] == "REQUEST_WEIGHT"


def test_what_is_wrong_is_told_as_an_error():
    """With the code it has by HTTP, too."""

    async def play():
        async with served() as venue:
            socket = await venue.socket("/ws-api/v3")
            wrong = {**venue.signed({}), "signature": "0" * 64}
            answers = [
                await asked(venue, socket, "order.dance", {}),
                await asked(venue, socket, SUBSCRIBE, wrong),
                await asked(venue, socket, "account.status", wrong),
            ]
            venue.client.wait(2)
            await socket.send_str("{")
            return [*answers, await socket.receive_json()]

    answers = asyncio.run(play())

    assert [each["error"]["code"] for each in answers] == [-1020, -1022, -1022, -1135]
    assert all(each["status"] >= 400 for each in answers)


def test_a_key_subscribes_once_and_can_leave():
    """A second subscription is refused; after leaving nothing is told."""

    async def play():
        async with served() as venue:
            socket = await venue.user()
            twice = await asked(venue, socket, SUBSCRIBE, venue.signed({}))
            left = await asked(venue, socket, "userDataStream.unsubscribe", {"subscriptionId": 0})
            venue.client.wait(2)
            gone = await asked(venue, socket, "userDataStream.unsubscribe", {"subscriptionId": 0})
            all_left = await asked(venue, socket, "userDataStream.unsubscribe", {})
            await venue.order("BUY", "MARKET", quantity="1")
            pong = await asked(venue, socket, "ping", {})
            return twice, left, gone, all_left, pong

    twice, left, gone, all_left, pong = asyncio.run(play())

    assert twice["error"]["code"] == -2035
    assert (left["status"], all_left["status"]) == (200, 200)
    assert gone["error"]["code"] == -2036
    assert pong["result"] == {}


def test_a_new_subscription_may_begin_with_old_events():
    """F08: each is told twice, and only the first time is news."""

    async def play():
        async with served([ReplayFrames(count=2, when=When(skip=1))]) as venue:
            first = await venue.user()
            await venue.order("BUY", "MARKET", quantity="1")
            events = [await first.receive_json() for _ in range(3)]
            second = await venue.user()
            return events, [await second.receive_json() for _ in range(2)]

    events, again = asyncio.run(play())

    assert again == events[1:]


def test_the_faults_of_a_request_are_the_same_here():
    """A dropped reply drops the line, a garbled one says nothing."""
    once = When(times=1)

    async def play():
        async with served([GarbleReply(when=once), DropReply(when=once)]) as venue:
            told = []
            for _ in range(2):
                socket = await venue.socket("/ws-api/v3")
                params = venue.signed(order(price="99", quantity="1"))
                await socket.send_json({"id": 1, "method": "order.place", "params": params})
                message = await socket.receive()
                told.append(str(message.data)[:7])
            return told, len(venue.client.state.matching.table.all)

    told, placed = asyncio.run(play())

    assert placed == 2
    assert '"status"' not in "".join(told)
