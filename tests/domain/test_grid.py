"""A grid has every multiple of its step and nothing between: what is off it, a venue refuses."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.grid import Grid

STEPS = ("1", "0.01", "0.00100000", "10", "0.25", "3")
VALUES = st.decimals(-1_000_000, 1_000_000, allow_nan=False, places=9)


@pytest.mark.parametrize("step", STEPS)
@given(value=VALUES)
def test_a_value_lies_between_its_floor_and_its_ceiling(step: str, value: Decimal) -> None:
    """A floor above the value would spend more than was asked for."""
    grid = Grid(Decimal(step), "A/B")

    floor, ceiling = grid.floor(value), grid.ceiling(value)

    assert floor <= value <= ceiling
    assert ceiling - floor in (0, Decimal(step))
    assert not floor % Decimal(step)


@pytest.mark.parametrize("step", STEPS)
@given(value=st.floats(-1e6, 1e6))
def test_the_nearest_multiple_is_at_most_half_a_step_away(step: str, value: float) -> None:
    nearest = Grid(Decimal(step), "A/B").nearest(value)

    assert not nearest % Decimal(step)
    assert abs(float(nearest) - value) <= float(step) * 0.5 + 1e-9


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e40"])
def test_what_cannot_be_counted_in_steps_is_refused(value: str) -> None:
    grid = Grid(Decimal("0.01"), "A/B")

    with pytest.raises(InvalidValueError):
        grid.floor(Decimal(value))
    with pytest.raises(InvalidValueError, match=r"^A/B: "):
        grid.nearest(float(value))
