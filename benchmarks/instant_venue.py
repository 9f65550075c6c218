"""A venue that takes an order the moment it is asked to, and notes that moment.

Stands for the network and the exchange where only the way up to them is measured. Every order fills
at once at a price that stands still.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, Final

from argonaut.domain.ids import FillId, InstrumentId, VenueId, VenueOrderId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar, Quote
from argonaut.domain.order import Accepted, Filled, Order, OrderType, Report
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueBalances, VenueFill, VenueOrder
from argonaut.ports import Capability, Clock, MarketStream, Rng, VenueListener

VENUE: Final = VenueId("instant")
PRICE: Final = Decimal(50_000)
QUOTED_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where it notes when orders came."""

    stamps: str


class InstantVenue:
    """Implements `ports.Venue` for one instrument, `BTC/USDT`."""

    settings_type = Settings
    venue_id: ClassVar[VenueId] = VENUE
    lateness_ns = 1_000_000_000

    def __init__(
        self,
        settings: Settings,
        instruments: Sequence[InstrumentId],
        *,
        clock: Clock,
        rng: Rng,
        market: Sequence[MarketStream] = (),
    ) -> None:
        del rng, market
        self.capability = Capability(
            venue_id=VENUE,
            order_types=frozenset({OrderType.MARKET, OrderType.LIMIT}),
            has_oco=False,
            has_amend=False,
            has_reduce_only=False,
            allows_short=False,
        )
        self._place = Path(settings.stamps)
        self._instrument = instruments[0]
        self._clock = clock
        self._stamps: list[str] = []
        self._balances = {"USDT": Decimal(1_000_000), "BTC": Decimal(0)}
        self._fills: list[VenueFill] = []
        self._quoting: asyncio.Task[None] | None = None

    async def open(self, listener: VenueListener) -> Sequence[Instrument]:
        """Begin to quote."""
        listener.on_stream("user", is_up=True, detail="")
        listener.on_stream(f"market {self._instrument}", is_up=True, detail="")
        self._quoting = asyncio.create_task(self._quote(listener))
        return [
            Instrument(
                instrument_id=self._instrument,
                base="BTC",
                quote="USDT",
                tick_size=Decimal("0.01"),
                lot_size=Decimal("0.00001"),
            )
        ]

    async def close(self) -> None:
        """Write down when orders came."""
        if self._quoting is not None:
            self._quoting.cancel()
        self._place.write_text("\n".join(self._stamps))

    async def submit(self, order: Order, *, forbids: Callable[[], str] = str) -> Sequence[Report]:
        """Note the moment, and fill."""
        del forbids  # it leaves at once
        self._stamps.append(f"{order.client_order_id} {time.monotonic_ns()}")
        number = len(self._stamps)
        sign = order.side.sign
        self._balances["BTC"] += sign * order.quantity
        self._balances["USDT"] -= sign * order.quantity * PRICE
        name, now_ns = order.client_order_id, self._clock.wall_ns()
        fill = VenueFill(
            instrument_id=order.instrument_id,
            fill_id=FillId(f"f{number}"),
            venue_order_id=VenueOrderId(f"v{number}"),
            side=order.side,
            quantity=order.quantity,
            price=PRICE,
            fee=Decimal(0),
            fee_asset="USDT",
            is_maker=False,
            event_ns=now_ns,
        )
        self._fills.append(fill)
        return (
            Accepted(client_order_id=name, event_ns=now_ns, venue_order_id=fill.venue_order_id),
            Filled(
                client_order_id=name,
                event_ns=now_ns,
                fill_id=fill.fill_id,
                quantity=order.quantity,
                price=PRICE,
                fee=Decimal(0),
                fee_asset="USDT",
            ),
        )

    async def cancel(self, order: Order) -> Sequence[Report]:
        """Nothing rests here."""
        del order
        return ()

    async def find(self, order: Order) -> VenueOrder | NotFound | NoAnswer:
        """Nothing is doubtful here."""
        del order
        return NoAnswer(detail="never asked")

    async def open_orders(self) -> Sequence[VenueOrder] | NoAnswer:
        """Nothing rests here."""
        return ()

    async def fills(
        self, instrument_id: InstrumentId, since_ns: int
    ) -> Sequence[VenueFill] | NoAnswer:
        """Every execution from then on."""
        del instrument_id
        return [each for each in self._fills if each.event_ns >= since_ns]

    async def balances(self) -> VenueBalances | NoAnswer:
        """What the account has."""
        return VenueBalances(total=dict(self._balances), as_of_ns=self._clock.wall_ns())

    async def bars(
        self, instrument_id: InstrumentId, timeframe_ns: int, since_ns: int
    ) -> Sequence[Bar] | NoAnswer:
        """No past."""
        del instrument_id, timeframe_ns, since_ns
        return ()

    def clock_error_ns(self) -> int | None:
        """One clock is everybody's here."""
        return 0

    async def _quote(self, listener: VenueListener) -> None:
        price = float(PRICE)
        while True:
            listener.on_event(
                Quote(
                    self._instrument,
                    self._clock.wall_ns(),
                    bid=price,
                    bid_quantity=1_000.0,
                    ask=price,
                    ask_quantity=1_000.0,
                )
            )
            await asyncio.sleep(QUOTED_S)
