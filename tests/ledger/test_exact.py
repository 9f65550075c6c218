"""Arithmetic that loses nothing, where Python's operators round to 28 digits."""

from decimal import Decimal, Inexact, localcontext
from fractions import Fraction

import pytest
from hypothesis import given

from argonaut.ledger.exact import add, average, multiply, share_of, subtract
from tests.ledger.deals import D, decimals

LONG = D("123456789012345.123456789012345678")


def test_sums_keep_digits_that_operators_drop() -> None:
    tiny = D("1E-18")

    assert add(LONG, tiny) > LONG + tiny  # the operator rounds to 28 digits
    assert subtract(add(LONG, tiny), LONG) == tiny


def test_products_are_exact() -> None:
    assert Fraction(multiply(LONG, LONG)) == Fraction(LONG) ** 2
    assert Fraction(LONG * LONG) != Fraction(LONG) ** 2


def test_what_cannot_be_exact_raises_instead_of_drifting() -> None:
    with pytest.raises(Inexact):
        add(D("1E+200"), D("1E-200"))


def test_the_caller_s_context_changes_nothing() -> None:
    """A library that lowers the precision of the thread must not lower that of the books."""
    with localcontext() as context:
        context.prec = 3

        assert add(D("1234.56"), D("0.01")) == D("1234.57")
        assert average(D(1), D(3)) == D("0.3333333333333333333333333333")


def test_a_share_ends_at_24_decimals() -> None:
    assert share_of(D(1), D(1), D(3)) == D("0.333333333333333333333333")
    assert share_of(D(-2), D(1), D(3)) == D("-0.666666666666666666666667")


@given(decimals("-1000000", "1000000", 12), decimals("0.001", "10", 6), decimals("0", "10", 6))
def test_a_share_and_what_it_leaves_are_the_whole(
    total: Decimal, part: Decimal, more: Decimal
) -> None:
    share = share_of(total, part, part + more)

    assert add(share, subtract(total, share)) == total
    assert abs(share) <= abs(total)
