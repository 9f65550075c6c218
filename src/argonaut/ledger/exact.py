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

_TRAPS = [InvalidOperation, DivisionByZero, Overflow]
_EXACT = Context(prec=150, rounding=ROUND_HALF_EVEN, traps=[*_TRAPS, Inexact])
_SHARE = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_AVERAGE = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=_TRAPS)
_FINEST = Decimal("1E-24")  # shares end here, or ever smaller parts would grow ever longer

add = _EXACT.add
subtract = _EXACT.subtract
multiply = _EXACT.multiply
average = _AVERAGE.divide


def share_of(total: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return `part / whole` of `total`, rounded to 24 decimals."""
    return _SHARE.quantize(_SHARE.divide(_SHARE.multiply(total, part), whole), _FINEST)
