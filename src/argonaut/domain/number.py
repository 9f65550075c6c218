"""The border between columns (float64) and money (Decimal), crossed here and nowhere else."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

from argonaut.domain.errors import InvalidValueError

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
_EIGHTH: Final = Decimal("1e-8")  # the eighth decimal


def to_decimal(value: float) -> Decimal:
    """Return the shortest decimal that reads back as `value`; 0.1 becomes Decimal("0.1").

    Raises:
        InvalidValueError: `value` is NaN or infinite.
    """
    if not math.isfinite(value):
        raise InvalidValueError(f"want a finite number, not {value}")
    return Decimal(repr(value))


def to_measure(value: float) -> Decimal:
    """Return `value` to the nearest 1e-8, for what is measured and compared, never for money.

    Equity in float64 has noise behind that, which `to_decimal` would write out at twice the time.

    Raises:
        InvalidValueError: `value` is NaN, infinite or above 1e300.
    """
    scaled = value * 1e8
    if not math.isfinite(scaled):
        raise InvalidValueError(f"want a finite number, not {value}")
    whole = round(scaled)
    return Decimal(whole) * _EIGHTH if whole else ZERO


def to_float(value: Decimal) -> float:
    """Return the float64 nearest to `value`, for columns and indicators only."""
    return float(value)
