"""A stage for stories: bars in, what the engine and the venue did out, as lines a trader can read.

A script says which wishes a strategy has at which bar's close; everything else is the real thing:
engine, gate, desk, warden, book and the simulated venue, without costs so that numbers stay plain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from argonaut.domain.command import Record
from argonaut.domain.event import Deposited, Event, OperatorCommand
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.mode import Verb
from argonaut.domain.order import Filled, Order, OrderType, Side
from argonaut.domain.signal import Enter, Exit, Notional, Protect, Protection, Signal
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
SECOND_NS = 1_000_000_000
MINUTE_NS = 60 * SECOND_NS
START_NS = 1_600_000_020_000_000_000  # a whole minute
ROWS_MAX = 20_000  # of one story: engine and venue could answer each other for ever
OPEN_GATE = Gate(())  # validity alone, for sizes the default limits would refuse
FREE: dict[str, Any] = {"fees": NoFees(), "slippage": NoSlippage(), "latency": NoLatency()}
Script = Mapping[int, Sequence[Signal]]


class Scripted(Strategy):
    """Says at the close of bar n what the script has for n."""

    def __init__(
        self, script: Script, name: str = "story", instrument_id: InstrumentId = BTC
    ) -> None:
        super().__init__(StrategyId(name), instrument_id)
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
    quote: str = "100", *, side: Side = Side.BUY, name: str = "story", **protection: Any
) -> Enter:
    """Wish to enter with `quote` units and, where named, a protection."""
    return Enter(
        strategy_id=StrategyId(name),
        instrument_id=BTC,
        side=side,
        size=Notional(Decimal(quote)),
        reason="the script says so",
        protection=Protection(**protection),
    )


def leave(fraction: str = "1", name: str = "story", **fields: Any) -> Exit:
    """Wish to leave."""
    return Exit(
        strategy_id=StrategyId(name),
        instrument_id=BTC,
        fraction=Decimal(fraction),
        reason="the script says so",
        **fields,
    )


def move(*, stop_price: float | None = None, target_price: float | None = None) -> Protect:
    """Wish to move the protection."""
    return Protect(
        strategy_id=StrategyId("story"),
        instrument_id=BTC,
        reason="the script says so",
        stop_price=stop_price,
        target_price=target_price,
    )


def instrument_of(tick: str = "0.01", lot: str = "0.001", **rules: Any) -> Instrument:
    """BTC/USDT with these rules."""
    given: dict[str, Any] = {
        "instrument_id": BTC,
        "base": "BTC",
        "quote": "USDT",
        "tick_size": Decimal(tick),
        "lot_size": Decimal(lot),
    }
    return Instrument(**given | rules)


class Stage:
    """One engine over one simulated venue; `story` is what was journaled, a line a row.

    `rules` are the instrument's, `venue_rules` what the venue has made of them meanwhile,
    `models` costs and latency of the venue, and `setup` other parts of the engine.
    """

    def __init__(
        self,
        *strategies: Strategy,
        cash: str = "10000",
        tick: str = "0.01",
        lot: str = "0.001",
        allow_short: bool = False,
        capability: Mapping[str, Any] | None = None,
        gate: Gate | None = None,
        rules: Mapping[str, Any] | None = None,
        venue_rules: Mapping[str, Any] | None = None,
        models: Mapping[str, Any] | None = None,
        setup: Mapping[str, Any] | None = None,
    ) -> None:
        instrument = instrument_of(tick, lot, **(rules or {}))
        self.venue = SimVenue(
            (msgspec.structs.replace(instrument, **(venue_rules or {})),),
            balances={"USDT": Decimal(cash)},
            allow_short=allow_short,
            **FREE | dict(models or {}),
        )
        can: Capability = self.venue.capability
        if capability is not None:
            can = msgspec.structs.replace(can, **capability)
        self.setup = EngineSetup(
            instruments=(instrument,),
            strategies=strategies,
            gate=gate or Gate(default_checks()),
            capability=can,
            quote="USDT",
            base_timeframes_ns={BTC: MINUTE_NS},
            **(setup or {}),
        )
        self.engine = Engine(self.setup)
        self.records: list[Record] = []
        self.journal = MemoryJournal(keeps_rows=True)
        self.session = Session(
            self.engine,
            self.venue,
            self.journal,
            durable_sends=False,
            observers=(lambda _seq, _ns, record: self.take_row(record),),
        )
        self.start_ns = START_NS
        self.minute = 0
        self.seconds = 0
        self.feed(Deposited(event_ns=START_NS, asset="USDT", amount=Decimal(cash)))

    def take_row(self, record: Record) -> None:
        """Keep what was journaled; by now the engine has done with the event."""
        self.records.append(record)
        assert len(self.records) < ROWS_MAX, "this story has no end"

    @property
    def holding(self) -> Holding:
        """What the first strategy holds."""
        return self.held_by(next(iter(self.engine.strategies())).strategy_id)

    def held_by(self, name: str) -> Holding:
        """What the strategy of that name holds."""
        return self.engine.book.holding(StrategyId(name), BTC)

    @property
    def now_ns(self) -> int:
        """The time of the last bar's close, trade or quote."""
        return self.start_ns + self.minute * MINUTE_NS + self.seconds * SECOND_NS

    def feed(self, event: Event) -> list[str]:
        """Step anything but market data and return what it brought."""
        first = len(self.records)
        self.session.feed(event)
        return self.story(first)

    def say(self, verb: Verb, reason: str = "the test says so") -> list[str]:
        """Give a person's command and return what it brought."""
        return self.feed(OperatorCommand(event_ns=self.engine.now_ns, verb=verb, reason=reason))

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
        self.seconds = 0
        if BTC in self.venue.working:
            self.session.open(BTC, open_ns, opened)
        self.session.bar(
            Bar(
                BTC, MINUTE_NS, open_ns, open=opened, high=high, low=low, close=close, volume=volume
            )
        )

    def trades(self, *prices: float, quantity: float = 1e6) -> list[str]:
        """Play public trades, a second apart, and return what they brought."""
        first = len(self.records)
        for price in prices:
            self.seconds += 1
            self.session.trade(Trade(BTC, self.now_ns, price=price, quantity=quantity))
        return self.story(first)

    def quotes(self, *sides: tuple[float, float], quantity: float = 1e6) -> list[str]:
        """Play quotes of (bid, ask), a second apart, and return what they brought."""
        first = len(self.records)
        for bid, ask in sides:
            self.seconds += 1
            self.session.quote(
                Quote(
                    BTC,
                    self.now_ns,
                    bid=bid,
                    ask=ask,
                    bid_quantity=quantity,
                    ask_quantity=quantity,
                )
            )
        return self.story(first)

    def story(self, first: int = 0) -> list[str]:
        """Return the journal from row `first` on in short words."""
        return [line for record in self.records[first:] for line in told(record)]

    def bodies(self, kind: str) -> list[Any]:
        """Return what was journaled of one kind."""
        return [record.body for record in self.records if record.kind == kind]

    def resting(self) -> dict[str, str]:
        """Return the live orders: role -> what rests."""
        return resting_of(self.engine)


def resting_of(engine: Engine) -> dict[str, str]:
    """Return the live orders of an engine: role -> what rests."""
    return {
        order.role.value: f"{short(order.leaves)} {order.side.value} {_where(order)}"
        for order in engine.desk.live.values()
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


def told(record: Record) -> Iterable[str]:
    """Yield what a journal row says, in short words."""
    body = msgspec.to_builtins(record.body)
    if record.kind == "decision":
        if body["approved"] and "orders" not in body:
            yield f"exit kept: {short(body['quantity'])}"
        elif body["approved"]:
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
