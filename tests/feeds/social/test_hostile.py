"""Every reader against answers in which anything may stand anywhere."""

import contextlib
import copy
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.errors import AnswerError
from argonaut.feeds.social.coinmarketcal import read_coinmarketcal
from argonaut.feeds.social.cryptopanic import read_cryptopanic
from argonaut.feeds.social.feargreed import read_feargreed
from argonaut.feeds.social.figures import Heuristic
from argonaut.feeds.social.listener import Listener
from argonaut.feeds.social.lunarcrush import Lunarcrush
from argonaut.feeds.social.post import Post
from argonaut.feeds.social.reddit import read_reddit, read_token
from argonaut.feeds.social.santiment import read_projects, read_santiment
from argonaut.feeds.social.stocktwits import read_stocktwits
from argonaut.feeds.social.x import read_rules, read_x
from tests.feeds.social.rig import NOW_NS, iso
from tests.feeds.social.talk import SECOND_NS, WATCH

JUDGE = Heuristic(mentions_min=1.0)
NOW_S = NOW_NS // SECOND_NS


def told(posts: tuple[Post, ...]) -> list[ExternalEvent]:
    """What a crowd of these posts says."""
    return Listener("x", WATCH, JUDGE).page(posts, full=True, seen_ns=NOW_NS)


def of_line(body: bytes) -> list[ExternalEvent]:
    post = read_x(body, NOW_NS)
    return [] if post is None else told((post,))


READERS: dict[str, tuple[Callable[[bytes], Any], dict[str, Any]]] = {
    "reddit": (
        lambda body: told(read_reddit(body)),
        {
            "data": {
                "children": [
                    {
                        "kind": "t3",
                        "data": {
                            "name": "t3_a",
                            "title": "$DOGE",
                            "selftext": "good",
                            "created_utc": NOW_S,
                            "author": "a",
                            "ups": 3,
                            "num_comments": 2,
                        },
                    }
                ]
            }
        },
    ),
    "token": (read_token, {"access_token": "x", "expires_in": 60, "error": None}),
    "stocktwits": (
        lambda body: told(read_stocktwits(body)),
        {
            "response": {"status": 200},
            "messages": [
                {
                    "id": 1,
                    "body": "up",
                    "created_at": iso(NOW_NS),
                    "user": {"username": "a", "followers": 3},
                    "symbols": [{"symbol": "DOGE.X"}],
                    "entities": {"sentiment": {"basic": "Bullish"}},
                }
            ],
        },
    ),
    "cryptopanic": (
        lambda body: told(read_cryptopanic(body)),
        {
            "results": [
                {
                    "id": 1,
                    "title": "news",
                    "published_at": iso(NOW_NS),
                    "instruments": [{"code": "DOGE"}],
                    "votes": {"positive": 1, "negative": 2, "important": 3, "liked": 4},
                    "panic_score": 50,
                }
            ]
        },
    ),
    "x": (
        of_line,
        {
            "data": {
                "id": "1",
                "text": "$DOGE good",
                "created_at": iso(NOW_NS),
                "author_id": "7",
                "public_metrics": {"like_count": 1, "retweet_count": 2, "quote_count": 3},
                "referenced_tweets": [{"type": "quoted", "id": "2"}],
            },
            "includes": {
                "users": [{"id": "7", "username": "a", "public_metrics": {"followers_count": 5}}],
                "tweets": [{"id": "2", "text": "b", "public_metrics": {"like_count": 9}}],
            },
        },
    ),
    "rules": (read_rules, {"data": [{"id": "1", "value": "$DOGE", "tag": "argonaut"}]}),
    "lunarcrush": (
        lambda body: Lunarcrush(WATCH, JUDGE).read(body, NOW_NS),
        {
            "data": [
                {
                    "symbol": "DOGE",
                    "galaxy_score": 60,
                    "sentiment": 70,
                    "social_volume_24h": 300,
                    "interactions_24h": 5,
                }
            ]
        },
    ),
    "santiment": (
        lambda body: read_santiment(body, "DOGE", JUDGE, NOW_NS),
        {
            "data": {
                "volume": {
                    "timeseriesData": [
                        {"datetime": iso(NOW_NS - hour * 3600 * SECOND_NS), "value": 10 + hour % 3}
                        for hour in range(1, 16)
                    ]
                },
                "mood": {"timeseriesData": [{"datetime": iso(NOW_NS), "value": 1}]},
            }
        },
    ),
    "projects": (read_projects, {"data": {"allProjects": [{"slug": "a", "ticker": "A"}]}}),
    "feargreed": (
        lambda body: read_feargreed(body, NOW_NS),
        {
            "data": [{"value": "40", "value_classification": "Fear", "timestamp": str(NOW_S)}],
            "metadata": {"error": None},
        },
    ),
    "coinmarketcal": (
        lambda body: read_coinmarketcal(body, NOW_NS),
        {
            "status": {"error_code": 0},
            "body": [
                {
                    "id": 1,
                    "title": {"en": "x"},
                    "coins": [{"symbol": "DOGE"}],
                    "date_event": iso(NOW_NS),
                    "created_date": iso(NOW_NS),
                    "is_hot": True,
                }
            ],
        },
    ),
}

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.sampled_from([1e308, -1e308, 1e-320, -1, 0, 2**63, 2**64]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["NaN", "nan", "-inf", "Infinity", "1e999", "-1", "9999-12-31", "0001-01-01T00:00:00-23:59"]
    ),
    st.just([]),
    st.just({}),
    st.lists(st.none() | st.integers(), max_size=3),
)


def places(shape: Any, way: tuple = ()) -> list[tuple]:
    """Every place in a JSON value, as the way that leads there."""
    below = list(shape.items()) if isinstance(shape, dict) else []
    below += list(enumerate(shape)) if isinstance(shape, list) else []
    return [way] * bool(way) + [each for key, value in below for each in places(value, (*way, key))]


def changed(shape: Any, way: tuple, value: Any) -> Any:
    """The shape with something else at one place."""
    whole = copy.deepcopy(shape)
    inner = whole
    for key in way[:-1]:
        try:
            inner = inner[key]
        except (KeyError, IndexError, TypeError):  # changed away before
            return whole
    with contextlib.suppress(IndexError, TypeError):
        inner[way[-1]] = value
    return whole


@pytest.mark.parametrize("name", READERS)
def test_the_shape_itself_is_read(name: str) -> None:
    """Else the tests below would only prove that nonsense is refused."""
    read, shape = READERS[name]

    assert read(json.dumps(shape).encode())


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_an_answer_it_is_read_or_refused(name: str, data) -> None:
    """No other error than the declared ones, and nothing that a journal could not hold."""
    read, shape = READERS[name]
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from(places(READERS[name][1])))
        shape = changed(shape, way, data.draw(ODD))
    body = json.dumps(shape).encode()
    with contextlib.suppress(AnswerError):
        events = read(body)
        if isinstance(events, list) and events and isinstance(events[0], ExternalEvent):
            for event in events:
                again = msgspec.json.decode(msgspec.json.encode(event), type=ExternalEvent)
                assert again == event
                assert 0 <= event.priority <= 1
                assert event.sentiment is None or -1 <= event.sentiment <= 1
                assert event.score is None or 0 <= event.score <= 5
                assert event.mentions is None or 0 <= event.mentions <= 10**9


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_an_answer_that_is_cut_or_flipped_is_read_or_refused(name: str, data) -> None:
    read, shape = READERS[name]
    body = bytearray(json.dumps(shape).encode())
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    end = data.draw(st.integers(at, len(body)))
    with contextlib.suppress(AnswerError):
        read(bytes(body[:end] if data.draw(st.booleans()) else body))
