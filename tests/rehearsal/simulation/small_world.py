"""A loop, a net, a disk and a small venue of real aiohttp, for the tests of the kernel."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from argonaut.rehearsal.simulation.clock import SimClock
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.disk import DiskFault, SimDisk
from argonaut.rehearsal.simulation.loop import Owner, SimLoop
from argonaut.rehearsal.simulation.net import SimConnector, SimNet
from argonaut.rehearsal.simulation.sealed import sealed
from argonaut.rehearsal.simulation.trace import Trace
from argonaut.rehearsal.simulation.weather import NetFault, Weather

PORT = 8080
URL = f"http://127.0.0.1:{PORT}"
EPOCH_NS = 1_767_225_600_000_000_000  # 2026-01-01
SECOND_NS = 1_000_000_000


Program = Callable[["SmallWorld"], Coroutine[Any, Any, Any]]


@dataclass
class SmallVenue:
    """Counts orders, and tells a frame every ten seconds on /stream."""

    orders: list[str] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/v3/order", self.order)
        app.router.add_get("/stream", self.stream)
        app.router.add_get("/stream/{rest:.*}", self.stream)
        return app

    async def order(self, request: web.Request) -> web.Response:
        self.orders.append(str((await request.post()).get("newClientOrderId")))
        number = len(self.orders)
        return web.json_response({"symbol": "BTCUSDT", "orderId": number, "status": "NEW"})

    async def stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        teller = asyncio.create_task(self.tell(socket))
        async for _ in socket:
            pass
        teller.cancel()
        return socket

    async def tell(self, socket: web.WebSocketResponse) -> None:
        number = 0
        while not socket.closed:
            number += 1
            trade = {"e": "trade", "s": "BTCUSDT", "t": number, "p": "100", "q": "1", "m": True}
            await socket.send_str(json.dumps(trade))
            await asyncio.sleep(10)


class SmallWorld:
    """Everything but the machine the trader runs on; `run` runs a program as the world."""

    def __init__(
        self,
        seed: int = 1,
        *,
        net: tuple[NetFault, ...] = (),
        disk: tuple[DiskFault, ...] = (),
        shuffle: float = 0.0,
    ) -> None:
        self.seed = seed
        self.trace = Trace(keep_all=True)
        self.loop = SimLoop(Dice(seed, "sched"), shuffle=shuffle)
        self.clock = SimClock(self.loop, EPOCH_NS)
        weather = Weather(Dice(seed, "net"), faults=net)
        self.net = SimNet(self.loop, weather, self.trace)
        self.disk = SimDisk(self.loop, Dice(seed, "disk"), self.trace, disk)
        self.venue = SmallVenue()

    def run(self, program: Program, app: web.Application | None = None) -> Any:
        """Serve the venue and run the program; return what it returns."""
        clock = self.clock
        with sealed(Dice(self.seed, "machine"), wall_ns=clock.wall_ns, mono_ns=clock.mono_ns):
            return self.loop.run_until_complete(self._served(program, app))

    async def _served(self, program: Program, app: web.Application | None) -> Any:
        await self.serve(app or self.venue.app())
        return await program(self)

    async def serve(self, app: web.Application) -> None:
        """Let a venue of its own owner listen."""
        ready = self.loop.create_future()
        with self.loop.owned_by(Owner("venue")):
            self.loop.create_task(self._serve(app, ready))
        await ready

    async def _serve(self, app: web.Application, ready: asyncio.Future[None]) -> None:
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        assert runner.server is not None
        self.net.listen(PORT, runner.server)
        with self.loop.owned_by(self.loop.world):
            ready.set_result(None)


def session(world: SmallWorld) -> aiohttp.ClientSession:
    """A client session over the simulated net."""
    return aiohttp.ClientSession(connector=SimConnector(world.net))


async def send_order(http: aiohttp.ClientSession, number: int, timeout_s: float = 5.0) -> str:
    """Send one order; "ok", or the name of what it failed of."""
    try:
        async with http.post(
            f"{URL}/api/v3/order",
            data={"newClientOrderId": f"c{number}"},
            timeout=aiohttp.ClientTimeout(total=timeout_s),
        ) as answer:
            await answer.json()
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return type(error).__name__
    return "ok"
