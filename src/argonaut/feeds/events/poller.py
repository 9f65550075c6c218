"""A source that is asked again and again over HTTP: politely, and without trusting its answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import aiohttp

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.errors import FeedError
from argonaut.feeds.events.answer import BadAnswerError, Form, check_answer, skew_s
from argonaut.feeds.events.connector import Keys, Wiring
from argonaut.feeds.events.pace import Pace

_WITHIN = aiohttp.ClientTimeout(total=20.0, connect=10.0)
_ANSWER_BYTES_MAX = 8_000_000
_REDIRECTS_MAX = 3
_REDIRECTS = frozenset({301, 302, 307, 308})
_PAGES_KEPT = 256  # whose ETag is remembered
_SECOND_NS = 1_000_000_000
Read = Callable[[bytes, int], list[ExternalEvent]]
"""Reads a body that arrived at a time (UTC ns): events, oldest first.

Raises an `AnswerError` or another `FeedError` for what is no answer of the source.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request, and who reads its answer."""

    url: str
    read: Read
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Form = "json"
    method: str = "GET"
    body: bytes | None = None
    is_conditional: bool = True  # whether ETag and Last-Modified may be sent back
    otherwise: Callable[[int], list[ExternalEvent]] | None = None  # events if the answer is none


class Poller:
    """Asks `questions()` in turn every `interval_s`.

    They are drawn one by one: one may be made of what the answer before it said, such as a token.
    The first bad answer of a round ends it.
    """

    def __init__(
        self,
        wiring: Wiring,
        questions: Callable[[], Iterable[Question]],
        *,
        family: str = "",
        keys: Keys | None = None,
        is_news: bool = False,
    ) -> None:
        """`is_news` as `Hears.take` has it."""
        self._wiring = wiring
        self._questions = questions
        self._family = family
        self._keys = keys
        self._is_news = is_news
        self._pace = Pace(wiring.interval_s, wiring.rng)
        self._validators: dict[str, dict[str, str]] = {}
        self._fresh: dict[str, Mapping[str, str]] = {}  # headers of this round's answers
        self.is_well = False  # whether the last round went well

    async def run(self) -> None:
        """Ask for ever."""
        while True:
            wait_s = await self.round()
            await asyncio.sleep(wait_s)

    async def round(self) -> float:
        """Ask every question once; return how many seconds to wait before the next round."""
        wiring = self._wiring
        self.is_well = False
        self._fresh.clear()
        try:
            for question in self._questions():
                result = await self._ask(question)
                wiring.watcher.on_answer(wiring.name, result, "")
            self._take([], wiring.clock.wall_ns(), begins=True)
        except BadAnswerError as error:
            return self._bad(error.result, str(error), asked_s=error.asked_s)
        except FeedError as error:
            return self._bad("unreadable", str(error))
        except TimeoutError:
            return self._bad("timeout", f"no answer within {_WITHIN.total:g} s")
        except aiohttp.ClientPayloadError:
            return self._bad("truncated", "the connection ended within the body")
        except (aiohttp.ClientError, OSError) as error:  # its text may hold a URL with a key
            return self._bad("unreachable", type(error).__name__)
        for url, headers in self._fresh.items():  # not sooner: a list may be done with its texts
            self._remember(url, headers)
        self.is_well = True
        wiring.health.ok(wiring.clock.mono_ns())
        return self._pace.after_good()

    def _bad(self, result: str, detail: str, *, asked_s: float = 0.0) -> float:
        self._wiring.health.bad(f"{result}: {detail}")
        self._wiring.watcher.on_answer(self._wiring.name, result, detail)
        return self._pace.after_bad(asked_s=asked_s)

    async def _ask(self, question: Question) -> str:
        """Ask one question and hand on what it brought; return a word for the answer."""
        wiring = self._wiring
        known = self._validators.get(question.url, {}) if question.is_conditional else {}
        try:
            status, headers, body = await self._fetch(question, known)
            seen_ns = wiring.clock.wall_ns()
            wiring.health.skew_s = skew_s(headers, seen_ns)
            if status == 304 and known:
                return "unchanged"
            check_answer(status, headers, body, question.form)
            began_ns = wiring.clock.mono_ns()
            events = question.read(body, seen_ns)
        except (FeedError, TimeoutError, aiohttp.ClientError, OSError):
            if question.otherwise is not None:
                seen_ns = wiring.clock.wall_ns()
                self._take(question.otherwise(seen_ns), seen_ns)
            raise
        parse_s = (wiring.clock.mono_ns() - began_ns) / _SECOND_NS
        if not self._take(events, seen_ns, parse_s=parse_s):
            return "not_taken"
        if question.is_conditional:
            self._fresh[question.url] = headers
        return "ok"

    def _take(
        self,
        events: list[ExternalEvent],
        seen_ns: int,
        *,
        parse_s: float = 0.0,
        begins: bool = False,
    ) -> bool:
        return self._wiring.hears.take(
            self._wiring.name,
            events,
            seen_ns=seen_ns,
            parse_s=parse_s,
            family=self._family,
            keys=self._keys,
            is_news=self._is_news,
            begins=begins,
        )

    def _remember(self, url: str, headers: Mapping[str, str]) -> None:
        """Keep what makes the next question conditional; only once its events are durable."""
        pairs = (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
        self._validators.pop(url, None)
        if found := {asked: headers[said] for asked, said in pairs if said in headers}:
            self._validators[url] = found
        while len(self._validators) > _PAGES_KEPT:
            del self._validators[next(iter(self._validators))]

    async def _fetch(
        self, question: Question, known: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return (status, headers, body); follows the source to other places of its own host."""
        url, home = question.url, urlsplit(question.url)[:2]
        for _ in range(_REDIRECTS_MAX + 1):
            async with self._wiring.session.request(
                question.method,
                url,
                data=question.body,
                headers={**question.headers, **known},
                timeout=_WITHIN,
                allow_redirects=False,
            ) as answer:
                if answer.status not in _REDIRECTS:
                    return answer.status, answer.headers, await read_whole(answer)
                url = urljoin(url, answer.headers.get("Location", ""))
            if urlsplit(url)[:2] != home:
                raise BadAnswerError("redirected", "it points to another host")
        raise BadAnswerError("redirected", f"more than {_REDIRECTS_MAX} redirects")


async def read_whole(
    answer: aiohttp.ClientResponse, *, bytes_max: int = _ANSWER_BYTES_MAX
) -> bytes:
    """Return a body of bounded size.

    Raises:
        BadAnswerError: "too_large"; a body that unpacks without end is cut there too.
    """
    whole = bytearray()
    async for piece in answer.content.iter_any():
        whole += piece
        if len(whole) > bytes_max:
            raise BadAnswerError("too_large", f"want at most {bytes_max} bytes")
    return bytes(whole)
