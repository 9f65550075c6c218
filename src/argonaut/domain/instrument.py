"""One tradable thing at one venue, and the only place that rounds prices and quantities."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.grid import Grid, fault_of, is_too_little
from argonaut.domain.ids import InstrumentId, VenueId, venue_of
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import Side


class Instrument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Trading rules of `instrument_id` at its venue.

    Prices are quote per base on a grid of `tick_size`; quantities are base units on a grid of
    `lot_size`. A limit of None means the venue sets none.
    """

    instrument_id: InstrumentId
    base: str
    quote: str
    tick_size: Decimal
    lot_size: Decimal
    min_quantity: Decimal = ZERO
    max_quantity: Decimal | None = None
    min_notional: Decimal = ZERO
    max_notional: Decimal | None = None
    contract_size: Decimal = ONE
    price_min: Decimal = ZERO
    price_max: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse rules no order could meet."""
        for name in ("tick_size", "lot_size", "contract_size"):
            value = getattr(self, name)
            if not (value.is_finite() and value > 0):
                raise InvalidValueError(f"{self.instrument_id}: want {name} > 0, not {value}")
        for name in ("min_quantity", "min_notional", "price_min"):
            value = getattr(self, name)
            if not (value.is_finite() and value >= 0):
                raise InvalidValueError(f"{self.instrument_id}: want {name} >= 0, not {value}")
        for name in ("max_quantity", "max_notional", "price_max"):
            value = getattr(self, name)
            if value is not None and not (value.is_finite() and value > 0):
                raise InvalidValueError(
                    f"{self.instrument_id}: want {name} > 0 or none, not {value}"
                )

    @cached_property
    def venue_id(self) -> VenueId:
        """The venue this instrument trades at."""
        return venue_of(self.instrument_id)

    @cached_property
    def ticks(self) -> Grid:
        """The grid of prices; compiled code that rounds one an order asks it itself."""
        return Grid(self.tick_size, self.instrument_id)

    @cached_property
    def lots(self) -> Grid:
        """The grid of quantities; see `ticks`."""
        return Grid(self.lot_size, self.instrument_id)

    def price(self, value: float) -> Decimal:
        """Return the tick nearest to a float price: the border from columns to money.

        Raises:
            InvalidValueError: The value is not finite, or too large to count in ticks.
        """
        return self.ticks.nearest(value)

    def price_passive(self, value: Decimal, side: Side) -> Decimal:
        """Round a price to a tick away from the market: a buy down, a sell up."""
        return self.ticks.floor(value) if side is Side.BUY else self.ticks.ceiling(value)

    def price_aggressive(self, value: Decimal, side: Side) -> Decimal:
        """Round a price to a tick against us: a buy up, a sell down. For pessimistic fills."""
        return self.ticks.ceiling(value) if side is Side.BUY else self.ticks.floor(value)

    def quantity(self, value: Decimal) -> Decimal:
        """Round base units down to a lot; never rounds up, so no cap is passed by rounding."""
        return self.lots.floor(value)

    def quantity_up(self, value: Decimal) -> Decimal:
        """Round base units up to a lot, for the smallest quantity that meets a minimum."""
        return self.lots.ceiling(value)

    def notional(self, quantity: Decimal, price: Decimal) -> Decimal:
        """Return quote units of `quantity` at `price`; exact, not rounded."""
        return abs(quantity) * price * self.contract_size

    def takes_of(self, held: Decimal, price: Decimal) -> bool:
        """Whether the venue takes an order that closes as much of `held` at `price` as it may."""
        most = self.max_quantity
        lots = self.quantity(abs(held) if most is None else min(abs(held), most))
        return lots > ZERO and self.fault_of(lots, price) is None

    def is_too_little(self, quantity: Decimal, *prices: Decimal | None) -> bool:
        """Whether no order of so many base units is taken, whichever of the prices it is worth."""
        return is_too_little(self, quantity, prices)

    def fault_of(self, quantity: Decimal, price: Decimal) -> str | None:
        """Return why the venue would refuse this quantity and price, or None when it would not."""
        return fault_of(self, quantity, price)
