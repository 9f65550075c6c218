"""Lines of X's filtered stream."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.errors import AnswerShapeError, NotJsonError, RefusedBySourceError
from argonaut.feeds.social.post import Watch
from argonaut.feeds.social.x import (
    LINE_BYTES_MAX,
    TAG,
    Lines,
    Rule,
    read_rules,
    read_x,
    rule_changes,
    rules_for,
)

NOW_NS = 1_767_312_005_000_000_000
WATCH = Watch(tickers=("DOGE",), keywords={"dogecoin": "DOGE"}, accounts=("elonmusk",))


def line(includes: dict | None = None, **data) -> bytes:
    tweet = {
        "id": "1",
        "text": "$DOGE to the moon",
        "created_at": "2026-01-02T00:00:00.000Z",
        "author_id": "7",
        "public_metrics": {
            "retweet_count": 3,
            "reply_count": 1,
            "like_count": 10,
            "quote_count": 2,
            "impression_count": 900,
        },
    } | data
    whole = {"data": tweet, "matching_rules": [{"id": "1", "tag": TAG}]}
    return json.dumps(whole | ({"includes": includes} if includes else {})).encode()


def user(followers: int | None = 5000) -> dict:
    metrics = {"followers_count": followers}
    return {"users": [{"id": "7", "username": "Somebody", "public_metrics": metrics}]}


def test_a_blank_line_is_a_sign_of_life() -> None:
    assert read_x(b"", NOW_NS) is None


def test_likes_reposts_and_quotes_are_the_engagement() -> None:
    post = read_x(line(), NOW_NS)

    assert post is not None
    assert post.engagement == (18.0,)  # 10 + 2 * 3 + 2
    assert (post.author, post.published_ns) == ("7", 1_767_312_000_000_000_000)


def test_a_post_fresh_from_the_stream_has_the_reach_of_its_author() -> None:
    """Nobody has liked it yet; a thousandth of the followers stands for those who will."""
    post = read_x(line(user(), public_metrics=None), NOW_NS)

    assert post is not None
    assert (post.author, post.engagement) == ("Somebody", (5.0,))


def test_a_quote_carries_what_it_quotes() -> None:
    quoted = {"id": "9", "text": "old", "public_metrics": {"like_count": 100}}
    reference = [{"type": "quoted", "id": "9"}]
    post = read_x(line({"tweets": [quoted]}, referenced_tweets=reference), NOW_NS)

    assert post is not None
    assert post.engagement == (118.0,)


def test_a_mere_repost_is_no_voice() -> None:
    assert read_x(line(referenced_tweets=[{"type": "retweeted", "id": "9"}]), NOW_NS) is None


def test_a_post_without_a_time_is_from_now() -> None:
    post = read_x(line(created_at=None), NOW_NS)

    assert post is not None
    assert post.published_ns == NOW_NS


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"title": "ConnectionException", "detail": "too many connections"}, "too many conn"),
        ({"errors": [{"title": "operational-disconnect", "detail": ""}]}, "operational-disconnect"),
    ],
)
def test_an_error_in_the_stream_is_told(told: dict, said: str) -> None:
    with pytest.raises(RefusedBySourceError, match=said):
        read_x(json.dumps(told).encode(), NOW_NS)


def test_a_line_without_a_post_is_an_error() -> None:
    with pytest.raises(AnswerShapeError):
        read_x(b"{}", NOW_NS)
    with pytest.raises(NotJsonError):
        read_x(b"<html>", NOW_NS)


@given(st.lists(st.binary(max_size=20).filter(lambda b: b"\n" not in b), max_size=10), st.data())
def test_lines_are_the_same_however_the_bytes_come(lines: list[bytes], data) -> None:
    stream = b"".join(line + b"\r\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    cutter = Lines()

    found = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += cutter.cut(stream[start:end])

    assert found == [line.strip() for line in lines]


def test_a_line_without_an_end_is_not_kept() -> None:
    with pytest.raises(NotJsonError, match="at most 1000000 bytes"):
        Lines().cut(b"x" * (LINE_BYTES_MAX + 1))


def test_rules_let_through_what_is_watched_and_no_reposts() -> None:
    (rule,) = rules_for(WATCH)

    assert rule.value == '($DOGE OR #DOGE OR "dogecoin" OR from:elonmusk) -is:retweet'
    assert rule.tag == TAG


def test_many_tickers_are_several_rules_of_bounded_length() -> None:
    names = [f"COIN{n}" for n in range(100)]
    rules = rules_for(Watch(tickers=tuple(names)))

    assert all(len(rule.value) <= 512 for rule in rules)
    assert all(any(f"${name} " in rule.value for rule in rules) for name in names)


def test_an_account_that_could_say_something_else_makes_no_rule() -> None:
    watch = Watch(tickers=("DOGE",), accounts=("a) or (b",))

    assert "from:" not in rules_for(watch)[0].value


def test_only_our_own_rules_are_changed() -> None:
    found = [Rule("a", TAG, "1"), Rule("b", TAG, "2"), Rule("c", "theirs", "3")]
    bodies = [json.loads(body) for body in rule_changes(found, [Rule("b", TAG), Rule("d", TAG)])]

    assert bodies == [{"delete": {"ids": ["1"]}}, {"add": [{"value": "d", "tag": TAG}]}]


def test_rules_that_are_right_stay() -> None:
    assert rule_changes([Rule("a", TAG, "1")], [Rule("a", TAG)]) == []


def test_rules_are_read_and_errors_told() -> None:
    assert read_rules(b'{"data": [{"id": "1", "value": "a", "tag": "t"}]}') == [Rule("a", "t", "1")]
    assert read_rules(b'{"meta": {"sent": "x"}}') == []
    with pytest.raises(RefusedBySourceError, match="no access"):
        read_rules(b'{"errors": [{"title": "x", "detail": "no access"}]}')
