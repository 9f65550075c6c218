"""StockTwits: the messages on one coin, some of which their authors call bullish or bearish."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.errors import RefusedBySourceError
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question
from argonaut.feeds.social.answer import Count, read_answer, read_items, said, utc_ns
from argonaut.feeds.social.listener import Listener
from argonaut.feeds.social.memory import Diary
from argonaut.feeds.social.post import Post, Watch, read_text
from argonaut.feeds.social.together import Together
from argonaut.feeds.social.watching import Watching, patient

PAGE = 30  # messages that are asked for
_CRYPTO = ".X"  # what tickers of coins end in
_A_HOUR = 180.0  # questions an address may ask, with some left for a person
_VOTES = {"bullish": (1, 0), "bearish": (0, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(Watching):
    """Its tickers are what is asked for, one after the other; no key is needed."""


class _Status(msgspec.Struct):
    status: int = 0


class _Said(msgspec.Struct):
    message: str = ""


class _User(msgspec.Struct):
    username: str = ""
    followers: Count | None = None


class _Symbol(msgspec.Struct):
    symbol: str


class _Mood(msgspec.Struct):
    basic: str | None = None


class _Entities(msgspec.Struct):
    sentiment: _Mood | None = None


class _Message(msgspec.Struct):
    id: int
    created_at: str
    body: str = ""
    user: _User | None = None
    symbols: list[_Symbol] | None = None
    entities: _Entities | None = None


class _Page(msgspec.Struct):
    response: _Status | None = None
    messages: list[msgspec.Raw] | None = None
    errors: list[_Said] | None = None


def messages_path(ticker: str) -> str:
    """Return the path of the newest messages on a coin.

    >>> messages_path("DOGE")
    '/api/2/streams/symbol/DOGE.X.json?limit=30'
    """
    return f"/api/2/streams/symbol/{ticker}{_CRYPTO}.json?limit={PAGE}"


def read_stocktwits(body: bytes) -> tuple[Post, ...]:
    """Return the messages of a stream. A mood that nobody stated is unknown, not neutral.

    Raises:
        AnswerError: It is no stream.
    """
    page = read_answer("stocktwits", body, _Page)
    status = page.response.status if page.response is not None else 0
    if page.errors or status != 200 or page.messages is None:
        reason = "; ".join(each.message for each in page.errors or ()) or f"status {status}"
        raise RefusedBySourceError(f"stocktwits: {said(reason)}")
    return tuple(_posts(read_items("stocktwits", page.messages, _Message)))


def connect(wiring: Wiring) -> Connector:
    """Return the connector: one poller a coin, so that one the source does not know harms no other.

    They share what an address may ask in an hour.
    """
    params: Params = wiring.params
    tickers = params.watch.symbols
    interval_s = max(wiring.interval_s, 3600.0 / _A_HOUR * len(tickers))
    return Together([_of_one(replace(wiring, interval_s=interval_s), each) for each in tickers])


def _of_one(wiring: Wiring, ticker: str) -> Poller:
    params: Params = wiring.params
    watch = Watch(tickers=(ticker,), accounts=params.accounts)
    named = replace(wiring, name=f"{wiring.name}:{ticker}")
    listener = Listener("stocktwits", watch, params.judge, Diary(wiring.memory, named.name))

    def read(body: bytes, seen_ns: int) -> list[ExternalEvent]:
        posts = read_stocktwits(body)
        return listener.page(posts, full=len(posts) >= PAGE, seen_ns=seen_ns)

    question = Question(url=f"{wiring.base_url}{messages_path(ticker)}", read=read)
    return Poller(patient(named), lambda: (question,))


def _posts(messages: Iterable[_Message]) -> Iterable[Post]:
    for message in messages:
        published_ns = utc_ns(message.created_at)
        if published_ns is None:
            continue
        mood = message.entities.sentiment if message.entities is not None else None
        user = message.user or _User()
        yield Post(
            post_id=str(message.id),
            published_ns=published_ns,
            text=read_text(message.body),
            author=user.username,
            symbols=frozenset(
                each.symbol.removesuffix(_CRYPTO)
                for each in message.symbols or ()
                if each.symbol.endswith(_CRYPTO)
            ),
            engagement=(1.0 + math.log10(1 + max(user.followers or 0, 0)),),
            votes=_VOTES.get((mood.basic or "").lower(), (0, 0)) if mood is not None else (0, 0),
        )


KIND = ConnectorKind(
    make=connect,
    params=Params,
    base_url="https://api.stocktwits.com",
    interval_s=60.0,
    stale_s=900.0,
)
