"""Orders and executions as the venue shows them, and by what they belong together."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, VenueOrderId
from argonaut.domain.order import OrderStatus, Side
from argonaut.domain.venue_view import VenueFill, VenueOrder

BTC, ETH = InstrumentId("BTC/USDT@venue"), InstrumentId("ETH/USDT@venue")


def shown(instrument_id: InstrumentId) -> VenueOrder:
    return VenueOrder(
        instrument_id=instrument_id,
        client_order_id=ClientOrderId(""),
        venue_order_id=VenueOrderId("7"),
        side=Side.BUY,
        status=OrderStatus.ACCEPTED,
        quantity=Decimal(1),
    )


def test_an_execution_belongs_to_the_order_of_its_instrument_with_its_number() -> None:
    """Venues number the orders of each instrument on their own."""
    fill = VenueFill(
        instrument_id=BTC,
        fill_id=FillId("x1"),
        venue_order_id=VenueOrderId("7"),
        side=Side.BUY,
        quantity=Decimal(1),
        price=Decimal(100),
        event_ns=1,
    )

    assert fill.order_key == shown(BTC).key
    assert fill.order_key != shown(ETH).key
