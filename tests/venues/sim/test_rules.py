"""The choices about fills."""

import pytest

from argonaut.venues.sim.errors import SimVenueError
from argonaut.venues.sim.rules import FillRules


def test_the_defaults_are_the_pessimistic_ones():
    rules = FillRules()

    assert (rules.fill_at, rules.touch_fills, rules.gap_improves) == ("next_open", False, False)


def test_there_are_two_places_to_fill():
    with pytest.raises(SimVenueError, match="not 'open'"):
        FillRules(fill_at="open")  # type: ignore[arg-type]
