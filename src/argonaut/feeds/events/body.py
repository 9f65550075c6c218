"""An event as JSON, as recorded beside prices and as pushed by whoever knows something.

Two shapes: the whole event, or `{"source", "payload": {"id", "title", "publishTime"}}`, whose kind,
symbols and times are read from its title and body as an announcement's are. Times are UTC: `*_ns`
in nanoseconds, `published_at` and `seen_at` as ISO 8601, `publishTime` in milliseconds.
"""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime
from typing import Any

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.domain.tuning import SOURCE as OUR_SOURCE
from argonaut.feeds.announcements.event import events_of
from argonaut.feeds.errors import BadDataError

EVENT_BYTES_MAX = 131_072
_SHOWN_BYTES = 80
_END_OF_TIME_NS = 2**63 - 1
_MILLISECOND_NS, _SECOND_NS = 1_000_000, 1_000_000_000
_NAME_MAX, _ID_MAX = 64, 256
_PAYLOAD_MAX = 64


class EventBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of an event as people and programs write them."""

    source: str
    id: str = ""
    kind: str = ""
    title: str = ""
    body: str = ""
    url: str = ""
    symbols: tuple[str, ...] = ()
    published_ns: int | None = None
    published_at: str | None = None
    seen_at: str | None = None  # of whoever recorded it; ours is when it came
    ts_ns: int | None = None  # its place in a recording
    ttl: float | None = None
    ttl_s: float | None = None
    priority: float | None = None
    score: float | None = None
    mentions: int | None = None
    velocity: float | None = None
    sentiment: float | None = None
    payload: dict[str, Any] = {}

    def __post_init__(self) -> None:
        """Refuse names nobody can tell apart, times out of this world, and endless payloads."""
        if self.source == OUR_SOURCE:
            raise ValueError(f"{OUR_SOURCE} is how we call ourselves; want another source")
        if not (self.source and len(self.source) <= _NAME_MAX and self.source.isprintable()):
            raise ValueError(f"want a source of 1 to {_NAME_MAX} printable characters")
        for name, most in (("id", _ID_MAX), ("kind", _NAME_MAX)):
            text = getattr(self, name)
            if not (len(text) <= most and (text.isprintable())):
                raise ValueError(f"want {name} of at most {most} printable characters")
        if self.published_ns is not None and not 0 <= self.published_ns <= _END_OF_TIME_NS:
            raise ValueError(f"want published_ns in UTC nanoseconds, not {self.published_ns}")
        if len(self.payload) > _PAYLOAD_MAX:
            raise ValueError(f"want at most {_PAYLOAD_MAX} entries of payload")


_decode = msgspec.json.Decoder(EventBody).decode


def parse_events(body: bytes, *, seen_ns: int) -> tuple[ExternalEvent, ...]:
    """Return the event of one JSON object; two where it announces a listing and a campaign.

    Raises:
        BadDataError: Larger than 128 KB, not JSON, an unknown field, a wrong type, a number out of
            range, or neither an id nor a title to tell it apart by.
    """
    if len(body) > EVENT_BYTES_MAX:
        raise BadDataError(f"want an event of at most {EVENT_BYTES_MAX} bytes, not {len(body)}")
    try:
        raw = _decode(body)
        return _announcement(raw, seen_ns) if not raw.kind else (_event(raw, seen_ns),)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadDataError(f"event {body[:_SHOWN_BYTES]!r}: {error}") from error


def _event(raw: EventBody, seen_ns: int) -> ExternalEvent:
    if not raw.id:
        raise ValueError("want an id")
    return ExternalEvent(
        event_ns=seen_ns,
        event_id=raw.id,
        source=raw.source,
        kind=raw.kind,
        title=raw.title,
        body=raw.body,
        url=raw.url,
        symbols=raw.symbols,
        published_ns=_published(raw),
        ttl_s=raw.ttl if raw.ttl_s is None else raw.ttl_s,
        priority=raw.priority or 0.0,
        score=raw.score,
        mentions=raw.mentions,
        velocity=raw.velocity,
        sentiment=raw.sentiment,
        payload={name: _text(value) for name, value in raw.payload.items()},
    )


def _announcement(raw: EventBody, seen_ns: int) -> tuple[ExternalEvent, ...]:
    """Read what only has a title, in the fields themselves or in the payload."""
    inside = dict(raw.payload)
    title = raw.title or _text(inside.pop("title", ""))
    named = raw.id or _text(inside.pop("id", ""))
    text = raw.body or _text(inside.pop("body", ""))
    url = raw.url or _text(inside.pop("url", ""))
    stated = inside.pop("publishTime", None)
    if not title:
        raise ValueError("want a kind, or a title to read it from")
    published_ns = _published(raw)
    if published_ns is None and stated is not None:
        published_ns = _milliseconds(stated)
    if not named:
        named = hashlib.sha256(f"{title}|{published_ns}".encode()).hexdigest()
    return tuple(
        events_of(
            source=raw.source,
            event_id=named,
            title=title,
            body=text,
            url=url,
            published_ns=published_ns,
            seen_ns=seen_ns,
            more={name: _text(value) for name, value in inside.items()},
        )
    )


def _published(raw: EventBody) -> int | None:
    if raw.published_ns is not None or raw.published_at is None:
        return raw.published_ns
    moment = datetime.fromisoformat(raw.published_at)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return int(moment.timestamp()) * _SECOND_NS + moment.microsecond * 1_000


def _milliseconds(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"want publishTime in milliseconds, not {value!r}")  # noqa: TRY004 - JSON
    if not 0 <= value <= _END_OF_TIME_NS // _MILLISECOND_NS:
        raise ValueError(f"want publishTime in milliseconds, not {value}")
    return value * _MILLISECOND_NS


def _text(value: object) -> str:
    """Return a value of a payload as text: numbers and words as they are, the rest as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"want finite numbers in the payload, not {value}")
    return msgspec.json.encode(value).decode()
