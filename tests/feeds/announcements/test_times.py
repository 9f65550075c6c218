"""Times as people write them, and those that are no times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.announcements.times import find_times


def told(text: str) -> list[str]:
    return [
        datetime.fromtimestamp(each.event_ns // 10**9, UTC).strftime("%Y-%m-%d %H:%M")
        for each in find_times(text).moments
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("at 2031-11-14 15:00 (UTC), with", "2031-11-14 15:00"),
        ("2031-01-30 18:15:30 UTC", "2031-01-30 18:15"),
        ("list ABC at 2031/09/16 6:00 AM (UTC)", "2031-09-16 06:00"),
        ("2031-12-07 00:00 AM (UTC)", "2031-12-07 00:00"),
        ("2031-12-07 12:30 AM (UTC)", "2031-12-07 00:30"),
        ("2031-12-13 11:59 PM (UTC)", "2031-12-13 23:59"),
        ("2031-12-13 13:00 PM (UTC)", "2031-12-13 13:00"),
        ("at 03:00 UTC on March 8, 2031:", "2031-03-08 03:00"),
        ("Beginning September 7, 2031, at 06:00 UTC", "2031-09-07 06:00"),
        ("07:00 September 16, 2031 (Vietnam Time)", "2031-09-16 00:00"),
        ("2031-05-01 16:00 (UTC+8)", "2031-05-01 08:00"),
        ("2031-05-01 16:00 (UTC-5)", "2031-05-01 21:00"),
        ("2031-05-01 16:00 (UTC+5:30)", "2031-05-01 10:30"),
        ("am 7. März 2031 um 08:00 (MEZ)", "2031-03-07 07:00"),
        ("am 07.03.2031 um 08:00 UTC", "2031-03-07 08:00"),
        ("Marso 7, 2031 ng 16:00 (Philippine Time)", "2031-03-07 08:00"),
    ],
)
def test_a_time_is_read_however_it_is_written(text: str, wanted: str) -> None:
    """An hour too late and the price has run; an hour too early and nothing trades."""
    assert told(text) == [wanted]


def test_a_zone_behind_a_range_is_that_of_both_ends() -> None:
    assert told("Period: 2031-11-07 04:00 to 2031-12-18 23:59 (UTC)") == [
        "2031-11-07 04:00",
        "2031-12-18 23:59",
    ]


def test_a_zone_behind_another_sentence_is_not_lent() -> None:
    """Only "A to B (UTC)" shares its zone."""
    found = find_times("Opens 2031-11-07 04:00. Closes 2031-11-08 04:00 (UTC)")

    assert len(found.moments) == 1
    assert [each.fault for each in found.unclear] == ["no time zone"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2031-11-07 04:00", "no time zone"),
        ("2031-11-07 04:00 (Mars Time)", "unknown time zone Mars Time"),
        ("2031-13-07 04:00 (UTC)", "month must be in 1..12"),
        ("2031-02-30 04:00 (UTC)", "day is out of range for month"),
        ("2031-02-03 25:00 (UTC)", "hour must be in 0..23"),
        ("2031-02-03 11:00 (UTC+99)", "unknown time zone UTC+99"),
    ],
)
def test_what_cannot_be_relied_on_is_said_to_be_unclear(text: str, fault: str) -> None:
    """A guessed zone trades at the wrong hour."""
    found = find_times(text)

    assert found.moments == ()
    assert [each.fault for each in found.unclear] == [fault]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - made aware below
    st.integers(-12, 14),
    st.sampled_from(
        ["%Y-%m-%d %H:%M (UTC{})", "%B %d, %Y, at %H:%M (UTC{})", "%H:%M UTC{} on %B %d, %Y"]
    ),
)
def test_what_was_written_in_any_form_and_zone_is_read_back(
    when: datetime, hours: int, form: str
) -> None:
    local = when.replace(second=0, microsecond=0, tzinfo=timezone(timedelta(hours=hours)))

    found = find_times(local.strftime(form).format(f"{hours:+d}")).moments

    assert [each.event_ns for each in found] == [int(local.timestamp()) * 10**9]


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for each in find_times(text).moments:
        assert 0 <= each.start < each.end <= len(text)
