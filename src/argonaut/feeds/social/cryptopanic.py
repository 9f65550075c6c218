"""CryptoPanic: news on coins, with the votes of its readers and a score of its own."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argonaut.feeds.errors import RefusedBySourceError
from argonaut.feeds.social.answer import read_answer, read_items, said, utc_ns
from argonaut.feeds.social.figures import scale
from argonaut.feeds.social.post import Post, read_text

PAGE = 20  # posts of an answer


class _Coin(msgspec.Struct):
    code: str


class _Votes(msgspec.Struct):
    positive: int = 0
    negative: int = 0
    important: int = 0
    liked: int = 0


class _News(msgspec.Struct):
    id: int
    published_at: str
    title: str = ""
    description: str | None = None
    instruments: list[_Coin] | None = None
    currencies: list[_Coin] | None = None  # their older name
    votes: _Votes | None = None
    panic_score: float | None = None


class _Page(msgspec.Struct):
    results: list[msgspec.Raw] | None = None
    info: str | None = None
    detail: str | None = None


def read_cryptopanic(body: bytes) -> tuple[Post, ...]:
    """Return the posts of an answer. A score that it does not know is unknown, not zero.

    Raises:
        AnswerError: It has none.
    """
    page = read_answer("cryptopanic", body, _Page)
    if page.results is None:
        raise RefusedBySourceError(f"cryptopanic: {said(page.info or page.detail or 'no results')}")
    return tuple(_posts(read_items("cryptopanic", page.results, _News)))


def _posts(news: Iterable[_News]) -> Iterable[Post]:
    for each in news:
        published_ns = utc_ns(each.published_at)
        if published_ns is None:
            continue
        votes = each.votes or _Votes()
        yield Post(
            post_id=str(each.id),
            published_ns=published_ns,
            text=read_text(each.title, each.description),
            symbols=frozenset(coin.code for coin in each.instruments or each.currencies or ()),
            engagement=(float(votes.important + votes.liked),),
            votes=(votes.positive, votes.negative),
            rated=scale(each.panic_score, 100.0),
        )
