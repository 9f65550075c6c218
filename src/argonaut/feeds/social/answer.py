"""The answer of a source, read with distrust: bounded, JSON, and of the promised shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec

from argonaut.feeds.announcements.text import plain
from argonaut.feeds.errors import AnswerShapeError, EmptyAnswerError, NotJsonError

ANSWER_BYTES_MAX = 4_000_000
_SAID_MAX = 80  # characters of a foreign text in a message
_TIME_MAX_NS = 2**62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")
_MOST = 10**15
Number = Annotated[float, msgspec.Meta(ge=-_MOST, le=_MOST)]
"""A number that can be reckoned with: "NaN", which JSON has as a string, is none."""
Count = Annotated[int, msgspec.Meta(ge=-_MOST, le=_MOST)]


def read_answer(source: str, body: bytes, shape: type[T]) -> T:
    """Return the JSON of `body` as `shape`; numbers may be written as strings.

    Raises:
        EmptyAnswerError: There is nothing.
        NotJsonError: It is HTML, cut off, too long or too deep.
        AnswerShapeError: It is JSON of another shape.
    """
    if not body.strip():
        raise EmptyAnswerError(f"{source}: an empty answer")
    if len(body) > ANSWER_BYTES_MAX:
        raise NotJsonError(f"{source}: want at most {ANSWER_BYTES_MAX} bytes, not {len(body)}")
    try:
        return msgspec.json.decode(body, type=shape, strict=False)
    except msgspec.ValidationError as error:
        raise AnswerShapeError(f"{source}: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotJsonError(f"{source}: want JSON, not {said(body[:400])!r}") from error


def read_items(source: str, raw: Sequence[msgspec.Raw], shape: type[T]) -> tuple[T, ...]:
    """Return the items that have the promised shape; one odd item does not hide the others.

    Raises:
        AnswerShapeError: There are items, and none has it.
    """
    items: list[T] = []
    fault: Exception | None = None
    for each in raw:
        try:
            items.append(msgspec.json.decode(each, type=shape, strict=False))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            fault = error
    if fault is not None and not items:
        raise AnswerShapeError(f"{source}: none of {len(raw)} items is readable: {fault}")
    return tuple(items)


def utc_ns(text: str) -> int | None:
    """Return an ISO time in UTC nanoseconds, without a zone taken as UTC; None for anything else.

    A time before 1970 or after 2116 is something else.

    >>> utc_ns("2026-01-02T03:04:05.000006Z")
    1767323045000006000
    """
    try:
        moment = datetime.fromisoformat(text)
        since = (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment) - _EPOCH
    except (ValueError, OverflowError):
        return None
    found = (since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds) * 1_000
    return found if 0 <= found < _TIME_MAX_NS else None


def said(text: str | bytes) -> str:
    """Return a foreign text fit for a message of ours: plain, one line, short."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(plain(words, most=_SAID_MAX).split())
