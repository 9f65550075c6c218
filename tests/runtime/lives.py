"""A bot that lives, dies and lives again on one exchange, in virtual time.

A crash is what a kill leaves: rows that were committed and requests that had arrived, nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import check
from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import SignalId
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Order, OrderRole, Report
from argonaut.domain.venue_view import NoAnswer, VenueOrder
from argonaut.journal.row import Row
from argonaut.journal.writer import JournalWriter
from argonaut.runtime.emergency import MemoryEmergency, StrandedRow
from argonaut.runtime.live import LiveRun
from argonaut.runtime.recorder import Observer
from tests.runtime.exchange import BTC, Exchange, MemoryVenue, Settings
from tests.runtime.journals import FailingJournal, journal_in
from tests.runtime.virtual import FixedRng, VirtualClock, in_virtual_time

LIVE: dict[str, Any] = {
    "mode": "rehearse",
    "name": "rehearsed",
    "quote": "USDT",
    "venue": {"class": "tests.runtime.exchange.MemoryVenue"},
    "plugins": {"allow": ["tests"]},
    "data": [{"instrument": "BTC/USDT", "kind": "quotes"}],
    "strategies": [
        {
            "id": "detector",
            "class": "argonaut.strategies.detector_driven.DetectorDriven",
            "params": {"stop_fraction": 0.05},
        }
    ],
    "risk": {"checks": [{"check": "max_notional", "params": {"max_quote": 5000}}]},
    "journal": {"path": "journal.db"},
}


def assembly(**changes: Any) -> Assembly:
    return assemble(check(LIVE | changes, "rehearsed"), folder=Path(__file__).parents[2])


class Crash(BaseException):
    """The process is gone at this point: nothing that follows in it happens."""


class Points:
    """Counts the places where a crash would leave another state behind, and crashes at one."""

    def __init__(self, crash_at: int | None = None) -> None:
        self.seen: list[str] = []
        self._crash_at = crash_at
        self._crash: Callable[[], None] | None = None

    def arm(self, crash: Callable[[], None]) -> None:
        self._crash = crash

    def __call__(self, name: str) -> None:
        self.seen.append(name)
        if len(self.seen) - 1 == self._crash_at:
            assert self._crash is not None, "armed"
            self._crash()
            raise Crash(name)


class PointedJournal(FailingJournal):
    """A journal that can be the last thing a process touches."""

    def __init__(self, journal: JournalWriter, points: Points) -> None:
        super().__init__(journal)
        self._points = points

    def commit(self) -> None:
        self._points("before a commit")
        super().commit()
        self._points("after a commit")


class PointedVenue(MemoryVenue):
    """A venue whose every change can be the last one a process sees."""

    points: Points

    async def submit(self, order: Order, *, forbids: Callable[[], str] = str) -> Sequence[Report]:
        self.points(f"before {order.client_order_id} leaves")
        reports = await super().submit(order, forbids=forbids)
        self.points(f"before the answer to {order.client_order_id} is read")
        return reports

    async def cancel(self, order: Order) -> Sequence[Report]:
        self.points(f"before the cancel of {order.client_order_id} leaves")
        reports = await super().cancel(order)
        self.points(f"before the answer to the cancel of {order.client_order_id} is read")
        return reports

    async def open_orders(self) -> Sequence[VenueOrder] | NoAnswer:
        self.points("before open orders are asked for")
        return await super().open_orders()


class MortalEmergency(MemoryEmergency):
    """An emergency log that outlives its process and is not written by the dead."""

    def __init__(self) -> None:
        super().__init__()
        self.is_dead = False

    def write(self, rows: Sequence[StrandedRow]) -> bool:
        return not self.is_dead and super().write(rows)


class Life:
    """One process: a run, its connection and its journal."""

    def __init__(
        self, world: World, *, points: Points | None = None, observers: Sequence[Observer] = ()
    ) -> None:
        self.world = world
        points = points or Points()
        points.arm(self.die)
        world.emergency.is_dead = False
        self.journal = PointedJournal(journal_in(world.folder, world.clock), points)
        self.is_dead = False
        self.venue = PointedVenue(
            Settings(),
            [BTC],
            clock=world.clock,
            rng=FixedRng(),
            market=world.assembly.feeds,
            exchange=world.exchange,
        )
        self.venue.points = points
        self.run = LiveRun(
            world.assembly,
            self.venue,
            self.journal,
            world.clock,
            FixedRng(),
            observers=observers,
            emergency=world.emergency,
        )
        self._running: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._died = asyncio.Event()

    def is_in(self, mode: TradingMode) -> bool:
        """Whether that is what the bot may do at this moment."""
        return self.run.mode is mode

    async def start(self) -> None:
        """Recover; a death anywhere in the process ends it, as a kill does."""
        loop = asyncio.get_running_loop()
        self._starting = loop.create_task(self.run.start())
        dying = loop.create_task(self._died.wait())
        await asyncio.wait((self._starting, dying), return_when=asyncio.FIRST_COMPLETED)
        dying.cancel()
        if self.is_dead:
            raise Crash("while it recovered")
        await self._starting
        self._running = asyncio.get_running_loop().create_task(self.run.run())

    async def stop(self) -> None:
        """End cleanly."""
        self.run.stop()
        assert self._running is not None, "it runs"
        try:
            await self._running
        finally:
            if not self.is_dead:
                self.run.close()

    def die(self) -> None:
        """Be killed: nothing is flushed, no request and no answer gets through any more."""
        self.is_dead = self.venue.is_dead = self.world.emergency.is_dead = True
        self._died.set()
        self.venue.hang_up()
        self.journal.has_failed = True
        _release(self.journal.journal)

    async def crash(self) -> None:
        """Die here and now."""
        self.die()
        await self.bury()

    async def bury(self) -> None:
        """Take away what is left of a dead process."""
        self.run.listener.close()
        for task in (self._starting, self._running):
            if task is not None:
                task.cancel()
                await asyncio.wait((task,))
                if not task.cancelled():
                    task.exception()
        if self.run.has_engine:
            self.run.loop.close()
        await self.run.tasks.close()


def _release(journal: JournalWriter) -> None:
    """Let go of the file as the system does for a dead process: what was not committed is gone."""
    journal._rows.clear()
    journal._store.close(tidy=False)


class World:
    """An exchange, a disk and a clock."""

    def __init__(self, folder: Path, config: Assembly) -> None:
        self.folder = folder
        self.assembly = config
        self.clock = VirtualClock(asyncio.get_running_loop())
        self.exchange = Exchange(self.clock)
        self.emergency = MortalEmergency()
        self._signals = 0

    @asynccontextmanager
    async def life(self, **fields: Any) -> AsyncIterator[Life]:
        """One life that ends cleanly."""
        life = Life(self, **fields)
        await life.start()
        yield life
        await life.stop()

    async def prices(self, *prices: str, every_s: float = 0.5) -> None:
        """Let the market move."""
        for price in prices:
            self.exchange.show(price)
            await asyncio.sleep(every_s)

    def signal(self, side: str = "buy", **fields: Any) -> DetectorSignal:
        """Word a signal of a detector, each with an id of its own."""
        self._signals += 1
        given: dict[str, Any] = {
            "event_ns": self.clock.wall_ns(),
            "signal_id": SignalId(f"s{self._signals}"),
            "source": "test",
            "instrument_id": BTC,
            "side": side,
            "confidence": 0.9,
        }
        if fields.get("intent") != "exit":
            given["notional"] = Decimal(1_000)
        return DetectorSignal(**given | fields)

    def rows(self, *kinds: str) -> list[Row]:
        """Read the journal of a run that is over."""
        journal = journal_in(self.folder, self.clock)
        try:
            return [row for row in journal.rows() if not kinds or row.kind in kinds]
        finally:
            journal.close()

    # what must hold

    def orders(self, role: OrderRole) -> list[Order]:
        return [each for each in self.exchange.orders.values() if each.role is role]

    def assert_agrees(self, life: Life) -> None:
        """Hold what the bot believes against what the exchange has, to the last unit."""
        engine = life.run.engine
        assert dict(life.run.parts.belief.balances) == self.exchange.balances
        live = {name for name, order in life.run.parts.belief.live.items() if not order.is_final}
        there = {each.client_order_id for each in self.exchange.known() if not each.is_final}
        assert live == there
        for name in there:
            assert engine.desk.live[name].filled == self.exchange.orders[name].filled
        assert len(self.exchange.submitted) == len(set(self.exchange.submitted)), "sent twice"
        engine.book.check()

    def assert_protected(self, life: Life) -> None:
        """What is held has a live stop over all of it."""
        held = life.run.engine.book.position(BTC).quantity
        stops = [each for each in self.orders(OrderRole.STOP) if not each.is_final]
        assert sum(each.leaves for each in stops) == held


def told(story: Callable[[World], Coroutine[Any, Any, None]], **changes: Any) -> None:
    """Run a story in a world of its own."""

    async def whole() -> None:
        with TemporaryDirectory() as folder:
            await story(World(Path(folder), assembly(**changes)))

    in_virtual_time(whole())


async def entered(world: World, life: Life, price: str = "100") -> None:
    """Enter at a price, and let everything settle."""
    await world.prices(price, price)
    life.run.feed(world.signal())
    await world.prices(price, price)
