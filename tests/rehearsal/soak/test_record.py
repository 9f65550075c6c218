"""Tests of argonaut.rehearsal.soak.record."""

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.soak.record import SoakPlan


def test_a_soak_without_a_kill_is_none() -> None:
    """It would look passed and have proved nothing."""
    with pytest.raises(InvalidValueError, match="at least 1 kill, not 0"):
        SoakPlan(kills=0)
