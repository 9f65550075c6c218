"""Asking too often gets an address banned for days, so waits grow and shrink by rule."""

from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.events.pace import Pace
from tests.feeds.events.parts import FixedRng


def test_a_well_source_is_asked_every_interval_twenty_percent_up_or_down():
    rng = FixedRng(0.0)
    pace = Pace(10.0, rng)

    waits = []
    for rng.value in (0.0, 0.5, 1.0):
        waits.append(round(pace.after_good(), 6))

    assert waits == [8.0, 10.0, 12.0]


def test_the_ceiling_doubles_with_every_failure_up_to_five_minutes():
    pace = Pace(10.0, FixedRng(1.0))

    waits = [pace.after_bad() for _ in range(12)]

    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == 300.0


def test_the_wait_is_anything_from_a_second_up():
    pace = Pace(10.0, FixedRng(0.0))

    assert [pace.after_bad() for _ in range(5)] == [1.0] * 5


def test_one_good_answer_does_not_forget_the_failures():
    """A source that answers every other time is sick, and would be hammered."""
    pace = Pace(10.0, FixedRng(1.0))
    for _ in range(4):
        pace.after_bad()

    pace.after_good()
    pace.after_good()
    still_high = pace.after_bad()
    for _ in range(3):
        pace.after_good()

    assert still_high == 32.0
    assert pace.after_bad() == 2.0


def test_a_rest_the_source_asks_for_is_kept_up_to_an_hour():
    pace = Pace(10.0, FixedRng(0.0))

    assert pace.after_bad(asked_s=120.0) == 120.0
    assert pace.after_bad(asked_s=1e9) == 3600.0


@given(st.lists(st.booleans(), max_size=200), st.floats(0, 1, exclude_max=True))
def test_no_wait_is_shorter_than_a_second_or_longer_than_five_minutes(answers, dice):
    pace = Pace(30.0, FixedRng(dice))

    for is_good in answers:
        wait_s = pace.after_good() if is_good else pace.after_bad()
        assert 1.0 <= wait_s <= 300.0
