"""A timeframe misread by a factor of sixty trades sixty times too often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.timeframe import (
    DAY_NS,
    WEEK_NS,
    format_timeframe,
    grid_offset_ns,
    parse_timeframe,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("1m", 60), ("5m", 300), ("4h", 14_400), ("1d", 86_400), ("1w", 604_800)],
)
def test_a_timeframe_is_a_number_and_a_unit(text, seconds):
    assert parse_timeframe(text) == seconds * 1_000_000_000


@pytest.mark.parametrize("text", ["1M", "5", "m", "0m", "-5m", "1.5h", "5 m", "05m", "1H", ""])
def test_any_other_spelling_is_refused_and_shown(text):
    """`1M` is a month elsewhere and must never pass for a minute."""
    with pytest.raises(InvalidValueError, match="want a timeframe") as error:
        parse_timeframe(text)

    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("seconds", "text"), [(3600, "1h"), (5400, "90m"), (1_209_600, "2w"), (45, "45s")]
)
def test_a_timeframe_is_shown_in_its_largest_unit(seconds, text):
    assert format_timeframe(seconds * 1_000_000_000) == text


@pytest.mark.parametrize("timeframe_ns", [0, -60_000_000_000, 1_500_000_000])
def test_a_length_without_a_name_is_refused(timeframe_ns):
    with pytest.raises(InvalidValueError, match=f"not {timeframe_ns} ns"):
        format_timeframe(timeframe_ns)


@given(st.integers(1, 999_999))
def test_what_is_shown_reads_back_the_same(seconds):
    timeframe_ns = seconds * 1_000_000_000

    assert parse_timeframe(format_timeframe(timeframe_ns)) == timeframe_ns


def test_weeks_start_on_monday_and_all_else_at_midnight():
    """1970-01-05 was the first Monday of Unix time."""
    assert (grid_offset_ns(WEEK_NS), grid_offset_ns(DAY_NS)) == (4 * DAY_NS, 0)
