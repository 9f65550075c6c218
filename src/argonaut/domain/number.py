"""The border between columns (float64) and money (Decimal), crossed here and nowhere else."""

from __future__ import annotations

import math
from decimal import Decimal

from argonaut.domain.errors import InvalidValueError

ZERO = Decimal(0)
ONE = Decimal(1)


def to_decimal(value: float) -> Decimal:
    """Return the shortest decimal that reads back as `value`; 0.1 becomes Decimal("0.1").

    Raises:
        InvalidValueError: `value` is NaN or infinite.
    """
    if not math.isfinite(value):
        raise InvalidValueError(f"want a finite number, not {value}")
    return Decimal(repr(value))


def to_float(value: Decimal) -> float:
    """Return the float64 nearest to `value`, for columns and indicators only."""
    return float(value)
