"""What is usual, and what is not known."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.social.history import (
    WINDOW_NS,
    WINDOWS_MAX,
    WINDOWS_MIN,
    History,
    surprise,
    velocity,
    window_of,
)


def history(*values: float) -> History:
    made = History()
    for window, value in enumerate(values):
        made.put(window, value)
    return made


def test_nothing_is_usual_before_twelve_windows() -> None:
    """Null, not 1: one is what a quiet day would say."""
    assert history(*[4.0] * 11).velocity(11, 8) is None
    assert history(*[4.0] * 12).velocity(12, 8) == 2.0


def test_a_window_that_was_not_observed_is_unknown_and_not_zero() -> None:
    made = history(*[6.0] * 12)

    assert made.velocity(50, 6) == 1.0


def test_a_coin_nobody_names_has_a_usual_of_one() -> None:
    assert history(*[0.0] * 12).velocity(12, 40) == 40.0


def test_a_window_does_not_count_toward_its_own_usual() -> None:
    made = history(*[2.0] * 12, 100.0)

    assert made.velocity(12, 100) == 50.0


def test_what_is_older_than_a_day_is_forgotten() -> None:
    made = history(*[100.0] * 20)
    for window in range(WINDOWS_MAX, WINDOWS_MAX + 20):
        made.put(window, 3.0)

    assert made.before(WINDOWS_MAX + 20) == [3.0] * 20
    assert len(made.saved()) <= WINDOWS_MAX


def test_a_window_of_the_day_before_is_not_noted() -> None:
    made = history(1.0)
    made.put(WINDOWS_MAX + 5, 2.0)
    made.put(3, 9.0)

    assert made.saved() == {WINDOWS_MAX + 5: 2.0}


def test_a_saved_history_is_the_same_history() -> None:
    made = history(*range(15))

    assert History.restored(made.saved()).before(15) == made.before(15)


def test_windows_begin_at_full_ten_minutes() -> None:
    assert window_of(WINDOW_NS - 1) == 0
    assert window_of(WINDOW_NS) == 1


def test_a_surprise_is_counted_in_standard_deviations() -> None:
    assert surprise([4.0, 6.0] * 6, 8.0) == pytest.approx(3.0)
    assert surprise([5.0] * 12, 8.0) is None
    assert surprise([4.0, 6.0], 8.0) is None


@given(
    st.lists(st.integers(0, 10_000), min_size=WINDOWS_MIN, max_size=WINDOWS_MAX),
    st.integers(0, 10_000),
)
def test_velocity_is_the_value_over_the_mean(before: list[int], value: int) -> None:
    mean = max(Fraction(sum(before), len(before)), Fraction(1))

    found = velocity([float(each) for each in before], float(value))

    assert found == pytest.approx(float(Fraction(value) / mean), rel=1e-12)


@given(st.lists(st.integers(0, 500), max_size=400))
def test_a_history_is_bounded_and_never_looks_ahead(windows: list[int]) -> None:
    made = History()
    for window in windows:
        made.put(window, float(window))

    assert len(made.saved()) <= WINDOWS_MAX
    assert all(value < 250 for value in made.before(250))
