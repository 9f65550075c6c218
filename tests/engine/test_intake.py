"""Who is asked about a detector's signal, in the account and in the shadow."""

from __future__ import annotations

from typing import Any

from argonaut.domain.ids import StrategyId
from tests.stories.listener import Listener, detected
from tests.stories.stage import Stage, enter, flat

TWIN = StrategyId("story")


def stage(*, in_shadow: bool = False, twins: tuple[str, ...] = ()) -> tuple[Stage, Listener]:
    listener = Listener()
    setup: dict[str, Any] = {"twins": frozenset(map(StrategyId, twins))} if in_shadow else {}
    made = Stage(listener, setup=setup)
    made.bars(flat(100))
    listener.heard.clear()
    return made, listener


def answers(made: Stage) -> list[str]:
    return [each.answer for each in made.bodies("signal")]


def test_without_a_shadow_a_signal_on_trial_is_decided_and_never_sent() -> None:
    """An engine by itself has nowhere to send it."""
    made, listener = stage()
    made.feed(detected(dry_run=True))

    assert listener.heard == ["signal s1"]


def test_with_a_shadow_a_signal_on_trial_is_not_for_the_account() -> None:
    made, listener = stage()
    made.engine.intake.beside = lambda signal: signal.dry_run
    made.feed(detected(dry_run=True))

    assert listener.heard == []
    assert answers(made) == ["accepted"]


def test_a_signal_that_nobody_takes_is_rejected_whoever_was_asked() -> None:
    made, _ = stage()
    made.engine.intake.beside = lambda _signal: False
    made.feed(detected(dry_run=True))

    assert answers(made) == ["rejected"]


def test_a_signal_only_the_shadow_takes_is_accepted() -> None:
    made, _ = stage()
    made.engine.intake.beside = lambda _signal: True
    made.feed(detected(strategy=StrategyId("trial")))

    assert answers(made) == ["accepted"]


def test_a_twin_takes_signals_on_trial_alone() -> None:
    made, listener = stage(in_shadow=True, twins=("story",))

    assert not made.engine.intake.takes(detected())
    assert made.engine.intake.takes(detected(dry_run=True))
    made.feed(detected("s2", dry_run=True))
    assert listener.heard == ["signal s2"]


def test_a_strategy_on_trial_takes_every_signal() -> None:
    made, _ = stage(in_shadow=True)

    assert made.engine.intake.takes(detected())
    assert made.engine.intake.takes(detected(dry_run=True))


def test_in_the_shadow_a_wish_on_trial_is_sent() -> None:
    made, listener = stage(in_shadow=True)
    listener.answer = lambda said: (enter(),) if said.startswith("signal") else None
    made.feed(detected(dry_run=True))

    assert len(made.engine.desk.live) == 1


def test_a_twin_enters_for_a_signal_and_for_nothing_else() -> None:
    """What it wishes by itself, the strategy of the account does in earnest."""
    made, listener = stage(in_shadow=True, twins=("story",))
    listener.answer = lambda said: (enter(),)
    made.bars(flat(100))

    assert made.bodies("decision") == []
