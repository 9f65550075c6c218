"""Whether an HTTP answer is one at all, before anybody reads news, or the lack of it, out of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from argonaut.feeds.errors import AnswerError

Form = Literal["json", "xml"]
_SECOND_NS = 1_000_000_000
_THROTTLED = frozenset({418, 429})
_PAGE_BEGINS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")
_LOOKED_AT = 200


class BadAnswerError(AnswerError):
    """A source gave no usable answer. `result` is a short word to count by."""

    def __init__(self, result: str, detail: str, *, asked_s: float = 0.0) -> None:
        super().__init__(detail)
        self.result = result
        self.asked_s = asked_s  # how long the source wants to be left alone, seconds


def check_answer(status: int, headers: Mapping[str, str], body: bytes, form: Form) -> None:
    """Refuse everything that is not a page of the form asked for.

    A challenge page, an empty body or a throttle is a sick source, never one without news.

    Raises:
        BadAnswerError: "throttled", "refused", "server_error", "challenge", "html" or "empty".
    """
    if status in _THROTTLED or (status == 503 and "Retry-After" in headers):
        raise BadAnswerError("throttled", f"HTTP {status}", asked_s=retry_after_s(headers))
    if status >= 500:
        raise BadAnswerError("server_error", f"HTTP {status}")
    if status == 202:
        raise BadAnswerError("challenge", "HTTP 202 instead of an answer")
    if status != 200:
        raise BadAnswerError("refused", f"HTTP {status}")
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:_LOOKED_AT].lower()
    if not start:
        raise BadAnswerError("empty", "an empty body")
    is_page = start.startswith(_PAGE_BEGINS)
    if is_page or (form == "json" and start.startswith(b"<")):
        raise BadAnswerError("html", f"want {form.upper()}, the body is a page of HTML")


def retry_after_s(headers: Mapping[str, str]) -> float:
    """Return how many seconds `Retry-After` asks for, 0 where it says nothing that can be read.

    A date counts from the answer's own `Date`, so that a wrong clock here does not matter.
    """
    said = headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said)
    until, now = _moment(said), _moment(headers.get("Date", ""))
    if until is None or now is None:
        return _until_reset_s(headers, now)
    return max((until - now).total_seconds(), 0.0)


def _until_reset_s(headers: Mapping[str, str], now: datetime | None) -> float:
    """Return the seconds to the next quota: Reddit tells how many, X the Unix second it comes."""
    left = headers.get("X-Ratelimit-Reset", "")
    if left.isdecimal():
        return float(left)
    at = headers.get("x-rate-limit-reset", "")
    if not at.isdecimal() or now is None:
        return 0.0
    return max(float(at) - now.timestamp(), 0.0)


def skew_s(headers: Mapping[str, str], now_ns: int) -> float | None:
    """Return by how much our clock is ahead of the source's, seconds; None where it is silent.

    An answer out of a cache is as old as its `Age` says.
    """
    said = _moment(headers.get("Date", ""))
    if said is None:
        return None
    age = headers.get("Age", "")
    return now_ns / _SECOND_NS - said.timestamp() - (float(age) if age.isdecimal() else 0.0)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
