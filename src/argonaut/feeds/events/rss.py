"""RSS and Atom feeds: news of anybody, or the announcements of a venue such as Kraken's blog."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.announcements.event import events_of
from argonaut.feeds.announcements.text import plain
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question
from argonaut.feeds.events.rss_xml import Item, read_items

_HEADERS = {"Accept": "application/rss+xml, application/atom+xml, application/xml, text/xml"}
_LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Whose feed it is. Only a venue's own feed can list or delist: others report, or guess."""

    venue: str = ""  # whose announcements these are, such as kraken; empty is news


def read_feed(body: bytes, seen_ns: int, *, source: str, venue: str = "") -> list[ExternalEvent]:
    """Return the entries of a feed, oldest first.

    Raises:
        AnswerError: It is no RSS or Atom, or has no entry.
    """
    items = sorted(read_items(body), key=lambda each: (each.published_ns or 0, each.guid))
    return [event for each in items for event in _events(each, seen_ns, source, venue)]


def _events(item: Item, seen_ns: int, source: str, venue: str) -> list[ExternalEvent]:
    named = item.guid or item.link or _hash(f"{item.title}{item.date}")
    if venue:
        return list(
            events_of(
                source=source,
                venue=venue,
                event_id=named,
                title=item.title,
                body=item.body,
                url=item.link,
                published_ns=item.published_ns,
                seen_ns=seen_ns,
                more={_LINK: item.link} if item.link else {},
            )
        )
    return [
        ExternalEvent(
            event_ns=seen_ns,
            event_id=named,
            source=source,
            kind="news",
            title=plain(item.title),
            body=plain(item.body),
            url=item.link,
            published_ns=item.published_ns,
            payload={_LINK: item.link} if item.link else {},
        )
    ]


def feed_keys(event: ExternalEvent) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell entries apart by their id and by their link: some feeds change one of the two."""
    part = event.event_id.partition("#")[2] if event.payload.get("parent") else ""
    keys = [f"id:{_hash(event.event_id)}"]
    if link := event.payload.get(_LINK):
        keys.append(f"link:{_hash(link)}:{part}")
    return tuple(keys), tuple(keys)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def feed_of(wiring: Wiring, *, source: str, venue: str) -> Connector:
    """Return a poller of the feed at the base URL itself."""

    def questions() -> Iterable[Question]:
        yield Question(
            url=wiring.base_url,
            read=lambda body, seen_ns: read_feed(body, seen_ns, source=source, venue=venue),
            headers=_HEADERS,
            form="xml",
        )

    return Poller(wiring, questions, keys=feed_keys)


def _make(wiring: Wiring) -> Connector:
    params: Params = wiring.params
    return feed_of(wiring, source=f"rss:{wiring.name}", venue=params.venue)


KIND = ConnectorKind(make=_make, params=Params, wants_url=True, interval_s=60.0)
