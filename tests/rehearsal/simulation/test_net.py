"""Tests of argonaut.rehearsal.simulation.net."""

import asyncio

import aiohttp
import pytest

from argonaut.rehearsal.simulation.weather import NetFault
from tests.rehearsal.simulation.small_world import (
    PORT,
    SECOND_NS,
    URL,
    SmallWorld,
    send_order,
    session,
)


async def orders(world: SmallWorld, count: int = 20) -> list[str]:
    async with session(world) as http:
        return [await send_order(http, number) for number in range(count)]


async def frames(world: SmallWorld, for_s: float) -> list[tuple[int, int]]:
    """What a WebSocket client sees, and when."""
    seen = []
    async with session(world) as http, http.ws_connect(f"{URL}/stream") as socket:
        try:
            async with asyncio.timeout(for_s):
                async for message in socket:
                    seen.append((round(world.loop.time()), message.json()["t"]))  # noqa: PERF401 - a time-out keeps what came
        except TimeoutError:
            pass
    return seen


def test_real_requests_travel_in_virtual_time():
    """Real aiohttp on both ends: what is proved here is proved of the bytes that are shipped."""
    world = SmallWorld()

    assert world.run(orders) == ["ok"] * 20
    assert world.venue.orders == [f"c{number}" for number in range(20)]
    assert 0.05 < world.loop.time() < 0.5


def test_a_websocket_stays_open_for_days():
    """Streams live for 24 h at the venue; a run must be able to see that."""
    world = SmallWorld()

    seen = world.run(lambda world: frames(world, 86_400))

    assert len(seen) > 8_600
    assert [number for _, number in seen] == list(range(1, len(seen) + 1))


def test_a_reset_before_the_first_byte_leaves_no_order():
    """The request was lost on its way out: the venue has nothing (F11)."""
    world = SmallWorld(net=(NetFault(kind="reset", link="/api", way="up"),))

    assert set(world.run(orders)) <= {"ClientOSError", "ServerDisconnectedError"}
    assert world.venue.orders == []


def test_a_lost_answer_leaves_an_order_nobody_was_told_of():
    """The fault that costs most: the order is there, the client sees an error (F10)."""
    world = SmallWorld(net=(NetFault(kind="reset", link="/api", way="down"),))

    assert "ok" not in world.run(orders)
    assert world.venue.orders == [f"c{number}" for number in range(20)]


def test_a_late_answer_is_a_timeout():
    """A reply that comes after the client gave up is as good as lost."""
    fault = NetFault(kind="slow", way="down", delay_ns=60 * SECOND_NS)
    world = SmallWorld(net=(fault,))

    outcomes = world.run(orders)

    assert outcomes.count("TimeoutError") > 10
    assert len(world.venue.orders) == 20


@pytest.mark.parametrize("kind", ["cut", "half_close", "drip"])
def test_no_broken_write_confuses_client_or_server(kind):
    """Whatever arrives of a request, it is a whole one or none."""
    fault = NetFault(kind=kind, link="/api", chance=0.3, delay_ns=1_000_000)
    world = SmallWorld(net=(fault,))

    outcomes = world.run(orders)

    sent = [number for number, outcome in enumerate(outcomes) if outcome == "ok"]
    assert sent
    assert {f"c{number}" for number in sent} <= set(world.venue.orders)
    assert len(world.venue.orders) == len(set(world.venue.orders))


def test_a_stalled_stream_says_nothing_and_then_everything():
    """Silence without a disconnect (F06): nothing is lost, it is only late."""
    fault = NetFault(
        kind="stall", link="/stream", way="down", from_ns=15 * SECOND_NS, to_ns=65 * SECOND_NS
    )
    world = SmallWorld(net=(fault,))

    seen = world.run(lambda world: frames(world, 95))

    assert [number for _, number in seen] == list(range(1, 11))
    assert [at for at, _ in seen] == [0, 10, 65, 65, 65, 65, 65, 70, 80, 90]


def test_a_venue_that_is_not_there_refuses():
    """Maintenance or a wrong port: an error of connecting, so nothing was sent."""
    world = SmallWorld(net=(NetFault(kind="refuse", to_ns=10 * SECOND_NS),))

    async def main(world: SmallWorld) -> tuple[str, str]:
        async with session(world) as http:
            early = await send_order(http, 1)
            await asyncio.sleep(10)
            late = await send_order(http, 2)
            with pytest.raises(aiohttp.ClientConnectorError):
                await http.get(f"http://127.0.0.1:{PORT + 1}/")
        return early, late

    assert world.run(main) == ("ClientConnectorError", "ok")


def test_a_connection_can_take_too_long():
    """The connector keeps the client's own limit for connecting."""
    world = SmallWorld()
    world.net.weather.latency_ns = lambda: 10 * SECOND_NS  # type: ignore[method-assign]

    async def main(world: SmallWorld) -> None:
        async with session(world) as http:
            await http.get(URL, timeout=aiohttp.ClientTimeout(sock_connect=5))

    with pytest.raises(aiohttp.ConnectionTimeoutError):
        world.run(main)


def test_a_disconnect_ends_every_connection_and_refuses_new_ones():
    """A cable pulled for a while: all streams and requests at once."""
    fault = NetFault(kind="disconnect", from_ns=25 * SECOND_NS, to_ns=40 * SECOND_NS)
    world = SmallWorld(net=(fault,))

    async def main(world: SmallWorld) -> tuple[list[tuple[int, int]], str, str]:
        seen = await frames(world, 100)
        assert 24 < world.loop.time() < 26
        async with session(world) as http:
            during = await send_order(http, 1)
            await asyncio.sleep(20)
            return seen, during, await send_order(http, 2)

    seen, during, after = world.run(main)

    assert [number for _, number in seen] == [1, 2, 3]
    assert (during, after) == ("ClientConnectorError", "ok")


def test_a_session_closes_its_connections_in_the_order_they_were_made():
    """aiohttp keeps them in a set: addresses in memory decided, and a seed was not one run."""
    world = SmallWorld()

    async def leave_open(world: SmallWorld) -> None:
        async with session(world) as http:
            sockets = [await http.ws_connect(f"{URL}/stream") for _ in range(30)]
            assert len(sockets) == 30

    world.run(leave_open)

    lost = [line.split()[3] for line in world.trace.lines if " lost /stream" in line]
    clients = list(dict.fromkeys(lost))
    assert clients == [f"/stream#{number}" for number in range(1, 31)]
