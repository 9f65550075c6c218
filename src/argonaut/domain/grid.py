"""The grids that prices and quantities stand on, and what a venue refuses of them.

Beside `Instrument`, which is a noun that configs and messages are read into, because this is asked
half a dozen times an order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.number import ONE, ZERO, to_decimal

if TYPE_CHECKING:
    from argonaut.domain.instrument import Instrument

_STEPS_MIN: Final = -1e18
_STEPS_MAX: Final = 1e18
_LOTS_MAX: Final = Decimal(10) ** 18


class Grid:
    """Multiples of `step`, of prices or of quantities; errors begin with `name`."""

    __slots__ = ("_is_whole", "_name", "_quantum", "_step", "_steps_per_unit")

    def __init__(self, step: Decimal, name: str) -> None:
        self._name = name
        # Venues write 0.00100000, and `quantize` would take that for a grid of 0.00000001; a step
        # of ten is 10 and not 1E+1, for `quantize` would pass that spelling on to prices.
        normal = step.normalize()
        _, digits, exponent = normal.as_tuple()
        assert isinstance(exponent, int), f"{step} is not finite"
        self._step = normal.quantize(ONE) if exponent > 0 else normal
        is_power = exponent <= 0 and digits == (1,)  # 1, 0.1, 0.01 and so on
        self._quantum: Decimal | None = normal if is_power else None
        self._steps_per_unit = 10.0**-exponent if is_power else 0.0
        self._is_whole = is_power and not exponent

    def nearest(self, value: float) -> Decimal:
        """Return the multiple nearest to a float: the border from columns to money.

        Raises:
            InvalidValueError: The value is not finite, or too large to count in steps.
        """
        if self._quantum is None and math.isfinite(value):
            return Decimal(round(to_decimal(value) / self._step)) * self._step
        steps = value * self._steps_per_unit  # whole steps are exact in float64 up to 2**53
        if not _STEPS_MIN < steps < _STEPS_MAX:
            if math.isfinite(value):
                raise InvalidValueError(f"{self._name}: no such price in ticks: {value}")
            raise InvalidValueError(f"{self._name}: want a finite price, not {value}")
        count = int(steps)
        if count != steps:  # seldom: market data stands on its grid
            count = round(steps)
        whole = Decimal(count)
        return whole if self._is_whole else whole * self._step

    def floor(self, value: Decimal) -> Decimal:
        """Return the greatest multiple that is not above `value`.

        Raises:
            InvalidValueError: The value is not finite, or too large to count in steps.
        """
        return self._rounded(value, ROUND_FLOOR)

    def ceiling(self, value: Decimal) -> Decimal:
        """Return the smallest multiple that is not below `value`; raises as `floor`."""
        return self._rounded(value, ROUND_CEILING)

    def _rounded(self, value: Decimal, rounding: str) -> Decimal:
        quantum, step = self._quantum, self._step
        if not value.is_finite():
            raise InvalidValueError(f"want a finite number, not {value}")
        try:
            if quantum is not None:
                return value.quantize(quantum, rounding)
            steps = value // step  # exact, towards zero; `value / step` may itself round up
            beyond = steps * step
            if rounding == ROUND_FLOOR and beyond > value:
                steps -= 1
            elif rounding == ROUND_CEILING and beyond < value:
                steps += 1
            return steps * step
        except InvalidOperation as error:
            said = f"want a number that steps of {step} reach, not {value}"
            raise InvalidValueError(said) from error


def fault_of(instrument: Instrument, quantity: Decimal, price: Decimal) -> str | None:
    """Return why the venue would refuse this quantity and price, or None when it would not."""
    if not (quantity.is_finite() and quantity > ZERO):
        return f"want a quantity > 0, not {quantity}"
    if not (price.is_finite() and price > ZERO):
        return f"want a price > 0, not {price}"
    lot = instrument.lot_size
    minimum, maximum = instrument.min_quantity, instrument.max_quantity
    if quantity < minimum or (maximum is not None and quantity > maximum):
        return _beyond("quantity", quantity, minimum, maximum)
    if quantity >= lot * _LOTS_MAX:
        return f"quantity {quantity} is more than any venue counts in lots of {lot}"
    if quantity % lot:
        return f"quantity {quantity} is not a multiple of lot {lot}"
    minimum, maximum = instrument.price_min, instrument.price_max
    if price < minimum or (maximum is not None and price > maximum):
        return _beyond("price", price, minimum, maximum)
    minimum, maximum = instrument.min_notional, instrument.max_notional
    if minimum or maximum is not None:
        notional = quantity * price * instrument.contract_size
        if notional < minimum or (maximum is not None and notional > maximum):
            return _beyond("notional", notional, minimum, maximum)
    return None


def is_too_little(
    instrument: Instrument, quantity: Decimal, prices: Sequence[Decimal | None]
) -> bool:
    """Return whether the venue takes no order of so many base units, whatever it is worth.

    A single wrong price must not make nothing of a large holding; unknown ones say nothing.
    """
    lots, lot = abs(quantity), instrument.lot_size
    if lots % lot:
        lots -= lots % lot
    if lots < instrument.min_quantity:
        return True
    minimum = instrument.min_notional
    if not minimum:
        return False
    known = [price for price in prices if price is not None]
    return bool(known) and lots * max(known) * instrument.contract_size < minimum


def _beyond(name: str, value: Decimal, minimum: Decimal, maximum: Decimal | None) -> str:
    if value < minimum:
        return f"{name} {value} is below the minimum {minimum}"
    return f"{name} {value} is above the maximum {maximum}"
