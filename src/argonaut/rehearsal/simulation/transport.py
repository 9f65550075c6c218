"""One connection of the simulated network: two transports and what is under way between them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from contextvars import copy_context
from typing import TYPE_CHECKING

from argonaut.rehearsal.simulation.errors import HostDown
from argonaut.rehearsal.simulation.loop import Owner

if TYPE_CHECKING:
    from argonaut.rehearsal.simulation.net import SimNet
    from argonaut.rehearsal.simulation.weather import Way
    from argonaut.rehearsal.simulation.wiretap import Wiretap

HIGH_WATER_BYTES = 64 * 1024
LOW_WATER_BYTES = 16 * 1024
PUBLIC = "/stream"  # nothing of an account travels there

Arrival = bytes | Exception | None  # some bytes, a reset, the end of the stream


class SimTransport(asyncio.Transport):
    """One end of a link, as asyncio protocols know it."""

    def __init__(self, link: Link, owner: Owner, way: Way) -> None:
        super().__init__({"peername": ("127.0.0.1", link.number), "sockname": ("127.0.0.1", 0)})
        self.owner = owner
        self.way: Way = way
        self.peer: SimTransport = self
        self.is_gone = False  # the protocol was told so, or its machine is dead
        self.is_orphan = False  # the peer's machine lost its power: only a write will tell
        self._link = link
        self._net = link.net
        self._loop = link.net.loop
        self._protocol: asyncio.Protocol | None = None
        self._context = copy_context()
        self._is_closing = False
        self._is_reading = True
        self._is_full = False
        self._under_way: deque[tuple[int, int]] = deque()  # when they arrive, how many bytes
        self._under_way_bytes = 0
        self._last_arrival_ns = 0  # what is sent arrives in its order
        self._coming: deque[Arrival] = deque()
        self._arrived: deque[bytes | None] = deque()

    # ---- what a protocol asks of it

    def start(self, protocol: asyncio.Protocol) -> None:
        """Bind the protocol and tell it so."""
        self._protocol = protocol
        protocol.connection_made(self)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand what arrives to another protocol."""
        assert isinstance(protocol, asyncio.Protocol), protocol
        self._protocol = protocol

    def get_protocol(self) -> asyncio.Protocol:
        """Return who gets what arrives."""
        assert self._protocol is not None, "a started transport has its protocol"
        return self._protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes; what the weather makes of them arrives later."""
        if not data or self.is_closing():
            return
        content = bytes(data)
        self._link.say(self, "write", content)
        now_ns = self._loop.now_ns
        if self.is_orphan:
            self.let_arrive(now_ns + 2 * self._net.weather.latency_ns(), _reset())
            return
        for parcel in self._net.weather.carry(self._link.path, self.way, content, now_ns):
            self._send(now_ns + parcel.after_ns, parcel.content)

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        """Send all of it as one write."""
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        """Say yes: links close by halves."""
        return True

    def write_eof(self) -> None:
        """Send the end of the stream."""
        self._send(self._loop.now_ns + self._net.weather.latency_ns(), None)

    def is_closing(self) -> bool:
        """Say whether it takes no more."""
        return self._is_closing or self.is_gone

    def close(self) -> None:
        """Send what was written, then the end."""
        if not self.is_closing():
            self._is_closing = True
            self.write_eof()
            self._loop.call_soon(self.lose, None)

    def abort(self) -> None:
        """End it at once, with a reset for the peer."""
        if not self.is_gone:
            self._is_closing = True
            self._send(self._loop.now_ns + self._net.weather.latency_ns(), _reset())
            self._loop.call_soon(self.lose, None)

    def pause_reading(self) -> None:
        """Keep what arrives."""
        self._is_reading = False

    def resume_reading(self) -> None:
        """Hand on what was kept."""
        self._is_reading = True
        if self._arrived:
            self._loop.call_soon(self._hand_on)

    def is_reading(self) -> bool:
        """Say whether what arrives is handed on."""
        return self._is_reading and not self.is_closing()

    def get_write_buffer_size(self) -> int:
        """Bytes that are under way."""
        self._count_off()
        return self._under_way_bytes

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Where the protocol is resumed and paused, in bytes."""
        return LOW_WATER_BYTES, HIGH_WATER_BYTES

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Keep the limits of this network."""

    # ---- what becomes of it

    def _send(self, at_ns: int, item: Arrival) -> None:
        """Let it arrive at the peer, never before what was sent earlier; a reset ends both."""
        at_ns = self._last_arrival_ns = max(at_ns, self._last_arrival_ns + 1)
        if isinstance(item, bytes):
            self._fill(at_ns, len(item))
        elif item is not None and not self._is_closing:
            self._is_closing = True
            self._loop.call_at_ns(at_ns, self.lose, item)
        self.peer.let_arrive(at_ns, item)

    def _fill(self, at_ns: int, size: int) -> None:
        """Count what was sent; only a full one is woken, when enough of it has arrived."""
        self._count_off()
        self._under_way.append((at_ns, size))
        self._under_way_bytes += size
        if self._under_way_bytes > HIGH_WATER_BYTES and not self._is_full:
            self._is_full = True
            self._loop.call_at_ns(self._under_way[0][0], self._drain)
            self.get_protocol().pause_writing()

    def _count_off(self) -> None:
        """Take off what has arrived by now."""
        under_way, now_ns = self._under_way, self._loop.now_ns
        while under_way and under_way[0][0] <= now_ns:
            self._under_way_bytes -= under_way.popleft()[1]

    def _drain(self) -> None:
        self._count_off()
        if self.is_gone:
            return
        if self._under_way_bytes < LOW_WATER_BYTES:
            self._is_full = False
            self.get_protocol().resume_writing()
        else:
            self._loop.call_at_ns(self._under_way[0][0], self._drain)

    def let_arrive(self, at_ns: int, item: Arrival) -> None:
        """Have something arrive here at a virtual time; things arrive in the order of the calls."""
        self._coming.append(item)
        self._loop.call_at_ns(at_ns, self._arrive, owner=self.owner, context=self._context)

    def _arrive(self) -> None:
        item = self._coming.popleft()
        if self.is_gone:
            return
        if isinstance(item, Exception):
            self.lose(item)
            return
        self._arrived.append(item)
        self._hand_on()

    def _hand_on(self) -> None:
        protocol = self.get_protocol()
        while self._arrived and self._is_reading and not self.is_closing():
            content = self._arrived.popleft()
            if content is None:
                self._link.say(self, "end")
                if not protocol.eof_received():
                    self.close()
            else:
                self._link.say(self, "read", content)
                protocol.data_received(content)
                protocol = self.get_protocol()

    def lose(self, error: Exception | None) -> None:
        """Tell the protocol that the connection is gone, once."""
        if self.is_gone:
            return
        self._link.say(self, "lost")
        self.is_gone = True
        self._arrived.clear()
        self._link.ended()
        self.get_protocol().connection_lost(error)

    def die(self, *, silently: bool) -> None:
        """Go down with the machine: its peer is reset, or hears nothing until it writes."""
        self.is_gone = True
        self._arrived.clear()
        if silently:
            self.peer.is_orphan = True
        elif not self.peer.is_gone:
            at_ns = self._loop.now_ns + self._net.weather.latency_ns()
            self.peer.let_arrive(max(at_ns, self._last_arrival_ns), _reset())


def _reset() -> ConnectionResetError:
    return ConnectionResetError("reset by the peer")


class Link:
    """Both ends of one connection; `path` is that of the request it was made for.

    What happens on a public one is no point: a death before a price arrives is the death after
    whatever the machine did last.
    """

    __slots__ = ("_said", "ends", "is_public", "name", "net", "number", "path")

    def __init__(
        self, net: SimNet, number: int, path: str, *, client: Owner, server: Owner
    ) -> None:
        self.net = net
        self.number = number
        self.path = path
        self.is_public = path.startswith(PUBLIC)
        self.name = f"{path}#{number}"
        self._said: dict[str, tuple[str, str]] = {}  # names of points and events, made once
        self.ends = SimTransport(self, client, "up"), SimTransport(self, server, "down")
        self.ends[0].peer, self.ends[1].peer = self.ends[1], self.ends[0]

    def say(self, end: SimTransport, what: str, content: bytes = b"") -> None:
        """Make a point of what is about to happen at an end of a private link, and trace it.

        Raises:
            HostDown: The machine of that end is dead, or dies here.
        """
        loop = self.net.loop
        said = self._said.get(what)
        if said is None:
            said = self._said[what] = (f"{what} {self.path}", f"{what} {self.name}")
        assert loop.owner is end.owner, f"{loop.owner} touches a connection of {end.owner}"
        if not self.is_public:
            loop.point(said[0])
        elif not loop.owner.is_alive:
            raise HostDown(loop.owner.name)
        self.net.trace.note(loop.now_ns, end.owner.name, said[1], content)
        if end.way == "up" and self.net.tap is not None:
            self._tap(self.net.tap, what, content)

    def _tap(self, tap: Wiretap, what: str, content: bytes) -> None:
        if what == "write":
            tap.on_write(self.number, content)
        elif what == "read":
            tap.on_read(self.number, content)
        elif what == "lost":
            tap.on_lost(self.number)

    def ended(self) -> None:
        """Forget the link when both ends are gone."""
        if all(end.is_gone for end in self.ends):
            self.net.forget(self)

    def break_off(self) -> None:
        """Reset both ends at once."""
        now_ns = self.net.loop.now_ns
        for end in self.ends:
            if not end.is_gone:
                end.let_arrive(now_ns, _reset())

    def go_down(self, owner: Owner, *, silently: bool) -> None:
        """Let the ends of a dead machine die."""
        for end in self.ends:
            if end.owner is owner and not end.is_gone:
                end.die(silently=silently)
        self.ended()
