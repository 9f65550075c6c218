"""One tradable thing at one venue, and the only place that rounds prices and quantities."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import NamedTuple

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, VenueId, venue_of
from argonaut.domain.number import ONE, ZERO, to_decimal
from argonaut.domain.order import Side

_TICKS_MIN, _TICKS_MAX = -1e18, 1e18
_LOTS_MAX = Decimal(10) ** 18
_ROUNDING = {Side.BUY: ROUND_FLOOR, Side.SELL: ROUND_CEILING}


class Grid(NamedTuple):
    """Multiples of `step`; `exponent` is None unless the step is 1, 0.1, 0.01 and so on."""

    per_unit: float  # steps in one, 0.0 without an exponent
    step: Decimal  # without trailing zeros
    exponent: int | None


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
    def _ticks(self) -> Grid:
        return _grid(self.tick_size)

    @cached_property
    def _lots(self) -> Grid:
        return _grid(self.lot_size)

    @cached_property
    def _too_many(self) -> Decimal:
        return self.lot_size * _LOTS_MAX

    def price(self, value: float) -> Decimal:
        """Return the tick nearest to a float price: the border from columns to money.

        Raises:
            InvalidValueError: The value is not finite.
        """
        per_unit, tick, exponent = self._ticks
        if exponent is None and math.isfinite(value):
            return Decimal(round(to_decimal(value) / tick)) * tick
        ticks = value * per_unit  # whole ticks are exact in float64 up to 2**53
        if not _TICKS_MIN < ticks < _TICKS_MAX:
            if math.isfinite(value):
                raise InvalidValueError(f"{self.instrument_id}: no such price in ticks: {value}")
            raise InvalidValueError(f"{self.instrument_id}: want a finite price, not {value}")
        whole = Decimal(round(ticks))
        return whole * tick if exponent else whole

    def price_passive(self, value: Decimal, side: Side) -> Decimal:
        """Round a price to a tick away from the market: a buy down, a sell up."""
        return _to_grid(value, self._ticks, _ROUNDING[side])

    def price_aggressive(self, value: Decimal, side: Side) -> Decimal:
        """Round a price to a tick against us: a buy up, a sell down. For pessimistic fills."""
        return _to_grid(value, self._ticks, _ROUNDING[side.opposite])

    def quantity(self, value: Decimal) -> Decimal:
        """Round base units down to a lot; never rounds up, so no cap is passed by rounding."""
        return _to_grid(value, self._lots, ROUND_FLOOR)

    def quantity_up(self, value: Decimal) -> Decimal:
        """Round base units up to a lot, for the smallest quantity that meets a minimum."""
        return _to_grid(value, self._lots, ROUND_CEILING)

    def notional(self, quantity: Decimal, price: Decimal) -> Decimal:
        """Return quote units of `quantity` at `price`; exact, not rounded."""
        return abs(quantity) * price * self.contract_size

    def takes_of(self, held: Decimal, price: Decimal) -> bool:
        """Whether the venue takes an order that closes as much of `held` at `price` as it may."""
        most = self.max_quantity
        lots = self.quantity(abs(held) if most is None else min(abs(held), most))
        return lots > ZERO and self.fault_of(lots, price) is None

    def fault_of(self, quantity: Decimal, price: Decimal) -> str | None:
        """Return why the venue would refuse this quantity and price, or None when it would not."""
        if not (quantity.is_finite() and quantity > ZERO):
            return f"want a quantity > 0, not {quantity}"
        if not (price.is_finite() and price > ZERO):
            return f"want a price > 0, not {price}"
        minimum, maximum = self.min_quantity, self.max_quantity
        if quantity < minimum or (maximum is not None and quantity > maximum):
            return _beyond("quantity", quantity, minimum, maximum)
        if quantity >= self._too_many:
            return f"quantity {quantity} is more than any venue counts in lots of {self.lot_size}"
        if quantity % self.lot_size:
            return f"quantity {quantity} is not a multiple of lot {self.lot_size}"
        minimum, maximum = self.price_min, self.price_max
        if price < minimum or (maximum is not None and price > maximum):
            return _beyond("price", price, minimum, maximum)
        minimum, maximum = self.min_notional, self.max_notional
        if minimum or maximum is not None:
            notional = self.notional(quantity, price)
            if notional < minimum or (maximum is not None and notional > maximum):
                return _beyond("notional", notional, minimum, maximum)
        return None


def _beyond(name: str, value: Decimal, minimum: Decimal, maximum: Decimal | None) -> str:
    if value < minimum:
        return f"{name} {value} is below the minimum {minimum}"
    return f"{name} {value} is above the maximum {maximum}"


def _to_grid(value: Decimal, grid: Grid, rounding: str) -> Decimal:
    """Return the multiple of the grid's step that `rounding` (floor or ceiling) picks for `value`.

    Raises:
        InvalidValueError: The value is not finite, or too large to count in steps.
    """
    _, step, exponent = grid
    if not value.is_finite():
        raise InvalidValueError(f"want a finite number, not {value}")
    try:
        if exponent is not None:
            return value.quantize(step, rounding)
        steps = value // step  # exact, towards zero; `value / step` may itself round up
        beyond = steps * step
        if rounding == ROUND_FLOOR and beyond > value:
            steps -= 1
        elif rounding == ROUND_CEILING and beyond < value:
            steps += 1
        return steps * step
    except InvalidOperation as error:
        raise InvalidValueError(f"want a number that steps of {step} reach, not {value}") from error


@lru_cache(maxsize=4096)
def _grid(step: Decimal) -> Grid:
    """Return the grid of a step, written without trailing zeros.

    Venues write 0.00100000, and `quantize` would take that for a grid of 0.00000001. A step of ten
    comes back as 10, not 1E+1, for `quantize` would pass that spelling on to prices.
    """
    normal = step.normalize()
    _, digits, exponent = normal.as_tuple()
    assert isinstance(exponent, int), f"{step} is not finite"
    if exponent > 0:
        return Grid(0.0, normal.quantize(ONE), None)
    if digits == (1,):
        return Grid(10.0**-exponent, normal, exponent)
    return Grid(0.0, normal, None)
