"""What a strategy may answer."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from argonaut.domain.signal import Announce
from argonaut.engine.wish import event_of, fault_of
from tests.stories.stage import BTC, Scripted, enter, leave, move

STRATEGY = Scripted({})


@pytest.mark.parametrize("wish", [enter(), leave(), move(stop_price=1.0)])
def test_wishes_of_its_own_are_fine(wish: object) -> None:
    assert fault_of(wish, STRATEGY) == ""


def test_news_of_a_strategy_is_an_event_of_this_moment_about_its_coin() -> None:
    news = Announce(
        strategy_id=STRATEGY.strategy_id,
        instrument_id=BTC,
        reason="up",
        kind="displacement",
        priority=0.8,
        payload={"price": "95.0"},
    )

    event = event_of(news, seq=7, now_ns=9)

    assert (event.event_id, event.source, event.kind) == ("story-7-" + BTC, "story", "displacement")
    assert (event.symbols, event.event_ns, event.published_ns) == (("BTC",), 9, 9)
    assert (event.title, event.priority, event.payload) == ("up", 0.8, {"price": "95.0"})


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("buy", "want a wish such as Enter, Exit or Skip, not 'buy'"),
        (None, "not None"),
        (enter(name="other"), "want a wish of story, not of 'other'"),
        (replace(leave(), reason=None), "want a reason in words, not None"),
    ],
)
def test_anything_else_is_named(wish: Any, said: str) -> None:
    """The strategy is paused for it, so a person has to see what it was."""
    assert said in fault_of(wish, STRATEGY)
