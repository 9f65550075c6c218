"""CoinMarketCal: what is planned for which day. A day is no moment: nothing trades on it alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.domain.secret import Secret
from argonaut.feeds.announcements.text import TITLE_MAX, plain
from argonaut.feeds.errors import RefusedBySourceError
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question
from argonaut.feeds.social.answer import read_answer, read_items, said, utc_ns

SOURCE = "coinmarketcal"
EVENTS_PATH = "/v1/events?max=50&page=1&sortBy=created_desc"
_SYMBOL = re.compile(r"[A-Z0-9]{1,12}")
_HOT, _PLAIN = 0.5, 0.2  # priority: news for a person, never enough for a trade


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """A key."""

    key: Secret  # of the API


class _Text(msgspec.Struct):
    en: str | None = None


class _Coin(msgspec.Struct):
    symbol: str


class _Planned(msgspec.Struct):
    id: int
    date_event: str
    created_date: str
    title: _Text | None = None
    description: _Text | None = None
    coins: list[_Coin] | None = None
    displayed_date: str | None = None
    can_occur_before: bool = False
    is_hot: bool = False
    source: str | None = None


class _Status(msgspec.Struct):
    error_code: int = 0
    error_message: str | None = None


class _Page(msgspec.Struct):
    status: _Status | None = None
    body: list[msgspec.Raw] | None = None


def read_coinmarketcal(body: bytes, seen_ns: int) -> list[ExternalEvent]:
    """Return what is planned, one event each; its day is in `payload`, its time that of entry.

    Raises:
        AnswerError: An error of theirs, or no list.
    """
    read = read_answer(SOURCE, body, _Page)
    status = read.status or _Status()
    if status.error_code or read.body is None:
        reason = status.error_message or f"error {status.error_code}"
        raise RefusedBySourceError(f"{SOURCE}: {said(reason)}")
    return list(_events(read_items(SOURCE, read.body, _Planned), seen_ns))


def connect(wiring: Wiring) -> Connector:
    """Return the connector."""
    params: Params = wiring.params
    question = Question(
        url=f"{wiring.base_url}{EVENTS_PATH}",
        read=read_coinmarketcal,
        headers={"x-api-key": params.key.reveal(), "Accept": "application/json"},
    )
    return Poller(wiring, lambda: (question,))


def _events(planned: Iterable[_Planned], seen_ns: int) -> Iterable[ExternalEvent]:
    for each in planned:
        published_ns, day_ns = utc_ns(each.created_date), utc_ns(each.date_event)
        if published_ns is None or day_ns is None:
            continue
        symbols = {coin.symbol for coin in each.coins or () if _SYMBOL.fullmatch(coin.symbol)}
        yield ExternalEvent(
            event_ns=seen_ns,
            event_id=f"{SOURCE}:{each.id}",
            source=SOURCE,
            kind="calendar",
            title=plain((each.title.en if each.title else None) or "", most=TITLE_MAX),
            body=plain((each.description.en if each.description else None) or ""),
            url=said(each.source or ""),
            symbols=tuple(sorted(symbols)),
            published_ns=published_ns,
            priority=_HOT if each.is_hot else _PLAIN,
            payload={
                "event_date": each.date_event[:10],
                "displayed_date": said(each.displayed_date or ""),
                "can_occur_before": str(each.can_occur_before).lower(),
            },
        )


KIND = ConnectorKind(
    make=connect,
    params=Params,
    base_url="https://developers.coinmarketcal.com",
    interval_s=3600.0,
    stale_s=4 * 3600.0,
)
