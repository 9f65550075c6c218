"""An event as JSON: what people push and record is read as meant, or refused with a reason."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.errors import BadDataError, FeedError
from argonaut.feeds.events.body import EVENT_BYTES_MAX, parse_events
from tests.feeds.events.parts import NOW_NS

MS = NOW_NS // 1_000_000


def parsed(**fields):
    return parse_events(json.dumps(fields).encode(), seen_ns=NOW_NS)


def test_a_whole_event_is_taken_as_it_stands():
    (made,) = parsed(
        id="p-1", source="desk", kind="social", symbols=["DOGE"],
        published_at="2026-02-02T02:40:00Z",
        priority=0.9, score=2.5, mentions=40, velocity=1.5, sentiment=-0.25, ttl=60,
        payload={"count": 3, "word": "x", "yes": True},
    )  # fmt: skip

    assert (made.event_id, made.kind, made.symbols) == ("p-1", "social", ("DOGE",))
    assert made.published_ns == NOW_NS
    assert (made.score, made.mentions, made.velocity, made.sentiment) == (2.5, 40, 1.5, -0.25)
    assert (made.ttl_s, made.event_ns) == (60.0, NOW_NS)
    assert made.payload == {"count": "3", "word": "x", "yes": "true"}


def test_what_a_source_does_not_know_is_none_and_not_zero():
    (made,) = parsed(id="p-1", source="desk", kind="news")

    assert (made.score, made.mentions, made.velocity, made.sentiment) == (None,) * 4
    assert made.published_ns is None


def test_the_short_shape_is_read_like_an_announcement():
    (made,) = parsed(
        source="my_feed",
        payload={"id": 77, "title": "Binance Will List Example (EXM)", "publishTime": MS - 5_000},
    )

    assert (made.event_id, made.kind, made.symbols) == ("77", "listing", ("EXM",))
    assert made.published_ns == NOW_NS - 5_000_000_000
    assert made.payload["market"] == "spot"


def test_a_title_without_an_id_gets_one_of_its_own():
    one, two = (
        parsed(source="f", payload={"title": "News", "publishTime": when})[0].event_id
        for when in (MS, MS + 1)
    )

    assert one != two
    assert parsed(source="f", payload={"title": "News", "publishTime": MS})[0].event_id == one


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id": "x", "kind": "news"}, "source"),
        ({"source": "tuning", "id": "x", "kind": "model"}, "how we call ourselves"),
        ({"source": "", "id": "x", "kind": "news"}, "want a source"),
        ({"source": "a", "kind": "news"}, "want an id"),
        ({"source": "a"}, "want a kind, or a title"),
        ({"source": "a", "id": "x", "kind": "news", "colour": 1}, "colour"),
        ({"source": "a", "id": "x", "kind": "news", "score": "high"}, "score"),
        ({"source": "a", "id": "x", "kind": "news", "symbols": "BTC"}, "symbols"),
        ({"source": "a", "id": "x", "kind": "news", "published_ns": -1}, "published_ns"),
        ({"source": "a", "id": "x", "kind": "news", "published_at": "noon"}, "noon"),
        ({"source": "a\n", "id": "x", "kind": "news"}, "printable"),
        ({"source": "a", "id": "x" * 300, "kind": "news"}, "at most 256"),
        ({"source": "a", "payload": {"title": "T", "publishTime": "soon"}}, "milliseconds"),
        ({"source": "a", "payload": {"title": "T", "publishTime": True}}, "milliseconds"),
        ({"source": "a", "payload": {"title": "T", "publishTime": 10**18}}, "milliseconds"),
        ({"source": "a", "payload": {str(each): 1 for each in range(65)}}, "64 entries"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(fields, said):
    with pytest.raises(BadDataError, match=said):
        parsed(**fields)


@pytest.mark.parametrize(
    "body",
    [
        b'{"source": "a", "id": "x", "kind": "n", "score": NaN}',
        b'{"source": "a", "id": "x", "kind": "n", "score": 1e999}',
        b"[" * 100_000,
        b'{"source": "a", "id": "x", "kind": "n", "payload": ' + b'{"a":' * 5_000,
        b"\xff\xfe",
        b"",
    ],
)
def test_numbers_and_nests_without_end_are_refused(body):
    with pytest.raises(BadDataError):
        parse_events(body, seen_ns=NOW_NS)


def test_too_large_is_refused_unread():
    with pytest.raises(BadDataError, match="at most 131072 bytes"):
        parse_events(b" " * (EVENT_BYTES_MAX + 1), seen_ns=NOW_NS)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip
_NAMES = st.sampled_from(["source", "id", "kind", "title", "payload", "symbols", "score", "x"])


@given(st.dictionaries(_NAMES, _JSON, max_size=8) | _JSON)
def test_whatever_comes_is_an_event_or_a_named_refusal(value):
    events: tuple[ExternalEvent, ...] = ()
    with suppress(FeedError):
        events = parse_events(json.dumps(value).encode(), seen_ns=NOW_NS)

    assert all(len(each.event_id) > 0 for each in events)
