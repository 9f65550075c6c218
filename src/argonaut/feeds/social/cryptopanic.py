"""CryptoPanic: news on coins, with the votes of its readers and a score of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.domain.secret import Secret
from argonaut.feeds.errors import RefusedBySourceError
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question
from argonaut.feeds.social.answer import Count, Number, read_answer, read_items, said, utc_ns
from argonaut.feeds.social.figures import scale
from argonaut.feeds.social.listener import Listener
from argonaut.feeds.social.memory import Diary
from argonaut.feeds.social.post import Post, read_text
from argonaut.feeds.social.watching import Watching, patient

PAGE = 20  # posts of an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(Watching):
    """A key, and which posts to ask for."""

    key: Secret  # auth_token of the API
    filter: str = ""  # rising, hot, bullish, bearish or important; all without one
    regions: str = "en"  # languages, with commas


class _Coin(msgspec.Struct):
    code: str


class _Votes(msgspec.Struct):
    positive: Count = 0
    negative: Count = 0
    important: Count = 0
    liked: Count = 0


class _News(msgspec.Struct):
    id: int
    published_at: str
    title: str = ""
    description: str | None = None
    instruments: list[_Coin] | None = None
    currencies: list[_Coin] | None = None  # their older name
    votes: _Votes | None = None
    panic_score: Number | None = None


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


def connect(wiring: Wiring) -> Connector:
    """Return the connector."""
    params: Params = wiring.params
    listener = Listener(
        "cryptopanic", params.watch, params.judge, Diary(wiring.memory, wiring.name)
    )
    asked = {
        "auth_token": params.key.reveal(),
        "currencies": ",".join(params.watch.symbols),
        "public": "true",
        "regions": params.regions,
    } | ({"filter": params.filter} if params.filter else {})

    def read(body: bytes, seen_ns: int) -> list[ExternalEvent]:
        posts = read_cryptopanic(body)
        return listener.page(posts, full=len(posts) >= PAGE, seen_ns=seen_ns)

    url = f"{wiring.base_url}/api/developer/v2/posts/?{urlencode(asked)}"
    return Poller(patient(wiring), lambda: (Question(url=url, read=read),))


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


KIND = ConnectorKind(
    make=connect,
    params=Params,
    base_url="https://cryptopanic.com",
    interval_s=120.0,
    stale_s=900.0,
)
