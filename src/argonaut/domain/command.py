"""Everything the engine can want done. The loop does it: the journal first, the venue second."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from argonaut.domain.ids import ClientOrderId, InstrumentId
from argonaut.domain.order import Order


class Record(msgspec.Struct, frozen=True):
    """Write one row to the journal. `body` is any frozen struct; the journal encodes it."""

    kind: str
    subject: str
    body: msgspec.Struct


class SubmitOrder(msgspec.Struct, frozen=True):
    """Send this order, after its intent is durable."""

    order: Order


class CancelOrder(msgspec.Struct, frozen=True):
    """Ask the venue to take the order out."""

    client_order_id: ClientOrderId
    instrument_id: InstrumentId


class AmendOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Ask the venue to change a resting order in place; None leaves a field as it is."""

    client_order_id: ClientOrderId
    instrument_id: InstrumentId
    quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None


class SetTimer(msgspec.Struct, frozen=True):
    """Send `TimerFired(key)` at `at_ns`; a later command with the same key replaces it.

    None takes it back.
    """

    key: str
    at_ns: int | None


class WatchInstrument(msgspec.Struct, frozen=True):
    """Send `InstrumentListed` and then market data, once the venue trades this instrument.

    From `from_ns` on it is expected any moment; after `until_ns` nobody wants it any more.
    """

    instrument_id: InstrumentId
    from_ns: int
    until_ns: int


Command = Record | SubmitOrder | CancelOrder | AmendOrder | SetTimer | WatchInstrument
