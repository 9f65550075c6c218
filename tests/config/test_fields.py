"""The bounds every section shares."""

import pytest
from pydantic import ValidationError

from argonaut.config.fields import AboveZero, Name, Section, UtcTime, number


class Example(Section):
    above: AboveZero = 1.0
    name: Name = "a"
    at: UtcTime = "2021-05-19"


def test_true_is_no_number():
    """Python counts it as 1, and nobody who writes it means 1."""
    with pytest.raises(ValueError, match="want a number, not true"):
        number(True)


@pytest.mark.parametrize(
    "fields",
    [
        {"above": 0},
        {"above": float("inf")},
        {"above": True},
        {"name": "no spaces"},
        {"name": "x" * 65},
        {"name": "-first"},
        {"at": "yesterday"},
        {"at": "1969-01-01"},
        {"other": 1},
    ],
)
def test_what_is_out_of_bounds_is_refused(fields):
    with pytest.raises(ValidationError):
        Example.model_validate(fields)
