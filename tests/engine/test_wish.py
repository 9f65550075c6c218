"""What a strategy may answer."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from argonaut.engine.wish import fault_of
from tests.stories.stage import Scripted, enter, leave, move

STRATEGY = Scripted({})


@pytest.mark.parametrize("wish", [enter(), leave(), move(stop_price=1.0)])
def test_wishes_of_its_own_are_fine(wish: object) -> None:
    assert fault_of(wish, STRATEGY) == ""


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("buy", "want Enter, Exit, Protect or Skip, not 'buy'"),
        (None, "not None"),
        (enter(name="other"), "want a wish of story, not of 'other'"),
        (replace(leave(), reason=None), "want a reason in words, not None"),
    ],
)
def test_anything_else_is_named(wish: Any, said: str) -> None:
    """The strategy is paused for it, so a person has to see what it was."""
    assert said in fault_of(wish, STRATEGY)
