"""Binance's announcements as its web site lists them: complete, but a minute or two late.

The list has titles alone. Of what is young and new the article is asked for too, for only its text
says when trading begins; where it cannot be had the title goes in without it. The articles of what
is still to come are read again before it begins, for they are edited. Push and list show
the same announcement under different names: `binance_keys` tells that they are one.
"""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.announcements.event import events_of
from argonaut.feeds.announcements.text import TITLE_MAX, plain
from argonaut.feeds.errors import EmptyAnswerError, RefusedBySourceError
from argonaut.feeds.events.binance_reread import Rereads
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question, Read
from argonaut.feeds.social.answer import read_answer

FAMILY = "binance"
SITE = "https://www.binance.com"
_SOURCE = "binance_cms"
_LIST = "/bapi/composite/v1/public/cms/article/list/query"
_DETAIL = "/bapi/composite/v1/public/cms/article/detail/query"
_GOOD = "000000"
_HEADERS = {
    "lang": "en",
    "clienttype": "web",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)",
}
_MILLISECOND_NS, _MINUTE_NS = 1_000_000, 60 * 1_000_000_000
_YOUNG_NS = 60 * _MINUTE_NS  # of what is older the text is not asked for
_DETAILS_MAX = 10  # a round
_APART_MAX = 10  # minutes between a push and the list of one announcement
_DEPTH_MAX = 64
_PAGE_MAX = 50


class Article(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One line of the list; its date is in milliseconds."""

    code: str
    title: str
    release_date: int


class Catalog(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A catalogue with its articles, newest first."""

    catalog_id: int = 0
    catalog_name: str = ""
    articles: list[Article] = []


class _Data(msgspec.Struct):
    catalogs: list[Catalog] | None = None
    articles: list[Article] | None = None


class _Answer(msgspec.Struct):
    code: str
    message: str | None = None
    data: _Data | None = None


class _DetailData(msgspec.Struct):
    title: str = ""
    body: Any = None


class _DetailAnswer(msgspec.Struct):
    code: str
    message: str | None = None
    data: _DetailData | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Which catalogues are asked for."""

    catalogs: tuple[int, ...] = (48, 161, 157, 49, 93)
    page_size: int = 20
    bodies: bool = True  # ask for the text of what is new

    def __post_init__(self) -> None:
        if not self.catalogs:
            raise ValueError("want at least one catalogue, such as 48 for new listings")
        if not 1 <= self.page_size <= _PAGE_MAX:
            raise ValueError(f"want page_size from 1 to {_PAGE_MAX}, not {self.page_size}")


def read_articles(body: bytes) -> list[tuple[Article, Catalog]]:
    """Return the articles of an answer with their catalogues, oldest first.

    Raises:
        AnswerError: It is no such list, holds nothing at all, or says that it failed.
    """
    answer = read_answer(_SOURCE, body, _Answer)
    if answer.code != _GOOD:
        raise RefusedBySourceError(f"code {answer.code}: {answer.message or 'no message'}")
    data = answer.data or _Data()
    catalogs = list(data.catalogs or ())
    if data.articles is not None:
        catalogs.append(Catalog(articles=data.articles))
    found = [(article, catalog) for catalog in catalogs for article in catalog.articles]
    if not found:
        raise EmptyAnswerError("no catalogue has an article")
    return sorted(found, key=lambda each: (each[0].release_date, each[0].code))


def read_detail(body: bytes) -> tuple[str, str]:
    """Return title and text of an article; its body is HTML, or a tree of nodes as JSON.

    The title is empty where the answer has none.

    Raises:
        AnswerError: It is no article, or the answer says that it failed.
    """
    answer = read_answer(_SOURCE, body, _DetailAnswer)
    if answer.code != _GOOD:
        raise RefusedBySourceError(f"code {answer.code}: {answer.message or 'no message'}")
    data = answer.data or _DetailData()
    text = body_text(data.body)
    if not text:
        raise EmptyAnswerError("an article without a text")
    return data.title, text


def body_text(body: object) -> str:
    """Return the text of a body in any of its forms."""
    if isinstance(body, str):
        if not body.lstrip().startswith(("{", "[")):
            return body
        try:
            body = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return ""
    pieces: list[str] = []
    _gather(body, pieces, depth=0)
    return "".join(pieces).strip()


def _gather(node: object, pieces: list[str], *, depth: int) -> None:
    """Collect the texts of a tree; a block ends its line."""
    if depth > _DEPTH_MAX:
        return
    if isinstance(node, list):
        for each in node:
            _gather(each, pieces, depth=depth + 1)
    elif isinstance(node, dict):
        if isinstance(text := node.get("text"), str):
            pieces.append(text)
        _gather(node.get("child"), pieces, depth=depth + 1)
        if node.get("tag") in ("p", "li", "br", "div", "tr", "h1", "h2", "h3"):
            pieces.append("\n")


def binance_keys(event: ExternalEvent) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell announcements apart by code, and by title and minute: a push has no code.

    The list may show a title up to ten minutes from the time the push gave it.
    """
    part = event.event_id.partition("#")[2]  # a listing and its campaign share a title
    folded = " ".join(unicodedata.normalize("NFKC", event.title).casefold().split())
    named = hashlib.sha256(f"{folded}|{part}".encode()).hexdigest()
    minute = (event.published_ns or 0) // _MINUTE_NS
    codes = (f"c:{event.event_id}",) if "code" in event.payload else ()
    near = range(minute - _APART_MAX, minute + _APART_MAX + 1)
    return (*codes, *(f"t:{named}:{each}" for each in near)), (*codes, f"t:{named}:{minute}")


class Articles:
    """Asks for the lists, then for the texts of what is new in them."""

    def __init__(self, wiring: Wiring, params: Params, site: str) -> None:
        self._wiring = wiring
        self._params = params
        self._site = site
        self._wanted: deque[tuple[Article, Catalog]] = deque()
        self._poller = Poller(wiring, self._questions, family=FAMILY, keys=binance_keys)
        self.rereads = Rereads(wiring, self, source=_SOURCE, family=FAMILY)

    async def run(self) -> None:
        """Ask for ever."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._poller.run())
            both.create_task(self.rereads.run())

    async def fill(self) -> None:
        """Ask until it has been answered well once: what was missed is in then."""
        while True:
            wait_s = await self._poller.round()
            if self._poller.is_well:
                return
            await asyncio.sleep(wait_s)

    def _questions(self) -> Iterable[Question]:
        self._wanted.clear()
        yield from self.lists(self._read_list)
        for _ in range(min(len(self._wanted), _DETAILS_MAX)):
            article, catalog = self._wanted.popleft()
            question = self.detail(article.code, partial(self._read_text, article, catalog))
            otherwise = partial(self._events, article, catalog, "")
            yield replace(question, otherwise=otherwise)

    def lists(self, read: Read) -> Iterable[Question]:
        """Yield the question for each catalogue."""
        for number in self._params.catalogs:
            query = {
                "type": 1,
                "catalogId": number,
                "pageNo": 1,
                "pageSize": self._params.page_size,
            }
            yield Question(
                url=f"{self._site}{_LIST}?{urlencode(query)}", read=read, headers=_HEADERS
            )

    def detail(self, code: str, read: Read, *, asked_ns: int | None = None) -> Question:
        """Return the question for an article; with the time it is another one for every cache."""
        query = {"articleCode": code}
        if asked_ns is not None:
            query["t"] = str(asked_ns // _MILLISECOND_NS)
        url = f"{self._site}{_DETAIL}?{urlencode(query)}"
        return Question(url=url, read=read, headers=_HEADERS, is_conditional=False)

    def learn(self, body: bytes, seen_ns: int) -> list[ExternalEvent]:
        """Tell what a list shows to whoever waits for it."""
        for article, _ in read_articles(body):
            self._learn(article, seen_ns)
        return []

    def article(self, body: bytes) -> tuple[str, str]:
        """Return title and text of an article."""
        title, text = read_detail(body)
        return plain(title, most=TITLE_MAX), text

    def _learn(self, article: Article, seen_ns: int) -> None:
        title, published_ns = plain(article.title, most=TITLE_MAX), article.release_date
        published_ns *= _MILLISECOND_NS
        self._wiring.upcoming.learn(article.code, title, published_ns, seen_ns)

    def _read_list(self, body: bytes, seen_ns: int) -> list[ExternalEvent]:
        """Return what needs no text; what does is asked for next."""
        events: list[ExternalEvent] = []
        for article, catalog in read_articles(body):
            found = self._events(article, catalog, "", seen_ns)
            is_young = seen_ns - article.release_date * _MILLISECOND_NS < _YOUNG_NS
            asks, _ = binance_keys(found[0])
            self._wiring.deliveries.listed(found[0], asks, seen_ns)
            self._learn(article, seen_ns)
            if self._params.bodies and is_young and not self._wiring.hears.knows(FAMILY, asks):
                self._wanted.append((article, catalog))
            else:
                events += found
        return events

    def _read_text(
        self, article: Article, catalog: Catalog, body: bytes, seen_ns: int
    ) -> list[ExternalEvent]:
        events = self._events(article, catalog, read_detail(body)[1], seen_ns)
        self._wiring.upcoming.add(events, seen_ns)
        return events

    def _events(
        self, article: Article, catalog: Catalog, text: str, seen_ns: int
    ) -> list[ExternalEvent]:
        return list(
            events_of(
                source=_SOURCE,
                venue="binance",
                event_id=article.code,
                title=article.title,
                body=text,
                url=f"{SITE}/en/support/announcement/{article.code}",
                published_ns=article.release_date * _MILLISECOND_NS,
                seen_ns=seen_ns,
                more={
                    "code": article.code,
                    "catalog_id": str(catalog.catalog_id),
                    "catalog": catalog.catalog_name,
                },
            )
        )


def _make(wiring: Wiring) -> Connector:
    return Articles(wiring, wiring.params, wiring.base_url)


KIND = ConnectorKind(make=_make, params=Params, base_url=SITE, interval_s=15.0)
