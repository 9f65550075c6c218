"""What is known about a run once it is over: what the trader wrote, what it sent, and the truth.

Plain values, so that an invariant is a pure function and a test can write a history by hand.
Times are virtual nanoseconds on the world's own clock, which no fault can turn; the rows of the
journal carry the trader's clock, which faults do turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.journal.row import Row
from argonaut.rehearsal.simulation.plan import FaultPlan


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One request that left the trader, seen where its first byte left, and what came back.

    `durable_seq` is the last journal row that was durable at that moment.
    """

    at_ns: int
    life: int
    method: str  # of HTTP; "WS" for a request over a WebSocket
    path: str  # /api/v3/order, or the method of the WebSocket API such as order.place
    params: Mapping[str, str]
    durable_seq: int
    answered_ns: int | None = None  # when the trader had the whole answer; None: never
    status: int | None = None
    answer: str = ""
    retry_after_s: int | None = None  # for how long the venue asked for silence

    @property
    def places(self) -> tuple[str, ...]:
        """Return the client ids of the orders this request would place."""
        if self.method not in ("POST", "WS") or not self._is_about_placing:
            return ()
        return tuple(self.params[name] for name in _ID_NAMES if self.params.get(name))

    @property
    def cancels(self) -> str | None:
        """Return the client id of the order this request would take out."""
        is_about_it = self.method == "DELETE" or self.path == "order.cancel"
        return self.params.get("origClientOrderId") if is_about_it else None

    @property
    def _is_about_placing(self) -> bool:
        return "order" in self.path.lower() and not self.path.endswith("/test")


_ID_NAMES = (
    "newClientOrderId",
    "aboveClientOrderId",
    "belowClientOrderId",
    "limitClientOrderId",
    "stopClientOrderId",
)


class TrueOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it really was at the venue. `is_ours` is False for one made by hand."""

    symbol: str  # BTC/USDT
    client_order_id: str
    venue_order_id: str
    side: Literal["buy", "sell"]
    kind: str  # the venue's word: MARKET, LIMIT, STOP_LOSS, STOP_LOSS_LIMIT …
    status: str  # the venue's word: NEW, PARTIALLY_FILLED, FILLED, CANCELED, REJECTED, EXPIRED
    quantity: Decimal
    filled: Decimal
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    created_ns: int
    ended_ns: int | None = None
    is_ours: bool = True

    @property
    def is_live(self) -> bool:
        """Whether it can still fill."""
        return self.ended_ns is None

    @property
    def is_stop(self) -> bool:
        """Whether it waits for a trigger."""
        return self.trigger_price is not None


class TrueFill(msgspec.Struct, frozen=True, kw_only=True):
    """An execution as it really was."""

    trade_id: str
    symbol: str
    client_order_id: str
    venue_order_id: str
    side: Literal["buy", "sell"]
    quantity: Decimal
    price: Decimal
    fee: Decimal = ZERO
    fee_asset: str = ""
    event_ns: int
    is_ours: bool = True


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """Something other than the trader's own orders changed a balance."""

    asset: str
    amount: Decimal
    at_ns: int
    why: str


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """The fullest that one of the venue's rate windows ever was."""

    window: str  # such as "REQUEST_WEIGHT 1 MINUTE"
    used: int
    limit: int


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What the venue alone knows."""

    orders: tuple[TrueOrder, ...] = ()
    fills: tuple[TrueFill, ...] = ()
    balances: Mapping[str, Decimal] = {}
    transfers: tuple[Transfer, ...] = ()
    usage: tuple[Usage, ...] = ()
    refused_for_rate: int = 0  # 429 and 418 that no fault asked for
    prices: Mapping[str, tuple[tuple[int, Decimal], ...]] = {}  # by symbol: (ns, price), in order


class Commit(msgspec.Struct, frozen=True, array_like=True):
    """When rows up to `seq` became durable."""

    at_ns: int
    life: int
    seq: int


class Passed(msgspec.Struct, frozen=True, array_like=True):
    """A point at which the trader could have died: the `number`th of its life, from 1."""

    life: int
    number: int
    name: str
    at_ns: int


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """One process of the trader, from its start to its end."""

    number: int  # 1, 2, 3 …
    epoch: str
    began_ns: int
    ready_ns: int | None = None
    ended_ns: int | None = None
    ending: Literal["end", "stop", "crash", "failed", "refused"] = "end"
    error: str = ""  # what it failed of
    stalls: tuple[tuple[int, int], ...] = ()  # from when to when its machine stood still


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """What the trader believes at the end of the calm."""

    is_ready: bool
    mode: str  # a name of TradingMode
    positions: Mapping[str, Decimal] = {}  # by instrument id, what is written off as dust left out
    holdings: Mapping[str, Decimal] = {}  # by "strategy|instrument id"
    balances: Mapping[str, Decimal] = {}  # by asset, dust included
    residuals: Mapping[str, Decimal] = {}  # by asset: what the double entry is out by
    live: tuple[str, ...] = ()  # client ids of orders that may still fill
    unknown: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()  # causes that limit trading
    bounds: Mapping[str, tuple[int, int]] = {}  # by name of a queue or cache: (size, limit)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one run. `world.py` fills it, the invariants read it."""

    plan: FaultPlan
    instruments: tuple[Instrument, ...]
    rows: tuple[Row, ...]
    commits: tuple[Commit, ...]
    sent: tuple[Sent, ...]
    truth: Truth
    lives: tuple[Life, ...]
    belief: Belief
    lateness_ns: int = 0  # the adapter's: how long after it was signed a request may still arrive
    epoch_ns: int | None = None  # UTC when the run began, as the venue has it; None: not known
    sinks: Mapping[str, str] = {}  # by name: every text that left the process
    canaries: tuple[str, ...] = ()  # secrets that must be in no sink
    states: Mapping[str, str] = {}  # hashes of one state reached in several ways; all equal
    dropped: int = 0  # messages of the venue that the last life refused to believe
    faults: tuple[str, ...] = ()  # of our own, that streams had to get over
    struck: tuple[int, ...] = ()  # how often each fault of the plan did something, in its order
    points: tuple[Passed, ...] = ()  # in the order they were passed
    trace_hash: str = ""
    config_hash: str = ""
    wall_s: float = 0.0  # what the run took, for figures; part of no hash
