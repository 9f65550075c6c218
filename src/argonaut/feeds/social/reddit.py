"""Reddit: the newest posts of subreddits, and the token they are asked for with."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent
from argonaut.domain.secret import Secret
from argonaut.feeds.errors import AnswerShapeError, RefusedBySourceError
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question
from argonaut.feeds.social.answer import Count, Number, read_answer, read_items, said
from argonaut.feeds.social.listener import Listener
from argonaut.feeds.social.memory import Diary
from argonaut.feeds.social.post import Post, read_text
from argonaut.feeds.social.watching import Watching, patient

PAGE = 100  # posts that are asked for
_UNKNOWN = {"[deleted]", "[removed]"}
_SUBREDDIT = re.compile(r"[A-Za-z0-9_]{2,21}")
_HERE = {"127.0.0.1", "::1", "localhost"}
_SECOND_NS = 1_000_000_000
_EARLY_NS = 60 * _SECOND_NS  # before its end a token is asked for anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(Watching):
    """An application of the kind "script" at Reddit, and the subreddits to read."""

    client_id: str  # of the application
    client_secret: Secret  # of the application
    subreddits: tuple[str, ...] = ("CryptoCurrency", "CryptoMoonShots")  # without r/
    user_agent: str = "argonaut (trading bot, reads new posts)"  # Reddit refuses a bare one
    token_url: str = "https://www.reddit.com/api/v1/access_token"  # noqa: S105 -- a place

    def __post_init__(self) -> None:
        """Refuse names that no subreddit has."""
        super(Params, self).__post_init__()
        for name in self.subreddits:
            if not _SUBREDDIT.fullmatch(name):
                raise InvalidValueError(f"want the name of a subreddit, not {name!r}")
        if not self.subreddits:
            raise InvalidValueError("want at least one subreddit")
        place = urlsplit(self.token_url)
        if place.scheme != "https" and place.hostname not in _HERE:  # the secret goes there
            raise InvalidValueError(f"want a token_url with https, not {self.token_url!r}")


class _Link(msgspec.Struct):
    name: str
    created_utc: Number
    title: str = ""
    selftext: str | None = None
    author: str | None = None
    ups: Count | None = None
    num_comments: Count | None = None


class _Child(msgspec.Struct):
    kind: str
    data: msgspec.Raw


class _Listing(msgspec.Struct):
    children: list[_Child] = []


class _Page(msgspec.Struct):
    data: _Listing | None = None
    message: str | None = None
    reason: str | None = None


class _Token(msgspec.Struct):
    access_token: str = ""
    expires_in: Number = 0.0
    error: str | int | None = None


def new_posts_path(subreddits: Sequence[str]) -> str:
    """Return the path of the newest posts of all subreddits together.

    >>> new_posts_path(["CryptoCurrency", "dogecoin"])
    '/r/CryptoCurrency+dogecoin/new?limit=100&raw_json=1'
    """
    return f"/r/{'+'.join(subreddits)}/new?limit={PAGE}&raw_json=1"


def read_reddit(body: bytes) -> tuple[Post, ...]:
    """Return the posts of a listing.

    Raises:
        AnswerError: It is none.
    """
    page = read_answer("reddit", body, _Page)
    if page.data is None:
        reason = page.reason or page.message or "no listing"
        raise RefusedBySourceError(f"reddit: {said(reason)}")
    links = read_items("reddit", [c.data for c in page.data.children if c.kind == "t3"], _Link)
    return tuple(map(_post, links))


def read_token(body: bytes) -> tuple[Secret, float]:
    """Return the token of an answer to a client's credentials, and how many seconds it is good for.

    Raises:
        AnswerError: There is none.
    """
    token = read_answer("reddit", body, _Token)
    if not token.access_token or not token.expires_in > 0:
        raise RefusedBySourceError(f"reddit: no token: {said(str(token.error or 'no reason'))}")
    try:
        return Secret(token.access_token), token.expires_in
    except InvalidValueError as error:
        raise AnswerShapeError(f"reddit: the token: {error}") from error


class Asking:
    """What Reddit is asked: a token while it has none, then the newest posts."""

    def __init__(self, wiring: Wiring) -> None:
        params: Params = wiring.params
        self._params = params
        self._listener = Listener(
            "reddit", params.watch, params.judge, Diary(wiring.memory, wiring.name)
        )
        self._url = f"{wiring.base_url}{new_posts_path(params.subreddits)}"
        self._wall_ns = wiring.clock.wall_ns
        self._token: Secret | None = None
        self._until_ns = 0

    def questions(self) -> Iterator[Question]:
        """Yield what to ask; a token that brought no good answer is not used again."""
        if self._token is None or self._wall_ns() >= self._until_ns:
            yield self._for_token()
        token, self._token = self._token, None
        if token is None:
            return
        yield Question(
            url=self._url,
            read=self._read,
            headers={
                "Authorization": f"Bearer {token.reveal()}",
                "User-Agent": self._params.user_agent,
            },
        )
        self._token = token

    def _for_token(self) -> Question:
        pair = f"{self._params.client_id}:{self._params.client_secret.reveal()}"
        return Question(
            url=self._params.token_url,
            read=self._keep_token,
            method="POST",
            body=b"grant_type=client_credentials",
            headers={
                "Authorization": f"Basic {b64encode(pair.encode()).decode()}",
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": self._params.user_agent,
            },
            is_conditional=False,
        )

    def _keep_token(self, body: bytes, seen_ns: int) -> list[ExternalEvent]:
        self._token, expires_s = read_token(body)
        self._until_ns = seen_ns + int(expires_s * _SECOND_NS) - _EARLY_NS
        return []

    def _read(self, body: bytes, seen_ns: int) -> list[ExternalEvent]:
        posts = read_reddit(body)
        return self._listener.page(posts, full=len(posts) >= PAGE, seen_ns=seen_ns)


def connect(wiring: Wiring) -> Connector:
    """Return the connector."""
    return Poller(patient(wiring), Asking(wiring).questions)


def _post(link: _Link) -> Post:
    author = link.author or ""
    return Post(
        post_id=link.name,
        published_ns=int(link.created_utc) * 1_000_000_000,
        text=read_text(link.title, link.selftext),
        author="" if author in _UNKNOWN else author,
        engagement=(float(link.ups or 0), float(link.num_comments or 0)),
    )


KIND = ConnectorKind(
    make=connect,
    params=Params,
    base_url="https://oauth.reddit.com",
    interval_s=30.0,
    stale_s=600.0,
)
