"""The venue's machine: the wire-level exchange, served over the simulated network.

It has a clock that is right and a life that no crash of the trader touches. Afterwards it alone
knows what really happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from aiohttp import web

from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.binance.app import binance_app
from argonaut.rehearsal.binance.exchange import Exchange
from argonaut.rehearsal.binance.state import Settings
from argonaut.rehearsal.binance.symbols import Symbol
from argonaut.rehearsal.faults import Faults, Knob
from argonaut.rehearsal.market import Move, PastBar, PriceWalk, WalkMarket
from argonaut.rehearsal.simulation.clock import SimClock
from argonaut.rehearsal.simulation.evidence import Truth
from argonaut.rehearsal.simulation.loop import Owner
from argonaut.rehearsal.simulation.mistakes import known_keys
from argonaut.rehearsal.simulation.net import SimNet
from argonaut.rehearsal.simulation.plan import LISTED, FaultPlan, MarketShape
from argonaut.rehearsal.simulation.truths import orders_of, truth_of

PORT, STREAM_PORT, WS_API_PORT = 8080, 8081, 8082  # Binance has a host for each
HISTORY_MINUTES = 60
_DEPTH = 3  # levels of the book, each side: more cost time and fill no other order


class VenueHost:
    """Serves one account at its three ports; `key` is who may trade on it.

    With one port for all, a client would turn an idle connection of one service into a stream of
    another, and a fault of the one would miss it.
    """

    def __init__(
        self, plan: FaultPlan, net: SimNet, clock: SimClock, key: ApiKey, knobs: Sequence[Knob]
    ) -> None:
        self.owner = Owner("venue")
        self._net = net
        self._clock = clock
        self._epoch_ns = clock.wall_ns()
        self._names = {_wire_name(each): each for each in plan.market.symbols}
        self.prices = WatchedPrices(
            PriceWalk(
                [_walk(each, plan.market) for each in plan.market.symbols],
                seed=plan.seed,
                start_ns=self._epoch_ns,
                step_ns=plan.market.step_ns,
            )
        )
        self.symbols = tuple(_symbol(each) for each in plan.market.symbols)
        self.exchange = Exchange(
            Settings(
                symbols=self.symbols,
                keys=known_keys(key),
                balances={"USDT": plan.cash},
                history_minutes=HISTORY_MINUTES,
            ),
            self.prices,
            start_ns=self._epoch_ns,
        )
        self.faults = Faults(knobs, seed=plan.seed, start_ns=self._epoch_ns)

    async def serve(self) -> None:
        """Listen, as an owner of its own."""
        loop = self._net.loop
        ready = loop.create_future()

        async def listen() -> None:
            app = binance_app(self.exchange, self._clock, self.faults)
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            assert runner.server is not None, "a runner that is set up has a server"
            for port in (PORT, STREAM_PORT, WS_API_PORT):
                self._net.listen(port, runner.server)
            with loop.owned_by(loop.world):
                ready.set_result(None)

        with loop.owned_by(self.owner):
            loop.create_task(listen())
        await ready

    def heal(self) -> None:
        """Have no fault from now on."""
        self.faults.clear()
        self.exchange.set_maintenance(is_on=False)
        for symbol in self.symbols:
            self.exchange.state.symbols[symbol.name] = symbol

    def price(self, symbol: str) -> Decimal:
        """Return the last trade of a symbol; before the first, where its walk begins."""
        seen = self.prices.seen.get(_wire_name(symbol))
        return seen[-1][1] if seen else LISTED[symbol].start

    @property
    def last_fill_ns(self) -> int:
        """When the account's last order filled; before there was one, long ago."""
        trades = self.exchange.state.matching.table.trades
        return max((each[-1].event_ns for each in trades.values() if each), default=0)

    def standing(self) -> Truth:
        """Return what is at the account now: its orders and balances, and nothing of the past."""
        matching = self.exchange.state.matching
        return Truth(
            orders=orders_of(matching.table.all, self._names, epoch_ns=self._epoch_ns),
            balances=dict(sorted(matching.balances.items())),
        )

    def truth(self) -> Truth:
        """Return what really is."""
        return truth_of(
            self.exchange.truth(), self._names, epoch_ns=self._epoch_ns, prices=self.prices.seen
        )


class WatchedPrices:
    """A price walk that is written down: the last trade of each move."""

    def __init__(self, walk: PriceWalk) -> None:
        self.seen: dict[str, list[tuple[int, Decimal]]] = {}
        self._walk = walk

    @property
    def next_ns(self) -> int:
        """When the next move is due."""
        return self._walk.next_ns

    def take(self) -> Move:
        """Return the next move."""
        move = self._walk.take()
        self.seen.setdefault(move.symbol, []).append((move.event_ns, move.prints[-1].price))
        return move

    def past(self, symbol: str, until_ns: int, minutes: int) -> Sequence[PastBar]:
        """Return the minutes before `until_ns`."""
        return self._walk.past(symbol, until_ns, minutes)


def _wire_name(symbol: str) -> str:
    return symbol.replace("/", "")


def _symbol(symbol: str) -> Symbol:
    base, _, quote = symbol.partition("/")
    listed = LISTED[symbol]
    return Symbol(
        name=_wire_name(symbol),
        base=base,
        quote=quote,
        tick=listed.tick,
        step=listed.lot,
        notional_min=listed.min_notional,
    )


def _walk(symbol: str, shape: MarketShape) -> WalkMarket:
    listed = LISTED[symbol]
    return WalkMarket(
        symbol=_wire_name(symbol),
        start=listed.start,
        tick=listed.tick,
        lot=listed.lot,
        step_ticks=shape.step_ticks,
        level_lots=shape.level_lots,
        depth=_DEPTH,
    )
