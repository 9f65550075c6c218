"""A stage for stories: bars in, what the engine and the venue did out, as lines a trader can read.

A script says which wishes a strategy has at which bar's close; everything else is the real thing:
engine, gate, desk, warden, book and the simulated venue, without costs so that numbers stay plain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from argonaut.domain.command import Record
from argonaut.domain.event import Deposited, Event
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar
from argonaut.domain.order import Filled, Order, OrderType, Side
from argonaut.domain.signal import Enter, Exit, Notional, Protection, Signal
from argonaut.engine.core import Engine
from argonaut.engine.setup import EngineSetup
from argonaut.journal.memory import MemoryJournal
from argonaut.ledger.holding import Holding
from argonaut.ports import Capability
from argonaut.risk.gate import Gate
from argonaut.risk.registry import default_checks
from argonaut.strategies.interface import Strategy
from argonaut.venues.sim import NoFees, NoLatency, NoSlippage, SimVenue
from argonaut.venues.sim.session import Session

BTC = InstrumentId("BTC/USDT@sim")
MINUTE_NS = 60_000_000_000
START_NS = 1_600_000_020_000_000_000  # a whole minute
Script = Mapping[int, Sequence[Signal]]


class Scripted(Strategy):
    """Says at the close of bar n what the script has for n."""

    def __init__(self, script: Script, name: str = "story") -> None:
        super().__init__(StrategyId(name), BTC)
        self.script = script
        self.bars = 0
        self.told: list[str] = []

    def on_bar(self, bar: Bar, holding: Holding) -> Sequence[Signal]:
        """Count the bar and say what is due."""
        self.bars += 1
        return tuple(self.script.get(self.bars - 1, ()))

    def on_fill(self, fill: Filled, holding: Holding) -> None:
        """Remember what was told, for tests of who hears what."""
        self.told.append(f"{fill.quantity} at {fill.price}")


def enter(
    quote: str = "100", *, side: Side = Side.BUY, name: str = "story", **protection: object
) -> Enter:
    """Wish to enter with `quote` units and, where named, a protection."""
    return Enter(
        strategy_id=StrategyId(name),
        instrument_id=BTC,
        side=side,
        size=Notional(Decimal(quote)),
        reason="the script says so",
        protection=Protection(**protection),  # type: ignore[arg-type]
    )


def leave(fraction: str = "1", name: str = "story") -> Exit:
    """Wish to leave."""
    return Exit(
        strategy_id=StrategyId(name),
        instrument_id=BTC,
        fraction=Decimal(fraction),
        reason="the script says so",
    )


class Stage:
    """One engine over one simulated venue; `story` is what was journaled, a line a row."""

    def __init__(
        self,
        *strategies: Strategy,
        cash: str = "10000",
        tick: str = "0.01",
        lot: str = "0.001",
        allow_short: bool = False,
        capability: Mapping[str, object] | None = None,
        gate: Gate | None = None,
    ) -> None:
        instrument = Instrument(
            instrument_id=BTC,
            base="BTC",
            quote="USDT",
            tick_size=Decimal(tick),
            lot_size=Decimal(lot),
        )
        self.venue = SimVenue(
            (instrument,),
            balances={"USDT": Decimal(cash)},
            fees=NoFees(),
            slippage=NoSlippage(),
            latency=NoLatency(),
            allow_short=allow_short,
        )
        can: Capability = self.venue.capability
        if capability is not None:
            can = msgspec.structs.replace(can, **capability)
        self.engine = Engine(
            EngineSetup(
                instruments=(instrument,),
                strategies=strategies,
                gate=gate or Gate(default_checks()),
                capability=can,
                quote="USDT",
                base_timeframes_ns={BTC: MINUTE_NS},
            )
        )
        self.records: list[Record] = []
        self.journal = MemoryJournal(keeps_rows=True)
        self.session = Session(
            self.engine,
            self.venue,
            self.journal,
            durable_sends=False,
            observers=(lambda _seq, _ns, record: self.records.append(record),),
        )
        self.start_ns = START_NS
        self.minute = 0
        self.feed(Deposited(event_ns=START_NS, asset="USDT", amount=Decimal(cash)))

    @property
    def holding(self) -> Holding:
        """What the first strategy holds."""
        return self.engine.book.holding(next(iter(self.engine.strategies())).strategy_id, BTC)

    def feed(self, event: Event) -> None:
        """Step anything but market data."""
        self.session.feed(event)

    def bars(self, *rows: tuple[float, float, float, float]) -> list[str]:
        """Play bars of (open, high, low, close) and return what they brought."""
        first = len(self.records)
        for row in rows:
            self.bar(*row)
        return self.story(first)

    def bar(
        self, opened: float, high: float, low: float, close: float, volume: float = 1e6
    ) -> None:
        """Play one bar, its open first."""
        open_ns = START_NS + self.minute * MINUTE_NS
        self.minute += 1
        if BTC in self.venue.working:
            self.session.open(BTC, open_ns, opened)
        self.session.bar(
            Bar(
                BTC, MINUTE_NS, open_ns, open=opened, high=high, low=low, close=close, volume=volume
            )
        )

    def story(self, first: int = 0) -> list[str]:
        """Return the journal from row `first` on in short words."""
        return [line for record in self.records[first:] for line in _told(record)]

    def resting(self) -> dict[str, str]:
        """Return the live orders: role -> what rests."""
        return {
            order.role.value: f"{short(order.leaves)} {order.side.value} {_where(order)}"
            for order in self.engine.desk.live.values()
        }


def flat(price: float) -> tuple[float, float, float, float]:
    """Return a bar that does not move."""
    return (price, price, price, price)


def short(number: Decimal | str | None) -> str:
    """Return a number without the zeros it could do without."""
    return f"{Decimal(number or 0).normalize():f}"


def _where(order: Order) -> str:
    if order.order_type is OrderType.MARKET:
        return "at market"
    if order.order_type is OrderType.LIMIT:
        return f"at {short(order.price)}"
    return f"stop {short(order.trigger_price)}"


def _told(record: Record) -> Iterable[str]:
    body = msgspec.to_builtins(record.body)
    if record.kind == "decision":
        if body["approved"]:
            order = body["orders"][0]
            yield f"{body['signal']['type'].lower()} approved: {short(order['quantity'])}"
        else:
            yield f"{body['signal']['type'].lower()} refused: {body['verdicts'][-1]['code']}"
    elif record.kind == "report":
        leg = body["client_order_id"].rsplit("-", 1)[1][0]
        name = {"e": "entry", "x": "exit", "s": "stop", "t": "target"}[leg]
        said = body["type"].lower()
        if said == "filled":
            said = f"filled {short(body['quantity'])} at {short(body['price'])}"
        elif said == "amended":
            said = "amended"
        yield f"{name} {said}"
    elif record.kind == "round_trip":
        yield f"round trip {short(body['pnl'])}"
    elif record.kind in ("anomaly", "mode"):
        yield f"{record.kind} {record.subject}"
    elif record.kind == "protection":
        yield f"protection {body['detail']}"
    elif record.kind == "strategy_paused":
        yield f"paused: {body['error']}"
