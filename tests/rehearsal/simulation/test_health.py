import msgspec
import pytest

from argonaut.rehearsal.simulation.evidence import Life
from argonaut.rehearsal.simulation.health import Health, is_doubtful, merged
from argonaut.rehearsal.simulation.plan import Fault
from tests.rehearsal.simulation.written import D, S, clean


def health_with(*faults, lives=None):
    history = clean()
    history.plan = msgspec.structs.replace(history.plan, faults=faults)
    history.lives = lives or history.lives
    return Health(history.evidence())


def test_spans_that_touch_are_one():
    assert merged([(5, 7), (1, 3), (3, 4), (6, 9), (8, 8)]) == ((1, 4), (5, 9))


def test_without_faults_a_deadline_is_just_later():
    assert health_with().deadline_ns(10 * S, 2 * S) == 12 * S


@pytest.mark.parametrize(
    ("at_s", "deadline_s"),
    [
        (30, 37),  # inside: two seconds after it is over
        (19, 36),  # one second before it, one after
        (10, 12),  # over before it begins
        (40, 42),  # after it
    ],
)
def test_a_fault_and_its_settling_count_for_nothing(at_s, deadline_s):
    health = health_with(Fault(kind="maintenance", at_ns=20 * S, for_ns=10 * S))

    assert health.deadline_ns(at_s * S, 2 * S) == deadline_s * S


def test_a_persons_command_disturbs_nothing():
    """It is to be obeyed at once."""
    health = health_with(Fault(kind="operator", at_ns=20 * S, target="pause"))

    assert health.deadline_ns(21 * S, S) == 22 * S


def test_a_fault_without_a_length_may_hurt_for_a_while():
    health = health_with(Fault(kind="frame_lost", at_ns=20 * S))

    assert health.deadline_ns(21 * S, S) == 51 * S


def test_down_time_counts_until_the_next_life_is_ready():
    lives = [
        Life(number=1, epoch="a1", began_ns=0, ready_ns=S, ended_ns=20 * S, ending="crash"),
        Life(number=2, epoch="a2", began_ns=22 * S, ready_ns=25 * S),
    ]

    assert health_with(lives=lives).deadline_ns(19 * S, 2 * S) == 26 * S


def test_a_trader_that_is_never_ready_has_no_deadline_in_the_run():
    lives = [Life(number=1, epoch="a1", began_ns=0)]

    assert health_with(lives=lives).deadline_ns(S, S) > clean().plan.end_ns


def test_a_machine_that_stands_still_gives_the_time_it_stood_still():
    """A slow disk that waited for the next sync struck ten seconds after it began (7290)."""
    lives = [Life(number=1, epoch="a1", began_ns=0, ready_ns=S, stalls=((20 * S, 21 * S),))]

    assert health_with(lives=lives).deadline_ns(19 * S + S // 2, S) == 21 * S + S // 2
    assert health_with(lives=lives).deadline_ns(21 * S, S) == 22 * S


def test_a_machine_that_died_stands_still_no_more():
    lives = [
        Life(
            number=1,
            epoch="a1",
            began_ns=0,
            ready_ns=S,
            ended_ns=20 * S,
            ending="crash",
            stalls=((19 * S, 29 * S),),
        ),
        Life(number=2, epoch="a2", began_ns=21 * S, ready_ns=22 * S),
    ]

    assert health_with(lives=lives).deadline_ns(19 * S, 2 * S) == 24 * S


@pytest.mark.parametrize(("took_ns", "deadline_ns"), [(S // 100 * 8, 21 * S), (S, 22 * S)])
def test_a_request_that_is_under_way_for_long_gives_the_time_it_took(took_ns, deadline_ns):
    """A fault that waits for the next request struck twenty seconds after it began (300286)."""
    history = clean()
    sent = msgspec.structs.replace(history.sent[1], at_ns=20 * S, answered_ns=20 * S + took_ns)
    history.sent.append(sent)

    assert Health(history.evidence()).deadline_ns(20 * S, S) == deadline_ns


@pytest.mark.parametrize(("filled", "deadline_s"), [("0", 26), ("0.1", 21)])
def test_a_market_without_anybody_in_it_gives_time(filled, deadline_s):
    """Where a part was taken there was somebody, and the next order may go at once."""
    history = clean()
    history.orders[1] = msgspec.structs.replace(
        history.orders[1], status="EXPIRED", ended_ns=20 * S, filled=D(filled)
    )

    assert Health(history.evidence()).deadline_ns(20 * S, S) == deadline_s * S


@pytest.mark.parametrize(("asked_s", "deadline_s"), [(60, 77), (None, 56)])
def test_silence_that_the_venue_asks_for_gives_time(asked_s, deadline_s):
    """No stop may leave in it (I16), so none can be asked for (I12)."""
    history = clean()
    told = msgspec.structs.replace(
        history.sent[0], at_ns=10 * S, answered_ns=11 * S, status=429, retry_after_s=asked_s
    )
    history.sent.append(told)

    assert Health(history.evidence()).deadline_ns(12 * S, S) == deadline_s * S


@pytest.mark.parametrize(
    ("change", "doubtful"),
    [
        ({}, False),
        ({"status": 400}, False),
        ({"status": 503}, True),
        ({"status": 429}, True),
        ({"answered_ns": None, "status": None}, True),
        ({"answered_ns": 13 * S}, True),
    ],
)
def test_an_answer_that_leaves_something_open_gives_time(change, doubtful):
    sent = msgspec.structs.replace(clean().sent[0], **change)

    assert is_doubtful(sent) is doubtful
