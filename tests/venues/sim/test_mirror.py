"""What the shadow is told besides market data."""

from __future__ import annotations

import pytest

from argonaut.domain.command import Record
from argonaut.domain.event import Condition, ExternalEvent, OperatorCommand
from argonaut.domain.mode import TradingMode
from argonaut.domain.record import DetectorAnswer, ModeChanged
from argonaut.venues.sim.mirror import Mirror
from tests.stories.listener import detected

TOLD = ExternalEvent(event_ns=1, event_id="e", source="s", kind="news")
PAUSE = OperatorCommand(event_ns=1, verb="pause")


def mirrored(*records: Record, takes: bool = True, is_awake: bool = True) -> list[object]:
    mirror = Mirror(lambda _signal: takes)
    mirror.is_awake = is_awake
    for record in records:
        mirror(1, 1, record)
    return list(mirror.waiting)


def answered(answer: str = "accepted") -> Record:
    return Record("signal", "s1", DetectorAnswer(signal=detected(dry_run=True), answer=answer))


def test_events_and_what_a_person_says_are_passed_on() -> None:
    records = Record("event", "e", TOLD), Record("operator", "pause", PAUSE)

    assert mirrored(*records) == [TOLD, PAUSE]


def test_what_the_account_decides_by_itself_is_not() -> None:
    """The shadow has modes and decisions of its own."""
    said = ModeChanged(mode="KILLED", who="floor", reason="")

    assert mirrored(Record("mode", "KILLED", said)) == []


@pytest.mark.parametrize(
    ("answer", "takes", "count"),
    [("accepted", True, 1), ("accepted", False, 0), ("duplicate", True, 0), ("expired", True, 0)],
)
def test_a_signal_is_passed_on_once_and_only_to_takers(
    answer: str, takes: bool, count: int
) -> None:
    assert len(mirrored(answered(answer), takes=takes)) == count


def test_a_recovery_of_the_account_is_none_of_the_shadow() -> None:
    limits = Condition(event_ns=1, cause="clock", mode=TradingMode.NO_NEW_RISK)
    recovers = Condition(event_ns=1, cause="recovering", mode=TradingMode.RECOVERING)
    records = [Record("condition", each.cause, each) for each in (limits, recovers)]

    assert mirrored(*records) == [limits]


def test_a_sleeper_hears_nothing_but_a_signal_it_takes() -> None:
    """What it missed by then it learns from the account's state when it wakes."""
    heard = mirrored(Record("event", "e", TOLD), answered(), is_awake=False)

    assert heard == [detected(dry_run=True)]
