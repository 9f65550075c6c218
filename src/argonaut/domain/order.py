"""An order and what can happen to it. The steps it may take are in `transitions`."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import (
    ClientOrderId,
    FillId,
    InstrumentId,
    SignalId,
    StrategyId,
    VenueOrderId,
)
from argonaut.domain.number import ZERO


class Side(Enum):
    """Direction of an order or fill."""

    BUY = "buy"
    SELL = "sell"

    __hash__ = object.__hash__  # see `OrderStatus`
    sign: int  # +1 for a buy, -1 for a sell

    def __init__(self, value: str) -> None:
        self.sign = 1 if value == "buy" else -1

    @property
    def opposite(self) -> Side:
        """The other side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderType(Enum):
    """How an order meets the market."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"  # becomes a market order at its trigger
    STOP_LIMIT = "stop_limit"
    TRAILING_STOP = "trailing_stop"  # a stop whose trigger follows the best price

    __hash__ = object.__hash__  # see `OrderStatus`


class TimeInForce(Enum):
    """How long an order rests."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    GTD = "gtd"


class OrderRole(Enum):
    """What an order is for; protective orders and exits may only reduce."""

    ENTRY = "entry"
    EXIT = "exit"
    STOP = "stop"
    TARGET = "target"

    __hash__ = object.__hash__  # see `OrderStatus`
    is_protective: bool  # guards a position rather than acting on a decision of now

    def __init__(self, value: str) -> None:
        self.is_protective = value in {"stop", "target"}


class OrderStatus(Enum):
    """Where an order stands. UNKNOWN reserves its worst case until the venue gives evidence.

    Members are unique, so they hash by identity: Python's own hash of an enum is a function call
    on its name, and a dozen of them an order. What is asked of a member as often is told once.
    """

    CREATED = "created"
    DENIED = "denied"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    TRIGGERED = "triggered"
    PARTIALLY_FILLED = "partially_filled"
    PENDING_CANCEL = "pending_cancel"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"

    __hash__ = object.__hash__
    is_final: bool  # nothing more is expected (a late fill may still be told)

    def __init__(self, value: str) -> None:
        self.is_final = value in {"denied", "filled", "canceled", "expired", "rejected"}


class OrderEvent(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """Something that happened to one order at `event_ns` (UTC nanoseconds)."""

    client_order_id: ClientOrderId
    event_ns: int


class Denied(OrderEvent, frozen=True, kw_only=True, tag=True):
    """We ourselves did not send it."""

    reason: str


class Submitted(OrderEvent, frozen=True, kw_only=True, tag=True):
    """Its intent is durable and it goes to the venue."""


class OutcomeUnknown(OrderEvent, frozen=True, kw_only=True, tag=True):
    """We cannot know whether the venue has it. Never resent; resolved by evidence only."""

    reason: str


class Accepted(OrderEvent, frozen=True, kw_only=True, tag=True):
    """The venue has it."""

    venue_order_id: VenueOrderId


class Rejected(OrderEvent, frozen=True, kw_only=True, tag=True):
    """The venue does not have it and says why."""

    code: str
    reason: str


class Triggered(OrderEvent, frozen=True, kw_only=True, tag=True):
    """Its trigger price was reached; it is now a market or limit order."""


class Filled(OrderEvent, frozen=True, kw_only=True, tag=True):
    """One execution: `quantity` base units at `price`; a negative fee is a rebate."""

    fill_id: FillId
    quantity: Decimal
    price: Decimal
    fee: Decimal = ZERO
    fee_asset: str = ""
    is_maker: bool = False
    slippage_quote: Decimal = ZERO  # quote units lost against the undisturbed price, simulated

    def __post_init__(self) -> None:
        """Refuse what no execution can be: it would go straight into the ledger."""
        quantity, price, fee = self.quantity, self.price, self.fee
        if not (quantity.is_finite() and quantity > ZERO):
            raise InvalidValueError(f"fill {self.fill_id}: want quantity > 0, not {quantity}")
        if not (price.is_finite() and price > ZERO):
            raise InvalidValueError(f"fill {self.fill_id}: want price > 0, not {price}")
        if fee and not (fee.is_finite() and self.fee_asset):
            raise InvalidValueError(
                f"fill {self.fill_id}: want a finite fee in a named asset, "
                f"not {fee} {self.fee_asset!r}"
            )


class CancelRequested(OrderEvent, frozen=True, kw_only=True, tag=True):
    """We asked the venue to cancel it."""


class Canceled(OrderEvent, frozen=True, kw_only=True, tag=True):
    """The venue took it out, at our request or its own."""

    reason: str = ""


class Expired(OrderEvent, frozen=True, kw_only=True, tag=True):
    """It ended by its time in force or a rule of the venue."""

    reason: str = ""


class Amended(OrderEvent, frozen=True, kw_only=True, tag=True):
    """The venue changed its price, trigger or quantity as asked; None means unchanged."""

    quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse numbers no order can have."""
        for name in ("quantity", "price", "trigger_price"):
            value = getattr(self, name)
            if value is not None and not (value.is_finite() and value > ZERO):
                raise InvalidValueError(
                    f"order {self.client_order_id}: want {name} > 0 after an amendment, not {value}"
                )


Report = Accepted | Rejected | Triggered | Filled | Canceled | Expired | Amended | OutcomeUnknown


class Order(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """An instruction we own, from creation to a final status. Quantities are base units.

    `quote_quantity` sizes a market order by quote units, fee included, at the price it fills;
    its `quantity` is then the most it may reach. `trail_fraction` belongs to TRAILING_STOP.
    """

    client_order_id: ClientOrderId
    strategy_id: StrategyId
    instrument_id: InstrumentId
    side: Side
    order_type: OrderType
    role: OrderRole
    quantity: Decimal
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    trail_fraction: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    reduce_only: bool = False
    oco_group: str = ""  # orders of one group: a fill of one cancels the others at the venue
    signal_id: SignalId = SignalId("")
    parent_id: str = ""
    tag: str = ""
    user_id: str = ""
    decision_price: Decimal | None = None  # what the market showed when we decided
    created_ns: int = 0
    status: OrderStatus = OrderStatus.CREATED
    filled: Decimal = ZERO
    filled_quote: Decimal = ZERO  # sum of price x quantity over the fills
    venue_order_id: VenueOrderId | None = None
    fill_ids: tuple[FillId, ...] = ()
    is_cancel_asked: bool = False  # it is to go, whatever became unknown of it since

    @property
    def leaves(self) -> Decimal:
        """Base units that may still fill; zero once final."""
        return ZERO if self.status.is_final else self.quantity - self.filled

    @property
    def is_final(self) -> bool:
        """Whether nothing more is expected."""
        return self.status.is_final

    @property
    def excess(self) -> Decimal:
        """Base units that filled beyond what was ordered: zero, or the venue is wrong."""
        return max(self.filled - self.quantity, ZERO)

    @property
    def average_price(self) -> Decimal | None:
        """Volume-weighted fill price, or None before the first fill."""
        return self.filled_quote / self.filled if self.filled else None
