"""What the engine writes into the journal: one struct for each kind of row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, SignalId, StrategyId
from argonaut.domain.order import Order
from argonaut.domain.signal import Enter, Exit, Protect, Watch
from argonaut.domain.verdict import Verdict

SHADOW: Final = "shadow."
"""Begins the kind of a row that a strategy on trial caused: nothing of it touched the account."""


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One signal, all its verdicts and, when approved, the orders meant by it."""

    signal_id: SignalId
    signal: Enter | Exit
    approved: bool
    verdicts: tuple[Verdict, ...]
    requested: Decimal | None = None  # base units
    quantity: Decimal | None = None  # base units approved
    market_price: Decimal | None = None  # what the market showed
    orders: tuple[Order, ...] = ()


class ProtectionMoved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A strategy asked to move its stop or target, and what came of it."""

    signal: Protect
    moved: bool
    detail: str
    signal_id: SignalId = SignalId("")


class NoticePlanned(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What an announcement about an instrument calls for, and when. Times are UTC nanoseconds."""

    event_id: str
    kind: str  # delisting, suspension, maintenance or contract_change
    instrument_id: InstrumentId
    action: str  # freeze or flatten
    freeze_ns: int  # from then on no entries
    flatten_ns: int | None = None  # from then on everything is closed
    end_ns: int | None = None  # it is over then; None is never
    detail: str = ""


class WatchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A strategy asked for an instrument that is not there yet, and what the rules say to it."""

    signal: Watch
    accepted: bool
    detail: str = ""


class DetectorAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a detector's signal at the door: accepted, duplicate, expired, refused."""

    signal: DetectorSignal
    answer: str
    detail: str = ""


class OrderSent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The intent of a protective or delayed order, durable before its first byte leaves."""

    order: Order
    reason: str
    pair: int = 0  # which part of a holding a protective order is for


class ModeChanged(msgspec.Struct, frozen=True, kw_only=True):
    """How much the bot may do changed."""

    mode: str
    who: str
    reason: str


class StrategyPaused(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy raised; it is not called again, its positions stay protected."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    error: str


class StrategyState(msgspec.Struct, frozen=True, kw_only=True):
    """What a strategy would want back after a restart."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    state: dict[str, Any]


class Anomaly(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that should not be: an unknown order, an illegal step, a leg that cannot rest."""

    what: str
    detail: str
    frozen: bool = False  # whether the instrument takes no more entries because of it
    instrument_id: InstrumentId | None = None  # where, if it is frozen


class TransferValued(msgspec.Struct, frozen=True, kw_only=True):
    """What came in or went out without a price got one; a restart must not value it anew."""

    asset: str
    rate: Decimal  # units of the account's quote asset per unit


class Allocated(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy's budget went down or up a step, and the trades that led to it."""

    strategy_id: StrategyId
    factor: Decimal  # part of its budget it has from now on
    was: Decimal
    reason: str
    trades: int
    win_rate: float
    pnl_fraction: float  # mean P&L of a trade over its entry's notional
    drawdown_fraction: float

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        return f"{self.strategy_id} has {self.factor:.0%} of its budget: {self.reason}"


class OffPace(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy wishes more or less often than it said it would."""

    strategy_id: StrategyId
    what: str  # "silent" or "busy"
    value: float  # seconds without a wish to enter, or such wishes in 24 h
    limit: float
    detail: str

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        if self.what == "silent":
            said = (
                f"no wish to enter for {self.value / 3600:.1f} h, declared {self.limit / 3600:g} h"
            )
        else:
            said = f"{self.value:g} wishes to enter in 24 h, declared {self.limit:g}"
        return f"{self.strategy_id} is {self.what}: {said}; {self.detail}"


class Shortlisted(msgspec.Struct, frozen=True, kw_only=True):
    """The scanner has chosen what may be entered until it chooses again."""

    instruments: tuple[InstrumentId, ...]  # the best first
    scores: dict[str, float]  # of all that passed the filters
    out: dict[str, str]  # why the others did not
    until_ns: int

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        return f"shortlist: {', '.join(self.instruments) or 'nothing passes the filters'}"


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """A bar the scanner has measured; journaled where a restart has no tape to see it again."""

    instrument_id: InstrumentId
    timeframe_ns: int
    close_ns: int
    high: float
    low: float
    close: float
    notional: float  # traded in it, quote units


class Trailed(msgspec.Struct, frozen=True, kw_only=True):
    """A trail has taken a stop along; journaled where a restart has no tape to see it again."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    best_price: float
    stop_price: Decimal
