"""Posts of subreddits, as Reddit lists them."""

import asyncio
import json

import pytest
from aiohttp import web

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.secret import Secret
from argonaut.feeds.errors import AnswerShapeError, NotJsonError, RefusedBySourceError
from argonaut.feeds.social.reddit import KIND, Params, new_posts_path, read_reddit, read_token
from tests.feeds.social.rig import NOW_NS, crowd_times, good_text, rig
from tests.feeds.social.talk import SECOND_NS

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


def test_a_token_in_two_words_is_none() -> None:
    """It would be a header line of somebody else's."""
    with pytest.raises(AnswerShapeError, match="the token"):
        read_token(b'{"access_token": "a b", "expires_in": 60}')


def test_all_subreddits_are_asked_for_at_once() -> None:
    assert new_posts_path(["a", "b"]).startswith("/r/a+b/new?limit=100")


class StandIn:
    """Reddit: a token for the right pair (us:secret) and user agent, posts for the right token."""

    def __init__(self, *, expires_s: float = 86_400) -> None:
        self.expires_s = expires_s
        self.tokens = 0
        self.status = 200
        self.page = listing()
        self.asked: list[str] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if "aiohttp" in request.headers["User-Agent"]:
            return web.Response(status=429)
        if request.path == "/token":
            return await self._token(request)
        if request.headers.get("Authorization") != f"Bearer token-{self.tokens}":
            return web.Response(status=401)
        limits = {"X-Ratelimit-Used": "1", "X-Ratelimit-Remaining": "99", "X-Ratelimit-Reset": "60"}
        if self.status != 200:
            return web.Response(status=self.status, headers=limits)
        return web.Response(body=self.page, headers=limits)

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if (
            request.headers["Authorization"] != "Basic dXM6c2VjcmV0"
            or form["grant_type"] != "client_credentials"
        ):
            return web.json_response({"error": 401, "message": "Unauthorized"}, status=401)
        self.tokens += 1
        told = {"access_token": f"token-{self.tokens}", "expires_in": self.expires_s}
        return web.json_response(told)


def settings(address: str, secret: str = "secret") -> Params:
    return Params(
        tickers=("DOGE",),
        client_id="us",
        client_secret=Secret(secret),
        subreddits=("dogecoin", "CryptoCurrency"),
        token_url=f"{address}/token",
    )


def told(stand_in: StandIn, rounds: int, *, between=None, secret: str = "secret"):
    """Ask some rounds, doing something before each but the first; return what was heard."""

    async def whole():
        async with rig(KIND, stand_in, lambda address: settings(address, secret)) as stand:
            for number in range(rounds):
                if number and between is not None:
                    between(stand_in)
                await stand.round()
        return stand.heard

    return asyncio.run(whole())


def test_a_token_is_asked_for_once_and_used_for_all_subreddits() -> None:
    stand_in = StandIn()
    heard = told(stand_in, 3)

    page = "/r/dogecoin+CryptoCurrency/new"
    assert stand_in.asked == ["/token", page, page, page]
    assert heard.results == ["ok"] * 4


def test_a_token_that_is_no_longer_taken_is_asked_for_anew() -> None:
    """Reddit answers 401: the next round begins with a new token."""

    def revoked(stand_in: StandIn) -> None:
        if stand_in.tokens == 1:
            stand_in.tokens = 7

    heard = told(StandIn(), 3, between=revoked)

    assert heard.results == ["ok", "ok", "refused", "ok", "ok"]


def test_a_token_is_not_used_to_its_last_second() -> None:
    stand_in = StandIn(expires_s=30)
    told(stand_in, 2)

    assert stand_in.tokens == 2


def test_a_wrong_secret_is_refused_and_not_told() -> None:
    heard = told(StandIn(), 1, secret="wrong-secret")

    assert heard.results == ["refused"]
    assert "wrong-secret" not in repr(heard.answers)


@pytest.mark.parametrize(
    ("status", "word"), [(403, "refused"), (404, "refused"), (429, "throttled")]
)
def test_a_subreddit_that_is_closed_or_a_limit_is_counted(status: int, word: str) -> None:
    stand_in = StandIn()
    stand_in.status = status

    assert told(stand_in, 1).results == ["ok", word]


def test_a_crowd_on_reddit_is_an_event() -> None:
    """Two posts a window are usual; now there are twenty-four, by as many authors."""
    posts = [
        POST
        | {
            "name": f"t3_{n}",
            "title": good_text(n),
            "selftext": "",
            "created_utc": str(at // SECOND_NS),
            "author": f"user{n}",
        }
        for n, at in enumerate(crowd_times(usual=2, burst=24))
    ]
    stand_in = StandIn()
    stand_in.page = listing(*posts)
    (event,) = told(stand_in, 2).events

    assert (event.source, event.symbols, event.mentions) == ("reddit", ("DOGE",), 24)
    assert event.velocity == 12.0
    assert event.sentiment is not None
    assert event.sentiment > 0.5
    assert event.score is not None
    assert event.score > 2.2
    assert event.published_ns is not None
    assert NOW_NS - event.published_ns < 5 * SECOND_NS


def test_the_secret_is_not_sent_in_plain() -> None:
    with pytest.raises(InvalidValueError, match="want a token_url with https"):
        Params(
            tickers=("DOGE",),
            client_id="us",
            client_secret=Secret("s"),
            token_url="http://reddit.example/token",
        )


@pytest.mark.parametrize("subreddits", [(), ("a/b",), ("x" * 30,)])
def test_what_is_no_subreddit_is_refused(subreddits: tuple) -> None:
    with pytest.raises(InvalidValueError, match="subreddit"):
        Params(tickers=("DOGE",), client_id="us", client_secret=Secret("s"), subreddits=subreddits)
