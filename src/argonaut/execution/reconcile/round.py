"""The nouns of reconciliation: what the venue said in one round, what we have, what follows.

Everything is a value. A round is a set of questions asked at about one time; an answer that did
not come is None or missing, which is never the same as an answer that says "nothing".
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

import msgspec

from argonaut.domain.event import Adjusted, Condition, Correction, ForeignOrder
from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, OrderKey, VenueOrderId
from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Order, OrderStatus, Report
from argonaut.domain.venue_view import NotFound, VenueFill, VenueOrder

LOCAL = VenueOrderId("local")  # the id of an order that is held here until its trigger
APART_NS = 5_000_000_000  # two rounds count as two when they lie at least so far apart
Found = Correction | Report | Adjusted | ForeignOrder | Condition
Cause = Literal["unknown order", "venue order", "residual", "another instance"]

STRICTNESS: Mapping[Cause, TradingMode] = {
    "unknown order": TradingMode.NO_NEW_RISK,
    "venue order": TradingMode.NO_NEW_RISK,
    "residual": TradingMode.REDUCE_ONLY,
    "another instance": TradingMode.NO_NEW_RISK,
}
"""What each cause that is found here allows for as long as it lasts."""


class Limit(NamedTuple):
    """One limit that holds because of what was found: a cause, and where (None: everywhere)."""

    cause: Cause
    instrument_id: InstrumentId | None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a venue answered in one round. `asked_ns` is when its first question left.

    `told_ns` is when its last answer was there, where that was any later.
    """

    asked_ns: int
    told_ns: int = 0
    open_orders: tuple[VenueOrder, ...] | None = None
    fills: Mapping[InstrumentId, tuple[VenueFill, ...]] = {}  # of the instruments that answered
    fills_since_ns: int = 0
    balances: Mapping[str, Decimal] | None = None  # units per asset, locked ones included
    locked: Mapping[str, Decimal] | None = None  # the part of `balances` that orders lock
    found: Mapping[ClientOrderId, VenueOrder | NotFound] = {}
    probed: Mapping[OrderKey, VenueOrder] = {}  # orders looked up by the venue's own id


class Ours(Protocol):
    """What we believe, at the moment the answers are looked at."""

    @property
    def now_ns(self) -> int:
        """The time of inputs made here, UTC."""

    @property
    def instruments(self) -> Mapping[InstrumentId, Instrument]:
        """Everything that is traded."""

    @property
    def live(self) -> Mapping[ClientOrderId, Order]:
        """Orders that may be at the venue; those held here are left out."""

    @property
    def balances(self) -> Mapping[str, Decimal]:
        """Units of each asset that we think the venue has, dust included."""

    def order(self, client_order_id: ClientOrderId) -> Order | None:
        """Return an order of ours, however old it is."""

    def order_at_venue(
        self, instrument_id: InstrumentId, venue_order_id: VenueOrderId
    ) -> Order | None:
        """Return the order of ours that the venue calls so."""

    def has_booked(self, instrument_id: InstrumentId, fill_id: FillId) -> bool:
        """Whether the books have this execution."""

    def is_ours(self, client_order_id: ClientOrderId) -> bool:
        """Whether an id has the form of ours, known or not."""

    def held(self, instrument_id: InstrumentId) -> Decimal:
        """Base units all strategies together hold, signed."""

    def sent_by_ns(self, client_order_id: ClientOrderId) -> int:
        """The latest time at which the order's request can have left this machine."""

    def filled_when_asked(self, client_order_id: ClientOrderId) -> Decimal:
        """Base units of the order that were filled when the round's first question left."""


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """The first round in which everything said that an order is not there, and when it was over."""

    told_ns: int
    evidence: Mapping[str, str]


class Residual(msgspec.Struct, frozen=True, kw_only=True):
    """Units by which the venue has more of an asset than we think, and since when it stands so."""

    amount: Decimal
    ours: Decimal
    since_ns: int  # both numbers have stood since then with nothing in flight
    first_ns: int  # there has been some residual since then


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What one round leaves for the next. Nothing in it has to survive a restart."""

    absences: Mapping[ClientOrderId, Absence] = {}
    residuals: Mapping[str, Residual] = {}
    told_foreign: frozenset[OrderKey] = frozenset()
    others: frozenset[OrderKey] = frozenset()  # looked up, and somebody else's
    risen: Mapping[ClientOrderId, int] = {}  # live there, ended here: first seen
    limits: Mapping[Limit, str] = {}  # what holds now, with the detail that was told
    locked: Mapping[str, Decimal] = {}  # by no order shown, when no order was in doubt


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How long a venue may take: what is late and what is unexplained."""

    lateness_ns: int  # after it was sent; an unseen request cannot arrive any more
    unexplained_ns: int = 60_000_000_000  # until a residual nobody explains is booked as such
    strict: bool = False  # at a start: a residual limits at once, not from the second round on


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from a round, in the order it is to be fed to the engine."""

    inputs: tuple[Found, ...]
    memory: Memory
    ask: tuple[ClientOrderId, ...] = ()  # orders of ours the round said too little about
    probe: tuple[OrderKey, ...] = ()  # whose is this? asked by the venue's id
    take_out: tuple[Order, ...] = ()  # ended here, and live there: ask for their cancellation
    look_back: bool = False  # ask for executions further back


def is_acknowledged(order: Order) -> bool:
    """Whether the venue has ever said that it has this order."""
    return order.venue_order_id not in (None, LOCAL) or bool(order.filled)


def is_settled(order: Order, shown: VenueOrder | NotFound | None) -> bool:
    """Whether venue and we agree on a live order, so that it moves no balance unseen."""
    return (
        isinstance(shown, VenueOrder)
        and order.status not in (OrderStatus.SUBMITTED, OrderStatus.UNKNOWN)
        and shown.filled == order.filled
    )


def limits_told(
    wanted: Mapping[Limit, str], before: Mapping[Limit, str], now_ns: int
) -> list[Condition]:
    """Return the conditions that turn the limits of the last round into those of this one."""
    told = [
        Condition(
            event_ns=now_ns,
            cause=limit.cause,
            mode=STRICTNESS[limit.cause],
            detail=detail,
            instrument_id=limit.instrument_id,
        )
        for limit, detail in wanted.items()
        if limit not in before
    ]
    told += [
        Condition(
            event_ns=now_ns,
            cause=limit.cause,
            mode=TradingMode.ACTIVE,
            instrument_id=limit.instrument_id,
        )
        for limit in before
        if limit not in wanted
    ]
    return told
