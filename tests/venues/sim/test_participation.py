"""How much of the volume our fills may be."""

from decimal import Decimal

import pytest

from argonaut.venues.sim.errors import SimVenueError
from argonaut.venues.sim.participation import VolumeParticipation


def test_a_tenth_of_a_bar_and_all_of_a_print_by_default():
    model = VolumeParticipation()

    assert model.cap(30.0, is_bar=True) == 3
    assert model.cap(30.0, is_bar=False) == 30


def test_the_cap_is_exact():
    """0.3 of a float is not 0.3; of its shortest decimal it is."""
    assert VolumeParticipation(Decimal("0.1")).cap(3.3, is_bar=True) == Decimal("0.33")


def test_zero_is_no_cap():
    model = VolumeParticipation(Decimal(0), Decimal(0))

    assert model.cap(30.0, is_bar=True) is None
    assert model.cap(30.0, is_bar=False) is None


@pytest.mark.parametrize("bad", [Decimal("-0.1"), Decimal("1.1"), Decimal("NaN")])
def test_what_is_no_fraction_is_refused(bad):
    with pytest.raises(SimVenueError, match="bar_fraction"):
        VolumeParticipation(bar_fraction=bad)
    with pytest.raises(SimVenueError, match="print_fraction"):
        VolumeParticipation(print_fraction=bad)
