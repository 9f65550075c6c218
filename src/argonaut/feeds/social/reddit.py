"""Reddit: the newest posts of subreddits, and the token they are asked for with."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from argonaut.domain.secret import Secret
from argonaut.feeds.errors import RefusedBySourceError
from argonaut.feeds.social.answer import read_answer, read_items, said
from argonaut.feeds.social.post import Post, read_text

PAGE = 100  # posts that are asked for
_UNKNOWN = {"[deleted]", "[removed]"}


class _Link(msgspec.Struct):
    name: str
    created_utc: float
    title: str = ""
    selftext: str | None = None
    author: str | None = None
    ups: int | None = None
    num_comments: int | None = None


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
    expires_in: float = 0.0
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
    return Secret(token.access_token), token.expires_in


def _post(link: _Link) -> Post:
    author = link.author or ""
    return Post(
        post_id=link.name,
        published_ns=int(link.created_utc) * 1_000_000_000,
        text=read_text(link.title, link.selftext),
        author="" if author in _UNKNOWN else author,
        engagement=(float(link.ups or 0), float(link.num_comments or 0)),
    )
