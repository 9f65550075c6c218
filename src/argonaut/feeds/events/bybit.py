"""Bybit's announcements. No key; a title may list and promise at once, which is two events.

Nothing is read again before a listing, as it is at Binance: the interface gives a title and a
teaser and no article, the teaser names no time of trading, and every round asks for all of both.
Dates of the answer are the author's and a campaign's, never taken for a time of trading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.announcements.event import events_of
from argonaut.feeds.errors import EmptyAnswerError, RefusedBySourceError
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question
from argonaut.feeds.social.answer import read_answer, read_items

_SOURCE = "bybit"
_PATH = "/v5/announcements/index"
_MILLISECOND_NS = 1_000_000
_LIMIT_MAX = 50


class _Type(msgspec.Struct):
    title: str = ""
    key: str = ""


class _Item(msgspec.Struct, rename="camel"):
    """One announcement; dates are in milliseconds."""

    title: str
    url: str
    date_timestamp: int
    description: str = ""
    kind: _Type = msgspec.field(name="type", default_factory=_Type)
    tags: list[str] = []
    publish_time: int | None = None  # older answers lack it
    start_date_timestamp: int | None = None
    end_date_timestamp: int | None = None

    @property
    def published_ns(self) -> int:
        """When it went out; what the author dates it, where the answer does not say."""
        return (self.publish_time or self.date_timestamp) * _MILLISECOND_NS


class _Result(msgspec.Struct):
    items: list[msgspec.Raw] = msgspec.field(name="list", default_factory=list)


class _Answer(msgspec.Struct, rename="camel"):
    ret_code: int
    ret_msg: str = ""
    result: _Result = msgspec.field(default_factory=_Result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """What is asked for."""

    locale: str = "en-US"
    type: str = ""  # such as new_crypto; empty is every kind
    limit: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= _LIMIT_MAX:
            raise ValueError(f"want limit from 1 to {_LIMIT_MAX}, not {self.limit}")


def read_bybit(body: bytes, seen_ns: int) -> list[ExternalEvent]:
    """Return the announcements of an answer, oldest first.

    Raises:
        AnswerError: It is no such answer, holds nothing at all, or says that it failed.
    """
    answer = read_answer(_SOURCE, body, _Answer)
    if answer.ret_code != 0:
        raise RefusedBySourceError(f"retCode {answer.ret_code}: {answer.ret_msg or 'no message'}")
    items = read_items(_SOURCE, answer.result.items, _Item)
    if not items:
        raise EmptyAnswerError("no announcement at all")
    return [
        event
        for item in sorted(items, key=lambda each: (each.published_ns, each.url))
        for event in _events(item, seen_ns)
    ]


def _events(item: _Item, seen_ns: int) -> list[ExternalEvent]:
    says = {"type": item.kind.key, "labels": ",".join(item.tags)}
    for name, value in (
        ("window_starts_ns", item.start_date_timestamp),
        ("window_ends_ns", item.end_date_timestamp),
    ):
        if value:
            says[name] = str(value * _MILLISECOND_NS)
    return list(
        events_of(
            source=_SOURCE,
            venue=_SOURCE,
            event_id=item.url,
            title=item.title,
            body=item.description,
            url=item.url,
            published_ns=item.published_ns,
            seen_ns=seen_ns,
            more={name: value for name, value in says.items() if value},
        )
    )


def _make(wiring: Wiring) -> Connector:
    params: Params = wiring.params

    def questions() -> Iterable[Question]:
        query: dict[str, str | int] = {"locale": params.locale, "page": 1, "limit": params.limit}
        if params.type:
            query["type"] = params.type
        yield Question(url=f"{wiring.base_url}{_PATH}?{urlencode(query)}", read=read_bybit)

    return Poller(wiring, questions)


KIND = ConnectorKind(make=_make, params=Params, base_url="https://api.bybit.com", interval_s=15.0)
