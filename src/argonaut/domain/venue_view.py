"""What a venue says it has: its orders, executions and balances, at the moment of the answer.

A report tells one step of one order of ours; these tell a whole, and may be of anybody. Recovery
and reconciliation compare them with the engine's own orders and books.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, OrderKey, VenueOrderId
from argonaut.domain.number import ZERO
from argonaut.domain.order import OrderStatus, Side


class VenueOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One order as the venue shows it. Quantities are base units, prices quote per base.

    `status` is never CREATED, DENIED, SUBMITTED or UNKNOWN: a venue knows what it has. An order
    that waits for its trigger is ACCEPTED.
    """

    instrument_id: InstrumentId
    client_order_id: ClientOrderId  # "" where the venue shows none
    venue_order_id: VenueOrderId
    side: Side
    status: OrderStatus
    quantity: Decimal
    filled: Decimal = ZERO
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    updated_ns: int = 0
    reason: str = ""  # why it ended, in the venue's words

    @property
    def key(self) -> OrderKey:
        """What names the order at its venue."""
        return self.instrument_id, self.venue_order_id


class VenueFill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One execution as the venue shows it: `quantity` base units at `price`.

    Venues list executions by their own order id; `client_order_id` is "" where it is not shown.
    """

    instrument_id: InstrumentId
    fill_id: FillId
    venue_order_id: VenueOrderId
    client_order_id: ClientOrderId = ClientOrderId("")
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal = ZERO
    fee_asset: str = ""
    is_maker: bool = False
    event_ns: int

    @property
    def order_key(self) -> OrderKey:
        """What names the order it is of, at its venue."""
        return self.instrument_id, self.venue_order_id


class VenueBalances(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything the account has at the venue, what orders lock included, in whole units.

    `locked` is the part of it that orders lock; None where the venue does not tell.
    """

    total: Mapping[str, Decimal]
    as_of_ns: int
    locked: Mapping[str, Decimal] | None = None


class NotFound(msgspec.Struct, frozen=True, kw_only=True):
    """The venue says it knows no such order. Weak evidence: see RELIABILITY, rule R3."""

    detail: str


class NoAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A question was not answered, or not so that it can be relied on. Ask again later."""

    detail: str
