"""A venue in memory: the simulated exchange behind the port, with faults a test can script.

`Exchange` is the truth and outlives every bot. `MemoryVenue` is one connection to it: requests take
20 ms, and each can be lost before it is executed, or its answer after.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from msgspec.structs import replace

from argonaut.domain.ids import ClientOrderId, InstrumentId, VenueId, VenueOrderId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar, Quote
from argonaut.domain.number import ZERO
from argonaut.domain.order import (
    Accepted,
    Filled,
    Order,
    OrderStatus,
    OutcomeUnknown,
    Rejected,
    Report,
)
from argonaut.domain.transitions import apply
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueBalances, VenueFill, VenueOrder
from argonaut.ports import NOT_SENT, Capability, Clock, MarketStream, Rng, VenueListener
from argonaut.venues.sim import MakerTaker, NoLatency, NoSlippage, SimVenue, VolumeParticipation

VENUE = VenueId("memory")
BTC = InstrumentId("BTC/USDT@memory")
S = OrderStatus
D = Decimal
LATENCY_S = 0.01
TIMEOUT_S = 2.0  # after which an adapter says that nobody knows
LATENESS_NS = 5_000_000_000
LOST, UNANSWERED, REFUSED, UNSENT, RAISES = "lost", "unanswered", "refused", "unsent", "raises"
DIALS = "dials"  # a connection has to be made first
WEEK_S = 604_800.0


def bitcoin() -> Instrument:
    return Instrument(
        instrument_id=BTC, base="BTC", quote="USDT", tick_size=D("0.01"), lot_size=D("0.001")
    )


class Exchange:
    """Orders, executions and balances as they really are."""

    def __init__(self, clock: Clock, **balances: str) -> None:
        amounts = {asset: D(amount) for asset, amount in (balances or {"USDT": "10000"}).items()}
        self.sim = SimVenue(
            [bitcoin()],
            venue_id=VENUE,
            balances=amounts,
            fees=MakerTaker(),
            slippage=NoSlippage(),
            latency=NoLatency(),
            participation=VolumeParticipation(D(1), D(1)),
        )
        self.orders: dict[ClientOrderId, Order] = {}
        self.fills: list[VenueFill] = []
        self.submitted: list[ClientOrderId] = []  # every request that arrived
        self.listeners: list[VenueListener] = []
        self.drops = 0  # so many of the next reports are never told
        self.price = D(100)
        self.past: list[Bar] = []
        self._clock = clock

    def now_ns(self) -> int:
        return self._clock.wall_ns()

    @property
    def balances(self) -> dict[str, Decimal]:
        return {asset: amount for asset, amount in self.sim.balances.items() if amount}

    # what happens there

    def show(self, price: str | Decimal, size: str = "1000") -> None:
        """Let the market stand at a price, and let orders meet it."""
        self.price = D(price)
        quote = self._quote(size)
        self._take(self.sim.on_quote(quote))
        self.sim.observe(quote)
        for listener in list(self.listeners):
            listener.on_event(quote)

    def submit(self, order: Order) -> Sequence[Report]:
        """Take an order that has arrived."""
        name = order.client_order_id
        self.submitted.append(name)
        self.sim.observe(self._quote("1000"))
        fresh = replace(order, status=S.SUBMITTED, filled=ZERO, fill_ids=(), venue_order_id=None)
        self.orders[name] = fresh
        accepted = Accepted(
            client_order_id=name,
            event_ns=self.now_ns(),
            venue_order_id=VenueOrderId(f"v{len(self.submitted)}"),
        )
        reports = list(self.sim.submit(order, self.now_ns()))
        if not any(isinstance(each, Rejected) for each in reports):
            reports = [each for each in reports if not isinstance(each, Accepted)]
            reports.insert(0, accepted)
        self._take(reports)
        return reports

    def cancel(self, client_order_id: ClientOrderId) -> Sequence[Report]:
        reports = list(self.sim.cancel(client_order_id, self.now_ns()))
        self._take(reports)
        return reports

    def trade_by_hand(self, name: str, quantity: str, **fields: object) -> None:
        """Let a person trade at the venue's own page."""
        by_hand = replace(next(iter(self.orders.values())), client_order_id=ClientOrderId(name))
        self.submit(replace(by_hand, quantity=D(quantity), **fields))

    def _quote(self, size: str) -> Quote:
        price = float(self.price)
        return Quote(
            BTC,
            self.now_ns(),
            bid=price - 0.01,
            bid_quantity=float(size),
            ask=price + 0.01,
            ask_quantity=float(size),
        )

    def _take(self, reports: Iterable[Report]) -> None:
        for report in reports:
            name = report.client_order_id
            before = self.orders[name]
            self.orders[name] = apply(before, report)
            if isinstance(report, Filled):
                self.fills.append(self._fill(before, report))
            self._tell(report)

    def _fill(self, order: Order, report: Filled) -> VenueFill:
        assert order.venue_order_id is not None, "it was accepted"
        return VenueFill(
            instrument_id=order.instrument_id,
            fill_id=report.fill_id,
            venue_order_id=order.venue_order_id,
            side=order.side,
            quantity=report.quantity,
            price=report.price,
            fee=report.fee,
            fee_asset=report.fee_asset,
            is_maker=report.is_maker,
            event_ns=report.event_ns,
        )

    def _tell(self, report: Report) -> None:
        if self.drops:
            self.drops -= 1
            return
        for listener in list(self.listeners):
            asyncio.get_running_loop().call_later(LATENCY_S, listener.on_event, report)

    # how it is shown

    def shown(self, order: Order) -> VenueOrder:
        assert order.venue_order_id is not None, "it was accepted"
        return VenueOrder(
            instrument_id=order.instrument_id,
            client_order_id=order.client_order_id,
            venue_order_id=order.venue_order_id,
            side=order.side,
            status=order.status,
            quantity=order.quantity,
            filled=order.filled,
            price=order.price,
            trigger_price=order.trigger_price,
        )

    def known(self) -> list[Order]:
        return [each for each in self.orders.values() if each.venue_order_id is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a config of this venue may say."""

    account: str = "main"


@dataclass(slots=True)
class Faults:
    """What goes wrong, call by call; an empty list is a healthy venue."""

    submits: deque[str] = field(default_factory=deque)
    cancels: deque[str] = field(default_factory=deque)
    silent: bool = False  # questions are not answered
    hidden: set[str] = field(default_factory=set)  # client ids that questions deny
    unreachable: int = 0  # so many tries to open fail
    clock_error_ns: int | None = 1_000_000


class MemoryVenue:
    """One connection to an exchange."""

    settings_type = Settings
    venue_id: ClassVar[VenueId] = VENUE

    def __init__(
        self,
        settings: Settings,
        instruments: Sequence[str],
        *,
        clock: Clock,
        rng: Rng,
        market: Sequence[MarketStream] = (),
        exchange: Exchange | None = None,
    ) -> None:
        del settings, rng
        self.exchange = exchange or Exchange(clock)
        self.faults = Faults()
        self.capability = Capability(
            venue_id=VENUE,
            order_types=self.exchange.sim.capability.order_types,
            has_oco=False,
            has_amend=False,
            has_reduce_only=False,
            allows_short=False,
        )
        self.lateness_ns = LATENESS_NS
        self.silent_ns = 0  # for which it was told to send nothing
        self.is_dead = False  # its process was killed: nothing it does is seen any more
        self._instruments, self._market = tuple(instruments), tuple(market)
        self._listener: VenueListener | None = None

    def keep_silent(self, for_ns: int) -> None:
        self.silent_ns = for_ns

    async def open(self, listener: VenueListener) -> Sequence[Instrument]:
        await self._travel()
        if self.faults.unreachable:
            self.faults.unreachable -= 1
            raise ConnectionError("nobody there")
        self._listener = listener
        self.exchange.listeners.append(listener)
        listener.on_stream("user", is_up=True, detail="")
        return [bitcoin()]

    async def close(self) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        if self._listener in self.exchange.listeners:
            assert self._listener is not None, "it is in the list"
            self.exchange.listeners.remove(self._listener)

    async def submit(self, order: Order, *, forbids: Callable[[], str] = str) -> Sequence[Report]:
        fault = self.faults.submits.popleft() if self.faults.submits else ""
        if fault == DIALS:
            await asyncio.sleep(TIMEOUT_S)
        if fault == UNSENT or forbids():
            return [self._rejected(order, NOT_SENT)]
        if fault == RAISES:
            raise RuntimeError("a bug")
        await self._travel()
        if fault == REFUSED:
            return [self._rejected(order, "filter")]
        reports = [] if fault == LOST else self.exchange.submit(order)
        if fault in (LOST, UNANSWERED):
            await asyncio.sleep(TIMEOUT_S)
            return [self._unknown(order)]
        await self._travel()
        return reports

    async def cancel(self, order: Order) -> Sequence[Report]:
        fault = self.faults.cancels.popleft() if self.faults.cancels else ""
        await self._travel()
        if fault == RAISES:
            raise RuntimeError("a bug")
        if fault != LOST:
            self.exchange.cancel(order.client_order_id)
        if fault:
            await asyncio.sleep(TIMEOUT_S)
        await self._travel()
        return []

    async def find(self, order: Order) -> VenueOrder | NotFound | NoAnswer:
        await self._travel()
        if self.faults.silent:
            return NoAnswer(detail="timeout")
        for each in self.exchange.known():
            name = each.client_order_id
            is_meant = name == order.client_order_id or each.venue_order_id == order.venue_order_id
            if is_meant and name not in self.faults.hidden:
                return self.exchange.shown(each)
        return NotFound(detail="no such order")

    async def open_orders(self) -> Sequence[VenueOrder] | NoAnswer:
        await self._travel()
        if self.faults.silent:
            return NoAnswer(detail="timeout")
        return [
            self.exchange.shown(each)
            for each in self.exchange.known()
            if not each.is_final and each.client_order_id not in self.faults.hidden
        ]

    async def fills(
        self, instrument_id: InstrumentId, since_ns: int
    ) -> Sequence[VenueFill] | NoAnswer:
        await self._travel()
        if self.faults.silent:
            return NoAnswer(detail="timeout")
        return [
            each
            for each in self.exchange.fills
            if each.instrument_id == instrument_id and each.event_ns >= since_ns
        ]

    async def balances(self) -> VenueBalances | NoAnswer:
        await self._travel()
        if self.faults.silent:
            return NoAnswer(detail="timeout")
        return VenueBalances(total=self.exchange.balances, as_of_ns=self.exchange.now_ns())

    async def bars(
        self, instrument_id: InstrumentId, timeframe_ns: int, since_ns: int
    ) -> Sequence[Bar] | NoAnswer:
        await self._travel()
        if self.faults.silent:
            return NoAnswer(detail="timeout")
        assert instrument_id == BTC, instrument_id
        return [
            bar
            for bar in self.exchange.past
            if bar.open_ns >= since_ns and bar.timeframe_ns == timeframe_ns
        ]

    def clock_error_ns(self) -> int | None:
        return self.faults.clock_error_ns

    async def _travel(self) -> None:
        """Take the time of one way; a killed process never gets there."""
        await asyncio.sleep(LATENCY_S)
        if self.is_dead:
            await asyncio.sleep(WEEK_S)

    def _rejected(self, order: Order, code: str) -> Rejected:
        return Rejected(
            client_order_id=order.client_order_id,
            event_ns=self.exchange.now_ns(),
            code=code,
            reason="as scripted",
        )

    def _unknown(self, order: Order) -> OutcomeUnknown:
        return OutcomeUnknown(
            client_order_id=order.client_order_id,
            event_ns=self.exchange.now_ns(),
            reason="no answer",
        )
