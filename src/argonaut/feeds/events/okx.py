"""OKX's announcements, a page for each kind. No key; times are milliseconds written as text."""

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

_SOURCE = "okx"
_PATH = "/api/v5/support/announcements"
_MILLISECOND_NS = 1_000_000


class _Item(msgspec.Struct, rename="camel"):
    title: str
    url: str
    p_time: int  # published, milliseconds
    ann_type: str = ""


class _Page(msgspec.Struct):
    details: list[msgspec.Raw] = []


class _Answer(msgspec.Struct):
    code: str
    msg: str = ""
    data: list[_Page] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Which kinds are asked for; `GET /api/v5/support/announcement-types` lists them."""

    types: tuple[str, ...] = ("announcements-new-listings", "announcements-delistings")

    def __post_init__(self) -> None:
        if not self.types:
            raise ValueError("want at least one type, such as announcements-new-listings")


def read_okx(body: bytes, seen_ns: int) -> list[ExternalEvent]:
    """Return the announcements of an answer, oldest first.

    Raises:
        AnswerError: It is no such answer, holds nothing at all, or says that it failed.
    """
    answer = read_answer(_SOURCE, body, _Answer)
    if answer.code != "0":
        raise RefusedBySourceError(f"code {answer.code}: {answer.msg or 'no message'}")
    raw = [each for page in answer.data for each in page.details]
    items = read_items(_SOURCE, raw, _Item)
    if not items:
        raise EmptyAnswerError("no announcement at all")
    return [
        event
        for item in sorted(items, key=lambda each: (each.p_time, each.url))
        for event in events_of(
            source=_SOURCE,
            venue=_SOURCE,
            event_id=item.url,
            title=item.title,
            url=item.url,
            published_ns=item.p_time * _MILLISECOND_NS,
            seen_ns=seen_ns,
            more={"type": item.ann_type} if item.ann_type else {},
        )
    ]


def _make(wiring: Wiring) -> Connector:
    params: Params = wiring.params

    def questions() -> Iterable[Question]:
        for each in params.types:
            query = urlencode({"annType": each, "page": 1})
            yield Question(url=f"{wiring.base_url}{_PATH}?{query}", read=read_okx)

    return Poller(wiring, questions)


KIND = ConnectorKind(make=_make, params=Params, base_url="https://www.okx.com", interval_s=15.0)
