"""The border between columns and money."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.number import to_decimal, to_float
from tests.domain.orders import D


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_money_reads_back_as_the_float_it_came_from(value: float) -> None:
    assert to_float(to_decimal(value)) == value


def test_money_has_the_digits_people_see() -> None:
    assert str(to_decimal(0.1)) == "0.1"
    assert str(to_decimal(64321.57)) == "64321.57"


def test_an_integer_from_a_column_is_taken_too() -> None:
    assert to_decimal(5) == D(5)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_never_becomes_money(value: float) -> None:
    with pytest.raises(InvalidValueError, match=f"want a finite number, not {value}"):
        to_decimal(value)
