"""What failed is tried again: every few seconds, and with one timer."""

from __future__ import annotations

from argonaut.domain.command import Command, SetTimer
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.engine.later import TIMER_KEY, Later

ONE = (StrategyId("one"), InstrumentId("BTC/USDT@sim"))
TWO = (StrategyId("two"), InstrumentId("BTC/USDT@sim"))
SECOND_NS = 1_000_000_000


def test_i12_no_wait_is_longer_than_four_seconds() -> None:
    """A minute without a stop, after the venue has recovered, is a minute too long."""
    out: list[Command] = []
    later = Later(out.append)
    now_ns, waits = 0, []
    for _ in range(8):
        later.again(ONE, now_ns)
        timer = out[-1]
        assert isinstance(timer, SetTimer)
        assert timer.at_ns is not None
        waits.append((timer.at_ns - now_ns) // SECOND_NS)
        now_ns = timer.at_ns
        assert later.due(now_ns) == [ONE]

    assert waits == [2, 4, 4, 4, 4, 4, 4, 4]


def test_one_timer_wakes_for_whatever_is_due_first() -> None:
    out: list[Command] = []
    later = Later(out.append)
    later.again(ONE, 0)
    later.again(TWO, SECOND_NS)

    first = later.due(2 * SECOND_NS)

    assert first == [ONE]
    assert out[-1] == SetTimer(TIMER_KEY, 3 * SECOND_NS)
    assert later.due(3 * SECOND_NS) == [TWO]
    assert out[-1] == SetTimer(TIMER_KEY, 3 * SECOND_NS)  # nothing is left to set one for


def test_tells_what_is_still_to_come() -> None:
    later = Later(lambda _command: None)
    later.again(ONE, 0)
    before = later.is_set(ONE)
    later.due(2 * SECOND_NS)

    assert before
    assert not later.is_set(ONE)
    assert later.tries(ONE) == 1
    assert later.tries(TWO) == 0


def test_what_is_done_begins_anew() -> None:
    later = Later(lambda _command: None)
    counts = [later.again(ONE, 0), later.again(ONE, 0)]

    later.done(ONE)

    assert counts == [1, 2]
    assert later.due(10**12) == []
    assert later.again(ONE, 0) == 1


def test_a_wait_for_a_time_counts_no_failure() -> None:
    """What gets a part each time is on its way, not in trouble; a restart knows of the wait."""
    out: list[Command] = []
    later = Later(out.append)

    later.wait(ONE, 5 * SECOND_NS)

    assert out[-1] == SetTimer(TIMER_KEY, 5 * SECOND_NS)
    assert [(each.tries, each.due_ns) for each in later.save()] == [(0, 5 * SECOND_NS)]
    assert later.due(5 * SECOND_NS) == [ONE]
    assert later.again(ONE, 0) == 1
