"""Sums of money that lose nothing: the arithmetic of the ledger.

Python's own operators, unary minus included, round to the 28 digits of whatever context the thread
has. A total kept that way drifts, and two totals that should cancel no longer do. Here sums and
products are exact or raise; only a share or an average may round, and what a share leaves behind
is found by subtraction.
"""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from typing import Final

_TRAPS: Final = [InvalidOperation, DivisionByZero, Overflow]
_EXACT: Final = Context(prec=150, rounding=ROUND_HALF_EVEN, traps=[*_TRAPS, Inexact])
_SHARE: Final = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_AVERAGE: Final = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_FINEST: Final = Decimal("1E-24")  # shares end here, or ever smaller parts would grow ever longer

add: Final = _EXACT.add
subtract: Final = _EXACT.subtract
multiply: Final = _EXACT.multiply
average: Final = _AVERAGE.divide


def share_of(total: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return `part / whole` of `total`, rounded to 24 decimals."""
    return _SHARE.quantize(_SHARE.divide(_SHARE.multiply(total, part), whole), _FINEST)
