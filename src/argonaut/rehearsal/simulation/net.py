"""A network in memory: real bytes between real protocols, carried as well or badly as told.

A client asks the `SimConnector`, which hands aiohttp a protocol over an in-memory transport; its
other end is a protocol of a real aiohttp server in the same loop. HTTP and WebSocket alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

from argonaut.rehearsal.simulation.loop import Owner, SimLoop
from argonaut.rehearsal.simulation.trace import Trace
from argonaut.rehearsal.simulation.transport import Link
from argonaut.rehearsal.simulation.weather import NetFault, Weather
from argonaut.rehearsal.simulation.wiretap import Wiretap

ProtocolFactory = Callable[[], asyncio.Protocol]


class SimNet:
    """Every listener and every connection of one world."""

    def __init__(self, loop: SimLoop, weather: Weather, trace: Trace) -> None:
        self.loop = loop
        self.weather = weather
        self.trace = trace
        self.tap: Wiretap | None = None
        self._listeners: dict[int, tuple[ProtocolFactory, Owner]] = {}
        self._links: dict[int, Link] = {}
        self._links_made = 0
        self._connectors: list[SimConnector] = []
        for fault in weather.disconnects:
            loop.call_at_ns(fault.from_ns, self._disconnect, fault)

    def listen(self, port: int, factory: ProtocolFactory) -> None:
        """Serve connections to a port with protocols that belong to who runs now."""
        self._listeners[port] = (factory, self.loop.owner)

    async def connect(self, factory: ProtocolFactory, port: int, path: str) -> asyncio.Protocol:
        """Connect to a port; `path` names the link, for faults and for the trace.

        Raises:
            ConnectionRefusedError: Nobody listens, or the weather says so.
        """
        loop = self.loop
        loop.point(f"connect {path}")
        await asyncio.sleep(2 * self.weather.latency_ns() / 1e9)
        listener = self._listeners.get(port)
        if listener is None or self.weather.refuses(path, loop.now_ns):
            self.trace.note(loop.now_ns, loop.owner.name, f"refused {path}")
            raise ConnectionRefusedError(f"connection to port {port} for {path} was refused")
        make_server, server_owner = listener
        self._links_made += 1
        link = Link(self, self._links_made, path, client=loop.owner, server=server_owner)
        self._links[link.number] = link
        self.trace.note(loop.now_ns, loop.owner.name, f"connected {link.name}")
        client, server = link.ends
        with loop.owned_by(server_owner):
            server.start(make_server())
        protocol = factory()
        client.start(protocol)
        return protocol

    def _disconnect(self, fault: NetFault) -> None:
        """Reset every connection whose path starts so, at both ends."""
        for link in list(self._links.values()):
            if link.path.startswith(fault.link):
                self.weather.struck[fault] += 1
                link.break_off()

    def forget(self, link: Link) -> None:
        """Drop a link both of whose ends are gone."""
        self._links.pop(link.number, None)

    def hang_up(self, owner: Owner, *, silently: bool) -> None:
        """End every connection of a machine that has died.

        A killed process's system sends a reset; a machine without power sends nothing, and its
        peers learn of it when their next write is answered by one.
        """
        for link in list(self._links.values()):
            link.go_down(owner, silently=silently)
        for connector in self._connectors:
            if connector.owner is owner:
                connector.abandon()

    def meet(self, connector: SimConnector) -> None:
        """Know a connector, so that it goes down with its machine."""
        self._connectors.append(connector)


class InOrder(dict[ResponseHandler, None]):
    """Connections in use, in the order they were taken: what aiohttp asks of its set of them.

    A set has the order of addresses in memory, and a session closes them in that order.
    """

    def add(self, protocol: ResponseHandler) -> None:
        """Have one more."""
        self[protocol] = None

    def remove(self, protocol: ResponseHandler) -> None:
        """Have one less, which is there."""
        del self[protocol]

    def discard(self, protocol: ResponseHandler) -> None:
        """Have one less, if it is there."""
        self.pop(protocol, None)


class SimConnector(aiohttp.BaseConnector):
    """Connections for an aiohttp client session over the simulated network."""

    def __init__(self, net: SimNet) -> None:
        super().__init__(limit=0)
        self._acquired = InOrder()  # type: ignore[assignment]  # a set, but for its order
        self.owner = net.loop.owner
        self._net = net
        net.meet(self)

    def abandon(self) -> None:
        """Count as closed: nobody is left to close it, and nobody is to be warned of that."""
        self._closed = True

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Any],  # noqa: ARG002 - aiohttp's signature
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> ResponseHandler:
        try:
            async with asyncio.timeout(timeout.sock_connect):
                protocol = await self._net.connect(self._factory, req.url.port or 0, req.url.path)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError(f"connecting for {req.url.path}") from error
        except OSError as error:
            raise aiohttp.ClientConnectorError(req.connection_key, error) from error
        assert isinstance(protocol, ResponseHandler), protocol
        return protocol
