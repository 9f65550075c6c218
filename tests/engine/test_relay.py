"""Wishes of one engine reach those who listen in another, and never come back."""

from __future__ import annotations

from argonaut.domain.ids import StrategyId
from argonaut.domain.signal import Overheard
from argonaut.engine.relay import listen
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals
from tests.stories.listener import Listener
from tests.stories.stage import BTC, START_NS, Scripted, Stage, enter, flat


class Hearer(Listener):
    """One that listens to what others wish."""

    def on_wish(self, overheard: Overheard, holding: Holding) -> Signals:
        return self._hear(f"wish of {overheard.wish.strategy_id}")


def relayed(*, but: tuple[str, ...] = ()) -> list[Overheard]:
    stage = Stage(Scripted({0: (enter(),)}))
    heard: list[Overheard] = []
    listen(stage.engine.routes[BTC], heard.append, but=tuple(map(StrategyId, but)))
    stage.bars(flat(100))
    return heard


def test_a_wish_is_passed_on_as_it_was_wished() -> None:
    (heard,) = relayed()

    assert heard.wish == enter()


def test_what_is_wished_over_there_too_is_not_passed_on() -> None:
    assert relayed(but=("story",)) == []


def test_it_is_no_strategy_of_the_engine() -> None:
    """Nothing of it is saved, counted or shown."""
    stage = Stage(Scripted({}))
    listen(stage.engine.routes[BTC], lambda _heard: None)

    assert [each.strategy_id for each in stage.engine.strategies()] == ["story"]


def test_a_wish_from_beside_is_heard_and_may_be_acted_on() -> None:
    hearer = Hearer("one")
    hearer.answer = lambda said: (enter(name="one"),) if said.startswith("wish") else None
    stage = Stage(hearer)
    stage.bars(flat(100))
    stage.feed(Overheard(START_NS + 1, enter(name="adviser")))

    assert hearer.heard == ["bar 100", "wish of adviser"]
    assert [each.signal.strategy_id for each in stage.bodies("decision")] == ["one"]


def test_a_wish_from_beside_does_not_go_back() -> None:
    """Two engines that answered each other would never end."""
    stage = Stage(Hearer("one"))
    heard: list[Overheard] = []
    listen(stage.engine.routes[BTC], heard.append)
    stage.bars(flat(100))
    stage.feed(Overheard(START_NS + 1, enter(name="adviser")))

    assert heard == []
