"""The border between columns and money."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.number import to_decimal, to_float, to_measure
from tests.domain.orders import D


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_money_reads_back_as_the_float_it_came_from(value: float) -> None:
    assert to_float(to_decimal(value)) == value


def test_money_has_the_digits_people_see() -> None:
    assert str(to_decimal(0.1)) == "0.1"
    assert str(to_decimal(64321.57)) == "64321.57"


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_a_measure_is_the_float_to_the_eighth_decimal(value: float) -> None:
    measure = to_measure(value)

    assert abs(measure - D(value)) <= D("0.500000001e-8") + abs(D(value)) * D("1e-15")
    assert measure.as_tuple().exponent in {0, -8}


def test_a_measure_leaves_out_the_noise_of_float64() -> None:
    assert to_measure(-205.55400000000373) == D("-205.554")
    assert str(to_measure(1e-9)) == "0"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e301])
def test_what_is_no_number_is_no_measure(value: float) -> None:
    with pytest.raises(InvalidValueError, match="want a finite number, not "):
        to_measure(value)


def test_an_integer_from_a_column_is_taken_too() -> None:
    assert to_decimal(5) == D(5)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_never_becomes_money(value: float) -> None:
    with pytest.raises(InvalidValueError, match=f"want a finite number, not {value}"):
        to_decimal(value)
