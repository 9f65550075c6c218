"""Announced listings that are still to come, and when the text of each is read again.

A text is edited without notice: the time is moved, or nothing is listed at all. So it is read again
a minute and five seconds before trading begins. What is waited for survives a restart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.announcements.edits import Edit, alarms_in

BEFORE_S = (60.0, 5.0)  # before go-live
_SECOND_NS = 1_000_000_000
_AGAIN_NS = 5 * _SECOND_NS  # after a reading that failed
_AFTER_NS = 10 * _SECOND_NS  # so long after go-live one that failed is still tried again
_APART_NS = 10 * 60 * _SECOND_NS  # between a push and the list of one announcement
_KEPT = 100
_MEMORY = "upcoming/"  # no source is called so


class Keeps(Protocol):
    """Who keeps a few bytes over restarts."""

    def recall(self, name: str) -> bytes:
        """Return what was kept last, b"" if nothing was."""

    def keep(self, name: str, body: bytes) -> None:
        """Keep this instead."""


class Awaited(msgspec.Struct, kw_only=True):
    """One announced listing, as its text was read last. Times are UTC nanoseconds, wall clock."""

    title: str  # as it was announced
    assets: tuple[str, ...]
    go_live_ns: int
    due_ns: int  # when it is read again
    published_ns: int | None = None
    code: str = ""  # of the article; a push has none
    market: str = ""
    title_now: str = ""  # as the list shows it, where that is another one
    alarms: tuple[str, ...] = ()  # what it said of delays when it was read last
    edits: int = 0  # that were told


class Upcoming:
    """The listings that one run waits for. Shared by the sources that announce them."""

    def __init__(self, memory: Keeps | None = None) -> None:
        self._memory = memory
        body = b"" if memory is None else memory.recall(_MEMORY)
        try:
            self._awaited = msgspec.json.decode(body, type=list[Awaited]) if body else []
        except msgspec.DecodeError:  # of another version: what is lost is a second look
            self._awaited = []

    def __iter__(self) -> Iterator[Awaited]:
        return iter(tuple(self._awaited))

    def add(self, events: Iterable[ExternalEvent], now_ns: int) -> None:
        """Wait for what these announce, if it is a listing that has a time and comes later."""
        for event in events:
            said = event.payload.get("go_live_ns", "")
            if event.kind != "listing" or not said.isdecimal():
                continue
            code = event.payload.get("code", "")
            if self._find(code, event.title, event.published_ns) is not None:
                self.learn(code, event.title, event.published_ns, now_ns)
                continue
            due_ns = _next_ns(int(said), now_ns)
            if due_ns is None:
                continue
            assets = event.payload.get("assets", "")
            awaited = Awaited(
                title=event.title,
                assets=tuple(assets.split(",")) if assets else event.symbols,
                go_live_ns=int(said),
                due_ns=due_ns,
                published_ns=event.published_ns,
                code=code,
                market=event.payload.get("market", ""),
                alarms=alarms_in(event.title, event.body),
            )
            self._awaited = [*self._awaited, awaited][-_KEPT:]
            self._keep()

    def learn(self, code: str, title: str, published_ns: int | None, now_ns: int) -> None:
        """Take what the list shows: the code of what was pushed; another title is looked into."""
        awaited = self._find(code, title, published_ns)
        if awaited is None or not code:
            return
        if not awaited.code:
            awaited.code = code
            self._keep()
        elif title != (awaited.title_now or awaited.title):
            awaited.title_now, awaited.due_ns = title, min(awaited.due_ns, now_ns)
            self._keep()

    def due(self, now_ns: int) -> list[Awaited]:
        """Return what is to be read now; each is due again soon, unless `note` says it was read."""
        for each in tuple(self._awaited):
            if each.due_ns > each.go_live_ns + _AFTER_NS:
                self._drop(each)
        found = [each for each in self._awaited if each.due_ns <= now_ns]
        found.sort(key=lambda each: each.due_ns)
        for each in found:
            each.due_ns = now_ns + _AGAIN_NS
        return found

    def note(
        self, awaited: Awaited, edit: Edit | None, *, alarms: tuple[str, ...], now_ns: int
    ) -> None:
        """Note that its text was read, and what was told of it."""
        awaited.alarms = alarms
        if edit is not None:
            awaited.edits += 1
            awaited.go_live_ns = edit.go_live_ns or awaited.go_live_ns
        is_over = edit is not None and edit.called_off
        due_ns = None if is_over else _next_ns(awaited.go_live_ns, now_ns)
        if due_ns is None:
            self._drop(awaited)
            return
        awaited.due_ns = due_ns
        self._keep()

    def _drop(self, awaited: Awaited) -> None:
        self._awaited = [each for each in self._awaited if each is not awaited]
        self._keep()

    def _find(self, code: str, title: str, published_ns: int | None) -> Awaited | None:
        for each in self._awaited:
            if code and each.code:
                if each.code == code:
                    return each
                continue
            apart_ns = abs((each.published_ns or 0) - (published_ns or 0))
            if _folded(each.title) == _folded(title) and apart_ns <= _APART_NS:
                return each
        return None

    def _keep(self) -> None:
        if self._memory is not None:
            self._memory.keep(_MEMORY, msgspec.json.encode(self._awaited))


def _next_ns(go_live_ns: int, now_ns: int) -> int | None:
    """Return when to read again after a reading now; None when it is too late for that."""
    times = (go_live_ns - int(each * _SECOND_NS) for each in BEFORE_S)
    return next((each for each in times if each > now_ns), None)


def _folded(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())
