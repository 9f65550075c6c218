"""The `events` section is strict, and safe when it says nothing."""

from typing import Any

import pytest
from pydantic import ValidationError

from argonaut.config.events_schema import EventsSection


def made(**fields: Any) -> EventsSection:
    return EventsSection.model_validate(fields)


def test_without_a_word_nothing_is_asked_and_nothing_listens() -> None:
    section = made()

    assert (section.sources, section.external_feed, section.first_late_s) == ((), None, 300.0)


def test_the_feed_listens_on_this_machine() -> None:
    feed = made(external_feed={}).external_feed

    assert feed is not None
    assert (feed.host, feed.port, feed.is_local) == ("127.0.0.1", 8801, True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"external_feed": {"host": "0.0.0.0"}}, "want a token"),
        ({"external_feed": {"token": "a", "token_file": "b"}}, "either token or token_file"),
        ({"sources": [{"id": "a", "connector": "x"}] * 2}, "not a twice"),
        ({"sources": [{"id": "external_feed", "connector": "x"}]}, "want another id"),
        ({"sources": [{"id": "a", "connector": "x", "interval_s": 0}]}, "greater than 0"),
        ({"sources": [{"id": "a", "connector": "x", "url": "y"}]}, "url"),
        ({"first_late_s": -1}, "greater than or equal to 0"),
        ({"first_late_s": True}, "want a number"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        made(**fields)


def test_a_token_opens_other_addresses() -> None:
    feed = made(external_feed={"host": "0.0.0.0", "token": "t"}).external_feed

    assert feed is not None
    assert not feed.is_local
