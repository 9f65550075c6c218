"""The real adapter, real ccxt and real aiohttp against the wire-level venue, in virtual time."""

import asyncio
from decimal import Decimal
from typing import Any

from aiohttp import web

from argonaut.domain.ids import ClientOrderId, InstrumentId, StrategyId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import Order, OrderRole, OrderType, Side
from argonaut.domain.secret import Secret
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.ports import MarketStream
from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.binance.app import binance_app
from argonaut.rehearsal.binance.connection import StreamRules
from argonaut.rehearsal.binance.exchange import Exchange
from argonaut.rehearsal.binance.state import Settings
from argonaut.rehearsal.binance.symbols import Symbol
from argonaut.rehearsal.dice import Dice
from argonaut.rehearsal.faults import Faults
from argonaut.rehearsal.market import PriceWalk, WalkMarket
from argonaut.rehearsal.simulation.dice import Dice as FixedDice
from argonaut.rehearsal.simulation.net import SimConnector
from argonaut.rehearsal.simulation.sealed import sealed
from argonaut.venues.binance import BinanceSpot
from argonaut.venues.binance.settings import BinanceSettings
from tests.rehearsal.simulation.small_world import EPOCH_NS, PORT, URL, SmallWorld

BTC = InstrumentId("BTC/USDT@binance")
SECOND_NS = 1_000_000_000
KEY, SECRET = "canarykey" * 7, "canarysecret" * 5
MARKET = (
    MarketStream(instrument_id=BTC, kind="trades"),
    MarketStream(instrument_id=BTC, kind="quotes"),
    MarketStream(instrument_id=BTC, kind="bars", timeframe_ns=MINUTE_NS),
)


class Heard:
    """Everything the venue tells, market data copied, for the views are used again."""

    def __init__(self, clock) -> None:
        self._clock = clock
        self.reports: list[Any] = []
        self.trades: list[tuple[int, float, float]] = []
        self.quotes: list[tuple[float, float]] = []
        self.bars: list[int] = []
        self.streams: list[tuple[float, str, bool, str]] = []
        self.hints: list[str] = []

    def on_event(self, event) -> None:
        if isinstance(event, Trade):
            self.trades.append((event.event_ns, event.price, event.quantity))
        elif isinstance(event, Quote):
            self.quotes.append((event.bid, event.ask))
        elif isinstance(event, Bar):
            self.bars.append(event.open_ns)
        else:
            self.reports.append(event)

    def on_stream(self, name, *, is_up, detail) -> None:
        at_s = (self._clock.wall_ns() - EPOCH_NS) / SECOND_NS
        self.streams.append((at_s, name, is_up, detail))

    def on_hint(self, what) -> None:
        self.hints.append(what)

    def booked(self, client_order_id) -> None:
        """Know of no order."""

    def on_silence(self, for_ns, why) -> None:
        del for_ns
        self.hints.append(why)

    def states(self, name) -> list[bool]:
        return [is_up for _, told, is_up, _ in self.streams if told == name]


class Rig:
    """One venue and one adapter, opened."""

    def __init__(self, world, exchange, faults, venue, app) -> None:
        self.world, self.exchange, self.faults = world, exchange, faults
        self.venue: Any = venue
        self.app = app
        self.heard = Heard(world.clock)

    def orders(self, client_order_id: str):
        """What the venue truly has under an id."""
        truth = self.exchange.truth()
        return [each for each in truth.orders if each.client_id == client_order_id]


def symbol(**other) -> Symbol:
    made: dict[str, Any] = {
        "name": "BTCUSDT",
        "base": "BTC",
        "quote": "USDT",
        "tick": Decimal("0.01"),
        "step": Decimal("0.00001"),
    }
    return Symbol(**{**made, **other})


def rigged(
    knobs=(),
    *,
    seed=1,
    streams=None,
    market=MARKET,
    key=None,
    net=(),
    clock=None,
    history_minutes=0,
    **settings,
) -> Rig:
    """Make a venue with faults and an adapter that is not open yet."""
    world = SmallWorld(seed, net=net)
    walk = WalkMarket(
        symbol="BTCUSDT", start=Decimal(60_000), tick=Decimal("0.01"), lot=Decimal("0.00001")
    )
    exchange = Exchange(
        Settings(
            symbols=(symbol(),),
            keys=(key or ApiKey(key=KEY, secret=SECRET),),
            balances={"USDT": Decimal(1_000_000), "BTC": Decimal(10)},
            history_minutes=history_minutes,
        ),
        PriceWalk([walk], seed=seed, start_ns=EPOCH_NS, step_ns=SECOND_NS // 4),
        start_ns=EPOCH_NS,
    )
    faults = Faults(knobs, seed=seed, start_ns=EPOCH_NS)
    made = BinanceSettings.loopback(Secret(KEY), Secret(SECRET), URL)
    venue = BinanceSpot(
        BinanceSettings(**{**made.__dict__, **settings}),
        [BTC],
        clock=world.clock if clock is None else clock(world),
        rng=Dice(seed).fork("adapter"),
        connector=lambda: SimConnector(world.net),
        market=market,
    )
    app = binance_app(exchange, world.clock, faults, streams=streams or StreamRules())
    return Rig(world, exchange, faults, venue, app)


def another(rig) -> BinanceSpot:
    """A further life of the same bot: it knows nothing of the one before."""
    made = BinanceSettings.loopback(Secret(KEY), Secret(SECRET), URL)
    world = rig.world
    return BinanceSpot(
        made,
        [BTC],
        clock=world.clock,
        rng=Dice(1).fork("another"),
        connector=lambda: SimConnector(world.net),
    )


def played(story, knobs=(), *, opens=True, **other):
    """Run `story(rig)` in virtual time with the venue open; return what it returns."""
    rig = rigged(knobs, **other)
    world = rig.world

    async def program():
        runner = web.AppRunner(rig.app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        world.net.listen(PORT, runner.server)
        try:
            if opens:
                await rig.venue.open(rig.heard)
            return await story(rig)
        finally:
            await rig.venue.close()
            await asyncio.sleep(5)
            await runner.cleanup()
            await asyncio.sleep(5)

    clock = world.clock
    with sealed(
        FixedDice(other.get("seed", 1), "machine"), wall_ns=clock.wall_ns, mono_ns=clock.mono_ns
    ):
        found = world.loop.run_until_complete(program())
    world.loop.close()
    assert not world.loop.failures, world.loop.failures
    return found


def order(client_order_id: str = "c-1", **other) -> Order:
    """A market order to buy 0.001."""
    made: dict[str, Any] = {
        "client_order_id": ClientOrderId(client_order_id),
        "strategy_id": StrategyId("s"),
        "instrument_id": BTC,
        "side": Side.BUY,
        "order_type": OrderType.MARKET,
        "role": OrderRole.ENTRY,
        "quantity": Decimal("0.001"),
    }
    return Order(**{**made, **other})


def limit(client_order_id: str = "c-1", price: str = "50000", **other) -> Order:
    return order(client_order_id, order_type=OrderType.LIMIT, price=Decimal(price), **other)


sleep = asyncio.sleep
