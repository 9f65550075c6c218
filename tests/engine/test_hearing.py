"""A strategy that hears what others wish at its instrument, and what keeps that from going on."""

from __future__ import annotations

from argonaut.domain.signal import Overheard
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals
from tests.stories.listener import Listener
from tests.stories.stage import Scripted, Stage, enter, flat, leave


class Hearer(Listener):
    """One that also listens to what other strategies wish."""

    def on_wish(self, overheard: Overheard, holding: Holding) -> Signals:
        return self._hear(f"wish of {overheard.wish.strategy_id}")


def test_a_listener_hears_what_others_wish_and_no_other_listener() -> None:
    """Two that answered each other would never end."""
    one, two = Hearer("one"), Hearer("two")
    for each in (one, two):
        each.answer = lambda said, name=each.strategy_id: (  # type: ignore[misc]
            (enter(name=name),) if said.startswith("wish") else None
        )
    stage = Stage(Scripted({0: (enter(),)}), one, two)
    stage.bars(flat(100))

    assert one.heard == two.heard == ["bar 100", "wish of story"]
    assert [each.signal.strategy_id for each in stage.bodies("decision")] == [
        "story",
        "one",
        "two",
    ]


def test_a_paused_listener_hears_nothing() -> None:
    def refuse(said: str) -> Signals:
        if said.startswith("wish"):
            raise ValueError(said)
        return None

    hearer = Hearer("one")
    hearer.answer = refuse
    stage = Stage(Scripted({0: (enter(),), 1: (leave(),)}), hearer)
    stage.bars(flat(100), flat(100))

    assert hearer.heard == ["bar 100", "wish of story"]
    assert [each.error for each in stage.bodies("strategy_paused")] == ["ValueError: wish of story"]
