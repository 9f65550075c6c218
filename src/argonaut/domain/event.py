"""Everything that can happen to the engine. Each event carries its time, `event_ns`, UTC."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Literal

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, SignalId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import MarketEvent
from argonaut.domain.mode import TradingMode, Verb
from argonaut.domain.order import Report
from argonaut.domain.signal import Overheard
from argonaut.domain.venue_view import VenueOrder

MAGNITUDE = 18  # powers of ten that a price or size may have, up and down


class Input(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """An input that is neither market data nor a venue's report on an order.

    `tape_row` is how many rows of a recorded tape came before an input from outside it: there a
    restart feeds it again. None where the tape itself brought it.
    """

    event_ns: int
    tape_row: int | None = None


class Deposited(Input, frozen=True, kw_only=True, tag=True):
    """The account's opening balance or a later transfer; a negative amount is a withdrawal."""

    asset: str
    amount: Decimal

    def __post_init__(self) -> None:
        """Refuse what cannot be added to a balance."""
        if not self.amount.is_finite():
            raise InvalidValueError(f"want a finite amount of {self.asset}, not {self.amount}")


class TimerFired(Input, frozen=True, kw_only=True, tag=True):
    """A timer the engine asked for with `SetTimer` is due."""

    key: str


class DetectorSignal(Input, frozen=True, kw_only=True, tag=True):
    """A signal from outside, as the detector sent it; the engine decides what becomes of it.

    Exactly one of `quantity` (base), `notional` (quote) and `fraction` (of equity) is set.
    """

    signal_id: SignalId
    source: str
    instrument_id: InstrumentId
    side: Literal["buy", "sell"]
    intent: Literal["auto", "enter", "exit"] = "auto"
    quantity: Decimal | None = None
    notional: Decimal | None = None
    fraction: Decimal | None = None
    confidence: float = 1.0
    order_type: str = "market"
    limit_price: float | None = None
    stop_price: float | None = None
    take_profit: float | None = None
    expected_price: float | None = None
    ttl_s: float | None = None
    dry_run: bool = False
    strategy: StrategyId | None = None
    user_id: str = ""
    tag: str = ""
    sent_ns: int | None = None  # the detector's own time; None means when it was seen
    metadata: dict[str, str] = {}


def signal_fault(signal: DetectorSignal) -> str:
    """Return what is wrong with the numbers of a signal, or nothing.

    Beyond `MAGNITUDE` powers of ten a number is a mistake or an attack: sums with it would lose
    what everybody else has.
    """
    sizes = [
        (name, value)
        for name in ("quantity", "notional", "fraction")
        if (value := getattr(signal, name)) is not None
    ]
    if len(sizes) != 1 and signal.intent != "exit":
        return f"want exactly one of quantity, notional and fraction, not {len(sizes)}"
    for name, value in sizes:
        if not (value.is_finite() and value > 0):
            return f"want {name} > 0, not {value:.12g}"
        if not -MAGNITUDE <= value.adjusted() <= MAGNITUDE:
            return f"want {name} between 1e-{MAGNITUDE} and 1e{MAGNITUDE}, not {value:.12g}"
    for name in ("limit_price", "stop_price", "take_profit", "expected_price", "ttl_s"):
        number = getattr(signal, name)
        if number is not None and not 0 < number < math.inf:
            return f"want {name} > 0, not {number}"
        if number is not None and not 10.0**-MAGNITUDE <= number <= 10.0**MAGNITUDE:
            return f"want {name} between 1e-{MAGNITUDE} and 1e{MAGNITUDE}, not {number}"
    if not 0 <= signal.confidence <= 1:  # False for NaN too
        return f"want 0 <= confidence <= 1, not {signal.confidence}"
    return ""


class ExternalEvent(Input, frozen=True, kw_only=True, tag=True):
    """An announcement, post or other event of a feed.

    `score` is how strong the source finds it, `mentions` how many items it stands for, `velocity`
    those over the usual number in as long, `sentiment` between -1 and +1. None means that the
    source does not know, which is not zero.
    """

    event_id: str
    source: str
    kind: str
    title: str = ""
    body: str = ""
    url: str = ""
    symbols: tuple[str, ...] = ()  # base assets, such as DOGE
    published_ns: int | None = None  # the source's own time
    ttl_s: float | None = None
    priority: float = 0.0  # 0 to 1
    score: float | None = None
    mentions: int | None = None
    velocity: float | None = None
    sentiment: float | None = None
    payload: dict[str, str] = {}

    def __post_init__(self) -> None:
        """Refuse numbers nobody can compare with."""
        for name in ("priority", "ttl_s", "score", "velocity", "sentiment"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise InvalidValueError(f"event {self.event_id}: want a finite {name}, not {value}")


class InstrumentListed(Input, frozen=True, kw_only=True, tag=True):
    """The venue trades an instrument that was not there at the start, under these rules.

    Told once somebody has asked for it with `WatchInstrument`; its market data follow.
    """

    instrument: Instrument

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        return f"{self.instrument.instrument_id} trades"


class OperatorCommand(Input, frozen=True, kw_only=True, tag=True):
    """A person's order to the bot."""

    verb: Verb
    who: str = "operator"
    reason: str = ""


class Adjusted(Input, frozen=True, kw_only=True, tag=True):
    """The venue's balance differs from ours and no fill of ours explains it: `amount` is added.

    A transfer, a trade by hand, interest, an airdrop. It belongs to no strategy, and is no profit.
    """

    asset: str
    amount: Decimal
    reason: str
    rate: Decimal | None = None  # account quote units of one unit then; the engine notes it

    def __post_init__(self) -> None:
        """Refuse what cannot be added to a balance."""
        if not (self.amount.is_finite() and self.amount):
            raise InvalidValueError(
                f"want a finite amount of {self.asset} other than 0, not {self.amount}"
            )

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        return f"{self.amount:+f} {self.asset} adjusted: {self.reason}"


class Correction(Input, frozen=True, kw_only=True, tag=True):
    """Why the inputs that follow it correct what we believed, and the evidence for it.

    Journaled before them: no UNKNOWN order ends, and nothing is adjusted, without such a row.
    """

    what: Literal["found", "absent", "missed_fill", "ended", "adjusted", "foreign"]
    subject: str  # the client order id, the venue's order id or the asset
    detail: str
    evidence: dict[str, str] = {}

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        return f"{self.what.replace('_', ' ')} {self.subject}: {self.detail}"


class ForeignOrder(Input, frozen=True, kw_only=True, tag=True):
    """A live order at the venue that is no intent of ours: quarantined, told, never touched."""

    order: VenueOrder

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        order = self.order
        where = order.price or order.trigger_price
        return (
            f"order {order.venue_order_id} is none of ours: {order.side.value} {order.quantity:f} "
            f"{order.instrument_id}" + (f" at {where:f}" if where else "")
        )


NO_PRICES = "market stream"
"""The cause of a condition: nobody here sees at what prices an instrument trades."""


class Condition(Input, frozen=True, kw_only=True, tag=True):
    """Something outside limits how much the bot may do, for as long as the cause lasts.

    The strictest of all causes and of what a person has said counts. ACTIVE ends the cause. With an
    instrument it limits that instrument alone.
    """

    cause: str  # such as "recovering", "user stream", "clock", "journal", "residual"
    mode: TradingMode
    detail: str = ""
    instrument_id: InstrumentId | None = None

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        where = f" at {self.instrument_id}" if self.instrument_id else ""
        if self.mode is TradingMode.ACTIVE:
            return f"{self.cause}{where} is over"
        return f"{self.cause}{where}: {self.mode.name.lower()}, {self.detail or 'no detail'}"


Event = (
    MarketEvent
    | Report
    | Deposited
    | Adjusted
    | Correction
    | ForeignOrder
    | Condition
    | TimerFired
    | DetectorSignal
    | ExternalEvent
    | InstrumentListed
    | OperatorCommand
    | Overheard
)
