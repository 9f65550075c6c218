"""Fear & Greed: one number a day on the mood of the whole market."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.errors import (
    AnswerShapeError,
    EmptyAnswerError,
    OldAnswerError,
    RefusedBySourceError,
)
from argonaut.feeds.events.connector import Connector, ConnectorKind, Wiring
from argonaut.feeds.events.poller import Poller, Question
from argonaut.feeds.social.answer import Count, Number, read_answer, said
from argonaut.feeds.social.figures import mood, scale

SOURCE = "feargreed"
INDEX_PATH = "/fng/?limit=1"
_SECOND_NS = 1_000_000_000
_AHEAD_NS = 3600 * _SECOND_NS  # what clocks may differ by
_OLD_NS = 2 * 86_400 * _SECOND_NS  # it changes once a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """It has no settings and needs no key."""


class _Day(msgspec.Struct):
    value: Number
    timestamp: Count
    value_classification: str = ""


class _Metadata(msgspec.Struct):
    error: str | None = None


class _Answer(msgspec.Struct):
    data: list[_Day] | None = None
    metadata: _Metadata | None = None


def read_feargreed(body: bytes, seen_ns: int) -> list[ExternalEvent]:
    """Return the index of the day as an event without a coin; it is the same event all day.

    Raises:
        AnswerError: There is none, it is of another day, or no number from 0 to 100.
    """
    read = read_answer(SOURCE, body, _Answer)
    if read.metadata is not None and read.metadata.error:
        raise RefusedBySourceError(f"{SOURCE}: {said(read.metadata.error)}")
    if not read.data:
        raise EmptyAnswerError(f"{SOURCE}: no day")
    day = read.data[0]
    if not 0 <= day.value <= 100:
        raise AnswerShapeError(f"{SOURCE}: want an index from 0 to 100, not {day.value:g}")
    published_ns = day.timestamp * _SECOND_NS
    if not 0 <= published_ns <= seen_ns + _AHEAD_NS:
        raise AnswerShapeError(f"{SOURCE}: want a time that has been, not {day.timestamp} s")
    if seen_ns - published_ns > _OLD_NS:
        hours = (seen_ns - published_ns) / (3600 * _SECOND_NS)
        raise OldAnswerError(f"{SOURCE}: the newest index is {hours:.0f} h old")
    return [
        ExternalEvent(
            event_ns=seen_ns,
            event_id=f"{SOURCE}:{day.timestamp}",
            source=SOURCE,
            kind="index",
            title=f"Fear & Greed {day.value:g}: {said(day.value_classification)}",
            published_ns=published_ns,
            score=scale(day.value, 100.0),
            sentiment=mood(day.value, middle=50.0, reach=50.0),
        )
    ]


def connect(wiring: Wiring) -> Connector:
    """Return the connector."""
    question = Question(url=f"{wiring.base_url}{INDEX_PATH}", read=read_feargreed)
    return Poller(wiring, lambda: (question,))


KIND = ConnectorKind(
    make=connect,
    params=Params,
    base_url="https://api.alternative.me",
    interval_s=3600.0,
    stale_s=4 * 3600.0,
)
