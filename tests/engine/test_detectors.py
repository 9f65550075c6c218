"""The door for signals from outside."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import SignalId
from argonaut.engine.detectors import Doorman
from tests.stories.listener import detected
from tests.stories.stage import SECOND_NS, START_NS


def judged(doorman: Doorman | None = None, *, known: bool = True, takers: int = 1, **fields: Any):
    return (doorman or Doorman()).judge(detected(**fields), known=known, takers=bool(takers))


def test_a_sound_signal_is_let_in() -> None:
    assert judged() == ("accepted", "")


def test_a_signal_is_let_in_once_whatever_became_of_it() -> None:
    """(source, id) is unique for ever: a broker redelivers what was refused too."""
    doorman = Doorman()
    first = judged(doorman, takers=0)

    again = judged(doorman)

    assert first[0] == "rejected"
    assert again == ("duplicate", "test sent s1 before")


def test_what_was_seen_can_be_asked() -> None:
    """The intake answers duplicates itself, so that a flood of them leaves no rows."""
    doorman = Doorman()
    judged(doorman)

    assert doorman.has_seen("test", "s1")
    assert not doorman.has_seen("other", "s1")


def test_another_source_may_use_the_same_id() -> None:
    doorman = Doorman()
    judged(doorman)

    assert judged(doorman, source="other")[0] == "accepted"


def test_what_was_seen_is_known_after_a_restart() -> None:
    """The same announcement must not buy again."""
    doorman, fresh = Doorman(), Doorman()
    judged(doorman)

    fresh.load(json.loads(json.dumps(doorman.save())))

    assert judged(fresh)[0] == "duplicate"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"quantity": None}, "want exactly one of quantity, notional and fraction, not 0"),
        ({"notional": Decimal(5)}, "want exactly one of quantity, notional and fraction, not 2"),
        ({"quantity": Decimal("NaN")}, "want quantity > 0, not NaN"),
        ({"quantity": Decimal("Infinity")}, "want quantity > 0, not Infinity"),
        ({"quantity": Decimal(-1)}, "want quantity > 0, not -1"),
        ({"quantity": Decimal(0)}, "want quantity > 0, not 0"),
        ({"quantity": None, "fraction": Decimal(0)}, "want fraction > 0, not 0"),
        ({"quantity": Decimal("1e19")}, "want quantity between 1e-18 and 1e18, not 1e+19"),
        ({"quantity": Decimal("1e-19")}, "want quantity between 1e-18 and 1e18, not 1e-19"),
        ({"limit_price": 1e19}, "want limit_price between 1e-18 and 1e18, not 1e+19"),
        ({"limit_price": math.nan}, "want limit_price > 0, not nan"),
        ({"stop_price": -1.0}, "want stop_price > 0, not -1.0"),
        ({"take_profit": math.inf}, "want take_profit > 0, not inf"),
        ({"expected_price": 0.0}, "want expected_price > 0, not 0.0"),
        ({"ttl_s": -1.0}, "want ttl_s > 0, not -1.0"),
        ({"confidence": math.nan}, "want 0 <= confidence <= 1, not nan"),
        ({"confidence": 1.1}, "want 0 <= confidence <= 1, not 1.1"),
    ],
)
def test_numbers_that_make_no_sense_are_turned_away_by_name(
    fields: dict[str, Any], said: str
) -> None:
    assert judged(**fields) == ("rejected", said)


def test_an_exit_needs_no_size() -> None:
    """All of it, then."""
    assert judged(quantity=None, intent="exit")[0] == "accepted"


@pytest.mark.parametrize(
    ("age_s", "answer"), [(0, "accepted"), (30, "accepted"), (30.001, "expired"), (9999, "expired")]
)
def test_a_signal_lives_as_long_as_it_says(age_s: float, answer: str) -> None:
    sent_ns = START_NS - int(age_s * SECOND_NS)

    assert judged(sent_ns=sent_ns, ttl_s=30.0)[0] == answer


@pytest.mark.parametrize(("ahead_s", "answer"), [(5, "accepted"), (5.001, "rejected")])
def test_a_signal_from_the_future_is_turned_away(ahead_s: float, answer: str) -> None:
    """F22: a clock may run a little ahead; more is a forgery or a mistake in the unit."""
    sent_ns = START_NS + int(ahead_s * SECOND_NS)

    assert judged(sent_ns=sent_ns)[0] == answer


def test_without_a_time_of_its_own_a_signal_does_not_expire_at_the_door() -> None:
    """Its strategy has a limit of its own."""
    assert judged(sent_ns=None, ttl_s=1.0)[0] == "accepted"
    assert judged(sent_ns=START_NS - 10**12, ttl_s=None)[0] == "accepted"


def test_what_is_not_for_us_is_turned_away() -> None:
    assert judged(known=False) == ("rejected", "unknown instrument BTC/USDT@sim")
    assert judged(takers=0) == ("rejected", "no strategy takes signals for BTC/USDT@sim")


def test_a_signal_of_its_own_name_is_told_apart() -> None:
    doorman = Doorman()
    judged(doorman)

    assert judged(doorman, signal_id=SignalId("s2"))[0] == "accepted"


def event(number: int) -> ExternalEvent:
    return ExternalEvent(event_ns=0, event_id=f"e-{number}", source="desk", kind="news")


def test_the_last_external_events_are_remembered_and_told_apart_by_source() -> None:
    """Between journal and record of seen lies one answer of one source: the last ones suffice."""
    doorman = Doorman()
    for number in range(10_001):
        doorman.hear(event(number))

    assert not doorman.has_heard("desk", "e-0")
    assert doorman.has_heard("desk", "e-1")
    assert not doorman.has_heard("another", "e-1")


def test_external_events_are_remembered_over_a_snapshot() -> None:
    before, after = Doorman(), Doorman()
    before.hear(event(1))

    after.load_heard(before.save_heard())

    assert after.has_heard("desk", "e-1")
    assert not after.has_seen("desk", "e-1")
