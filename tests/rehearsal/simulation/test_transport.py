"""Tests of argonaut.rehearsal.simulation.transport."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from argonaut.rehearsal.simulation.loop import Owner
from argonaut.rehearsal.simulation.transport import HIGH_WATER_BYTES, SimTransport
from argonaut.rehearsal.simulation.weather import NetFault
from tests.rehearsal.simulation.small_world import SECOND_NS, SmallWorld

PORT = 9


class Recorder(asyncio.Protocol):
    """Writes down all it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.transport: Any = None
        self.keeps_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.told.append(data)

    def eof_received(self) -> bool:
        self.told.append("end")
        return self.keeps_open

    def connection_lost(self, exc: Exception | None) -> None:
        self.told.append(f"lost {type(exc).__name__}")

    def pause_writing(self) -> None:
        self.told.append("pause")

    def resume_writing(self) -> None:
        self.told.append("resume")


def joined(
    act: Callable[[SmallWorld, Recorder, Recorder], Coroutine[Any, Any, None]],
    *faults: NetFault,
) -> tuple[Recorder, Recorder]:
    """Connect a client to a server, both owned by the world, act, and wait for the end."""
    world, servers = SmallWorld(net=faults), []

    def make_server() -> Recorder:
        servers.append(Recorder())
        return servers[-1]

    async def main(world: SmallWorld) -> Recorder:
        world.net.listen(PORT, make_server)
        client = await world.net.connect(Recorder, PORT, "/test")
        assert isinstance(client, Recorder)
        await act(world, client, servers[0])
        await asyncio.sleep(100)
        return client

    return world.run(main), servers[0]


def test_bytes_arrive_in_the_order_they_were_written():
    """A stream is a stream: faster later writes never overtake."""

    async def act(world, client, server):
        for number in range(50):
            client.transport.write(b"%d," % number)
            await asyncio.sleep(0.0005)

    client, server = joined(act)

    assert b"".join(server.told) == b"".join(b"%d," % number for number in range(50))
    assert client.told == []


def test_closing_delivers_what_was_written_and_then_the_end():
    """A polite end loses nothing."""

    async def act(world, client, server):
        client.transport.writelines([b"last", b" words"])
        client.transport.close()
        client.transport.close()
        client.transport.write(b"too late")
        assert client.transport.is_closing()

    client, server = joined(act)

    assert server.told == [b"last words", "end", "lost NoneType"]
    assert client.told == ["lost NoneType"]


def test_aborting_resets_the_peer():
    """What a client that gave up looks like from the venue's side."""

    async def act(world, client, server):
        client.transport.write(b"a")
        client.transport.abort()
        client.transport.abort()

    client, server = joined(act)

    assert server.told == [b"a", "lost ConnectionResetError"]
    assert client.told == ["lost NoneType"]


def test_half_a_link_can_end_alone():
    """The other way stays open for a protocol that wants it."""

    async def act(world, client, server):
        server.keeps_open = True
        assert client.transport.can_write_eof()
        client.transport.write_eof()
        await asyncio.sleep(1)
        server.transport.write(b"still here")

    client, server = joined(act)

    assert server.told == ["end"]
    assert client.told == [b"still here"]


def test_a_paused_reader_gets_everything_later():
    """Back pressure keeps bytes, in order, until they are wanted."""

    async def act(world, client, server):
        server.transport.pause_reading()
        assert not server.transport.is_reading()
        client.transport.write(b"a")
        client.transport.write(b"b")
        await asyncio.sleep(1)
        assert server.told == []
        server.transport.resume_reading()

    _, server = joined(act)

    assert server.told == [b"a", b"b"]


def test_a_writer_is_paused_while_too_much_is_under_way():
    """A stalled link must not take unbounded memory."""

    async def act(world, client, server):
        client.transport.set_write_buffer_limits(1, 1)
        client.transport.write(bytes(HIGH_WATER_BYTES))
        assert client.told == []
        client.transport.write(b"x")
        assert client.told == ["pause"]
        assert client.transport.get_write_buffer_size() == HIGH_WATER_BYTES + 1
        assert client.transport.get_write_buffer_limits()[1] == HIGH_WATER_BYTES

    client, server = joined(act)

    assert client.told == ["pause", "resume"]
    assert len(b"".join(server.told)) == HIGH_WATER_BYTES + 1


def test_the_reset_of_a_bad_write_ends_both_ends():
    """Both machines see the same fault, each at its time."""

    async def act(world, client, server):
        client.transport.write(b"lost")

    client, server = joined(act, NetFault(kind="reset", way="up"))

    assert server.told == ["lost ConnectionResetError"]
    assert client.told == ["lost ConnectionResetError"]


def test_the_peer_of_a_killed_machine_is_reset_and_of_a_dark_one_hears_nothing():
    """A dead process's system closes its sockets; a machine without power cannot."""
    for silently, told in ((False, ["lost ConnectionResetError"]), (True, [])):

        async def act(world, client, server, silently=silently, told=told):
            dead = Owner("bot")
            client.transport.owner = dead
            world.net.hang_up(dead, silently=silently)
            await asyncio.sleep(60)
            assert server.told == told

        _, server = joined(act)
        assert server.told == told


def test_who_writes_to_a_dark_machine_is_reset():
    """After a power cut the venue learns it from the machine that has come back."""

    async def act(world, client, server):
        dead = Owner("bot")
        client.transport.owner = dead
        world.net.hang_up(dead, silently=True)
        server.transport.write(b"are you there")

    client, server = joined(act)

    assert server.told == ["lost ConnectionResetError"]
    assert client.told == []


def test_protocols_can_be_exchanged():
    """An upgrade to WebSocket does so in the middle of a connection."""
    other = Recorder()

    async def act(world, client, server):
        transport: SimTransport = server.transport
        assert transport.get_protocol() is server
        assert transport.get_extra_info("peername") == ("127.0.0.1", 1)
        transport.set_protocol(other)
        client.transport.write(b"for the other")

    _, server = joined(act, NetFault(kind="slow", delay_ns=SECOND_NS))

    assert (server.told, other.told) == ([], [b"for the other"])


def test_only_private_links_have_points():
    """Every price would be one, and none would be another death than the one before it."""
    for path, counts in (("/api/v3/order", True), ("/stream", False)):
        world = SmallWorld()
        names: list[str] = []

        async def main(world: SmallWorld, path=path, names=names) -> None:
            world.net.listen(PORT, Recorder)
            world.loop.owner.on_point = names.append
            client = await world.net.connect(Recorder, PORT, path)
            client.transport.write(b"x")  # type: ignore[attr-defined]
            world.loop.owner.on_point = None

        world.run(main)
        assert names == [f"connect {path}"] + [f"write {path}"] * counts
