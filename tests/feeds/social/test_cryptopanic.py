"""News with votes, as CryptoPanic lists them."""

import json

import pytest

from argonaut.feeds.errors import RefusedBySourceError
from argonaut.feeds.social.cryptopanic import read_cryptopanic


def news(**more) -> dict:
    return {
        "id": 1,
        "kind": "news",
        "title": "Dogecoin adopted",
        "description": "By somebody",
        "slug": "x",
        "published_at": "2026-01-02T00:00:00Z",
        "source": {"title": "Paper", "domain": "paper.example", "type": "feed"},
        "instruments": [{"code": "DOGE", "title": "Dogecoin", "slug": "dogecoin"}],
        "votes": {"positive": 5, "negative": 1, "important": 4, "liked": 2, "toxic": 0},
        "panic_score": 60,
    } | more


def page(*posts: dict) -> bytes:
    return json.dumps({"next": None, "previous": None, "results": list(posts)}).encode()


def test_a_post_has_coins_votes_and_a_score() -> None:
    (post,) = read_cryptopanic(page(news()))

    assert post.symbols == {"DOGE"}
    assert post.votes == (5, 1)
    assert post.engagement == (6.0,)
    assert post.rated == 3.0
    assert post.text == "Dogecoin adopted By somebody"


def test_a_score_that_is_null_is_unknown() -> None:
    (post,) = read_cryptopanic(page(news(panic_score=None)))

    assert post.rated is None


def test_coins_may_have_their_older_name() -> None:
    old = news(currencies=[{"code": "PEPE"}])
    del old["instruments"]
    (post,) = read_cryptopanic(page(old))

    assert post.symbols == {"PEPE"}


@pytest.mark.parametrize("odd", [{"votes": None}, {"description": None}, {"panic_score": "60"}])
def test_what_is_null_or_a_string_is_read(odd: dict) -> None:
    assert len(read_cryptopanic(page(news(**odd)))) == 1


def test_a_post_without_a_time_is_left_out() -> None:
    assert read_cryptopanic(page(news(published_at="x"))) == ()


def test_a_spent_quota_is_told() -> None:
    with pytest.raises(RefusedBySourceError, match="quota exceeded"):
        read_cryptopanic(b'{"status": "api_error", "info": "API monthly quota exceeded"}')
