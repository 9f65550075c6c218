"""The index of the day."""

import json

import pytest

from argonaut.feeds.errors import (
    AnswerShapeError,
    EmptyAnswerError,
    NotJsonError,
    OldAnswerError,
    RefusedBySourceError,
)
from argonaut.feeds.social.feargreed import read_feargreed

DAY_S = 1_767_312_000
NOW_NS = (DAY_S + 3600) * 10**9


def body(error: str | None = None, **day) -> bytes:
    told = {
        "value": "40",
        "value_classification": "Fear",
        "timestamp": str(DAY_S),
        "time_until_update": "3600",
    } | day
    return json.dumps(
        {"name": "Fear and Greed Index", "data": [told], "metadata": {"error": error}}
    ).encode()


def test_numbers_written_as_strings_are_mapped_to_the_common_scales() -> None:
    (event,) = read_feargreed(body(), NOW_NS)

    assert (event.kind, event.symbols) == ("index", ())
    assert (event.score, event.sentiment, event.mentions) == (2.0, -0.2, None)
    assert event.published_ns == DAY_S * 10**9
    assert event.title == "Fear & Greed 40: Fear"


def test_it_is_one_event_all_day() -> None:
    morning, evening = read_feargreed(body(), NOW_NS), read_feargreed(body(), NOW_NS + 10**13)

    assert morning[0].event_id == evening[0].event_id


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (body(error="down"), RefusedBySourceError),
        (b'{"data": []}', EmptyAnswerError),
        (b"", EmptyAnswerError),
        (b"<html>", NotJsonError),
        (body(value="140"), AnswerShapeError),
        (body(value="high"), AnswerShapeError),
        (body(timestamp="99999999999"), AnswerShapeError),
        (body(timestamp=str(DAY_S - 3 * 86_400)), OldAnswerError),
    ],
)
def test_what_is_no_index_of_today_is_an_error(answer: bytes, error: type) -> None:
    with pytest.raises(error):
        read_feargreed(answer, NOW_NS)
