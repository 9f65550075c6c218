"""Reads the articles of coming listings at Binance again, shortly before trading begins.

What has changed is an event of the kind `listing_edit`: it moves or calls off what is waited for,
and begins nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.announcements.edits import Edit, alarms_in, edit_of
from argonaut.feeds.events.connector import Wiring
from argonaut.feeds.events.poller import Poller, Question, Read
from argonaut.feeds.events.upcoming import Awaited

KIND = "listing_edit"
_LOOK_S = 0.5  # how often the clock is looked at


class Site(Protocol):
    """The web site of the announcements, as this asks it."""

    def lists(self, read: Read) -> Iterable[Question]:
        """The questions for every list."""

    def detail(self, code: str, read: Read, *, asked_ns: int | None = None) -> Question:
        """The question for an article, past any cache when it says the time."""

    def learn(self, body: bytes, seen_ns: int) -> list[ExternalEvent]:
        """Tell `Wiring.upcoming` what a list shows; it brings no events."""

    def article(self, body: bytes) -> tuple[str, str]:
        """The title, "" where it is not said, and the text of an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What an answer said: a change and the event that tells it, or none; and of delays."""

    edit: Edit | None = None
    event_id: str = ""
    alarms: tuple[str, ...] = ()


class Rereads:
    """Asks for the article of each coming listing when it is due."""

    def __init__(self, wiring: Wiring, site: Site, *, source: str, family: str) -> None:
        self._wiring = wiring
        self._site = site
        self._source = source
        self._family = family
        self._found = _Found()  # by the last answer
        self._poller = Poller(wiring, self._questions, family=family, is_news=True)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            wait_s = await self.round()
            await asyncio.sleep(wait_s)

    async def round(self) -> float:
        """Read what is due; return how many seconds to wait before the next look."""
        now_ns = self._wiring.clock.wall_ns()
        if not any(each.due_ns <= now_ns for each in self._wiring.upcoming):
            return _LOOK_S
        wait_s = await self._poller.round()
        return _LOOK_S if self._poller.is_well else wait_s

    def _questions(self) -> Iterable[Question]:
        wiring, site = self._wiring, self._site
        upcoming, clock = wiring.upcoming, wiring.clock
        for awaited in upcoming.due(clock.wall_ns()):
            if not awaited.code:
                yield from site.lists(site.learn)
            if not awaited.code:
                wiring.watcher.on_answer(wiring.name, "not_listed", f"no article: {awaited.title}")
                continue
            yield site.detail(awaited.code, partial(self._read, awaited), asked_ns=clock.wall_ns())
            found, now_ns = self._found, clock.wall_ns()
            if found.edit is None or wiring.hears.knows(self._family, (found.event_id,)):
                upcoming.note(awaited, found.edit, alarms=found.alarms, now_ns=now_ns)

    def _read(self, awaited: Awaited, body: bytes, seen_ns: int) -> list[ExternalEvent]:
        said, text = self._site.article(body)
        title = said or awaited.title_now or awaited.title
        edit = edit_of(
            title_before=awaited.title,
            assets=awaited.assets,
            go_live_ns=awaited.go_live_ns,
            alarms=awaited.alarms,
            title=title,
            body=text,
            published_ns=awaited.published_ns,
        )
        alarms = alarms_in(title, text)
        if edit is None:
            self._found = _Found(alarms=alarms)
            return []
        event = self._event_of(awaited, title, edit, seen_ns)
        self._found = _Found(edit=edit, event_id=event.event_id, alarms=alarms)
        return [event]

    def _event_of(self, awaited: Awaited, title: str, edit: Edit, seen_ns: int) -> ExternalEvent:
        """Return the edit as strategies hear it; told twice after a crash it has the same id."""
        digest = hashlib.sha256(f"{edit.go_live_ns}|{edit.called_off}".encode()).hexdigest()[:12]
        payload = {
            "venue": self._family,
            "market": awaited.market,
            "code": awaited.code,
            "assets": ",".join(awaited.assets),
            "go_live_ns": "" if edit.go_live_ns is None else str(edit.go_live_ns),
            "called_off": edit.called_off,
        }
        return ExternalEvent(
            event_ns=seen_ns,
            event_id=f"{awaited.code}~{awaited.edits + 1}-{digest}",
            source=self._source,
            kind=KIND,
            title=title,
            symbols=awaited.assets,
            priority=1.0,
            payload={name: said for name, said in payload.items() if said},
        )
