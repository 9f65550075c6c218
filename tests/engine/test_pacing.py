"""A strategy that says nothing for too long, or too much, is told of once, with why."""

from __future__ import annotations

from typing import Any

from argonaut.domain.command import Record
from argonaut.domain.ids import StrategyId
from argonaut.domain.record import OffPace
from argonaut.domain.signal import Skip
from argonaut.engine.pacing import Pacing
from argonaut.strategies.interface import Pace
from argonaut.strategies.trend_follow import TrendFollow
from tests.stories.stage import BTC, OPEN_GATE, Scripted, Stage, enter, flat, leave

HOUR_NS = 3600 * 10**9
STORY = StrategyId("story")


class Watched:
    """One strategy that is to wish within an hour, and at most twice a day."""

    def __init__(self, **pace: Any) -> None:
        self.told: list[OffPace] = []
        self.pacing = Pacing(
            [Scripted({})],
            {STORY: Pace(**pace or {"silent_s": 3600.0, "entries_a_day": 2})},
            self.take,
        )
        self.pacing.look(0)

    def take(self, command: Any) -> None:
        assert isinstance(command, Record)
        assert isinstance(command.body, OffPace)
        self.told.append(command.body)

    def skip(self, reason: str) -> None:
        self.pacing.note(Skip(strategy_id=STORY, instrument_id=BTC, reason=reason), 1)


def test_silence_is_told_once_with_what_stood_most_often_against_an_entry() -> None:
    watched = Watched()
    for reason in ("flat", "cooldown", "flat"):
        watched.skip(reason)

    watched.pacing.look(HOUR_NS)
    watched.pacing.look(HOUR_NS + 1)
    watched.pacing.look(2 * HOUR_NS)

    (told,) = watched.told
    assert (told.what, told.limit, told.detail) == ("silent", 3600.0, "flat (2x), cooldown (1x)")
    assert told.sentence.startswith("story is silent: no wish to enter for 1.0 h, declared 1 h")


def test_a_wish_ends_the_silence_and_the_next_one_is_told_again() -> None:
    watched = Watched()
    watched.pacing.look(2 * HOUR_NS)
    watched.pacing.note(enter(), 2 * HOUR_NS)
    watched.pacing.look(3 * HOUR_NS)
    assert len(watched.told) == 1

    watched.pacing.look(3 * HOUR_NS + 1)

    assert [each.detail for each in watched.told] == ["it gave no reason"] * 2


def test_an_exit_is_no_wish_to_enter() -> None:
    watched = Watched()
    watched.pacing.note(leave(), HOUR_NS)

    watched.pacing.look(HOUR_NS + 1)

    assert len(watched.told) == 1


def test_more_wishes_a_day_than_declared_are_told_once() -> None:
    watched = Watched()
    for hour in range(5):
        watched.pacing.note(enter(), hour * HOUR_NS)

    (told,) = watched.told
    assert (told.what, told.value, told.limit) == ("busy", 3.0, 2.0)
    assert "3 wishes to enter in 24 h, declared 2" in told.sentence


def test_wishes_of_yesterday_do_not_count() -> None:
    watched = Watched()
    for hour in (0, 1, 25, 26):
        watched.pacing.note(enter(), hour * HOUR_NS)

    assert watched.told == []


def test_many_reasons_are_bounded() -> None:
    watched = Watched()
    for n in range(200):
        watched.skip(f"reason {n}")

    assert len(watched.pacing._watches[STORY].reasons) == 50


def test_who_declares_nothing_is_not_watched() -> None:
    pacing = Pacing([Scripted({})], {}, lambda command: None)
    pacing.note(enter(), 1)

    assert pacing._watches == {}


def test_the_trend_follower_declares_a_handful_a_week() -> None:
    assert TrendFollow.pace == Pace(14 * 86_400.0, 20)


def test_a_run_journals_that_a_strategy_is_too_busy() -> None:
    script = {0: (enter("10"),), 2: (enter("10"),)}
    stage = Stage(Scripted(script), gate=OPEN_GATE, setup={"paces": {STORY: Pace(entries_a_day=1)}})

    stage.bars(*[flat(100)] * 4)

    assert [each.what for each in stage.bodies("pace")] == ["busy"]
