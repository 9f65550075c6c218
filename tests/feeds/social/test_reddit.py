"""Posts of subreddits, as Reddit lists them."""

import json

import pytest

from argonaut.feeds.errors import AnswerShapeError, NotJsonError, RefusedBySourceError
from argonaut.feeds.social.reddit import new_posts_path, read_reddit, read_token

# Shape: a listing of GET oauth.reddit.com/r/{sub}/new, values made up.
POST = {
    "name": "t3_abc",
    "id": "abc",
    "title": "DOGE is back",
    "selftext": "<b>Look</b> at it",
    "created_utc": 1767312000.0,
    "score": 12,
    "ups": 12,
    "upvote_ratio": 0.97,
    "num_comments": 5,
    "permalink": "/r/dogecoin/comments/abc/",
    "subreddit": "dogecoin",
    "author": "somebody",
}


def listing(*posts: dict, kind: str = "t3") -> bytes:
    children = [{"kind": kind, "data": post} for post in posts]
    return json.dumps({"kind": "Listing", "data": {"children": children, "after": None}}).encode()


def test_a_post_has_its_text_time_author_and_engagement() -> None:
    (post,) = read_reddit(listing(POST))

    assert post.post_id == "t3_abc"
    assert post.published_ns == 1_767_312_000_000_000_000
    assert post.text == "DOGE is back Look at it"
    assert post.author == "somebody"
    assert post.engagement == (12.0, 5.0)
    assert post.votes is None


def test_numbers_may_be_strings_or_missing() -> None:
    (post,) = read_reddit(listing(POST | {"created_utc": "1767312000", "ups": None}))

    assert (post.published_ns, post.engagement) == (1_767_312_000_000_000_000, (0.0, 5.0))


def test_a_deleted_author_is_nobody() -> None:
    """All deleted accounts together are not one author."""
    (post,) = read_reddit(listing(POST | {"author": "[deleted]"}))

    assert post.author == ""


def test_comments_in_a_listing_are_left_out() -> None:
    assert read_reddit(listing(POST, kind="t1")) == ()


def test_one_odd_post_does_not_hide_the_others() -> None:
    assert len(read_reddit(listing(POST, {"name": 4}))) == 1


def test_a_quiet_subreddit_has_no_posts() -> None:
    assert read_reddit(listing()) == ()


def test_an_error_of_theirs_is_told() -> None:
    with pytest.raises(RefusedBySourceError, match="reddit: private"):
        read_reddit(b'{"reason": "private", "message": "Forbidden", "error": 403}')


def test_a_login_page_is_no_listing() -> None:
    with pytest.raises(NotJsonError, match="whoa there"):
        read_reddit(b"<html><title>whoa there, pardner!</title></html>")


def test_a_listing_of_another_shape_is_an_error() -> None:
    with pytest.raises(AnswerShapeError):
        read_reddit(listing({"name": "t3_x"}, {"name": "t3_y"}))


def test_a_token_is_secret_and_has_an_end() -> None:
    token, seconds = read_token(b'{"access_token": "abc", "expires_in": "86400", "scope": "*"}')

    assert (token.reveal(), seconds) == ("abc", 86400.0)
    assert "abc" not in repr(token)


@pytest.mark.parametrize(
    "body", [b'{"error": "unsupported_grant_type"}', b'{"error": 401, "message": "x"}', b"{}"]
)
def test_no_token_is_an_error_that_says_why(body: bytes) -> None:
    with pytest.raises(RefusedBySourceError, match="no token"):
        read_token(body)


def test_all_subreddits_are_asked_for_at_once() -> None:
    assert new_posts_path(["a", "b"]).startswith("/r/a+b/new?limit=100")
