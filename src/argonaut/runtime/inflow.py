"""What came from outside since the start, source by source, as plain values: for `status`.

Times are UTC nanoseconds by our clock; counts are those of this process, none of the run before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from argonaut.feeds.events.health import Health
from argonaut.monitoring.redaction import redact
from argonaut.ports import Clock

_DETAIL_MAX = 200

FeedState = Literal["ok", "failing", "stale", "waiting", "pushed", "left"]
"""How a feed is.

`stale` is what somebody has to look at; `failing` failed last and is not stale yet; `waiting` has
not answered so far; `pushed` is not asked, so that silence says nothing; `left` is of a bot that
does not run.
"""


class FeedNow(msgspec.Struct, frozen=True, kw_only=True):
    """One source of events."""

    source: str
    state: FeedState
    connector: str = ""
    answered_ns: int | None = None  # last good answer or sign of life; None is never
    brought_ns: int | None = None  # last item that was not known
    failures: int = 0  # in a row, now
    answers: dict[str, int] = {}  # by result
    items: dict[str, int] = {}  # taken, duplicate, history or lost
    error: str = ""  # the last one, also when all is well again
    error_ns: int | None = None
    withheld: str = ""  # what it should have brought and did not


class TransportNow(msgspec.Struct, frozen=True, kw_only=True):
    """One way of signals into the bot."""

    transport: str
    state: Literal["up", "down", "listening"]  # the last: a server of our own, or a call
    since_ns: int | None = None  # when that began
    detail: str = ""  # such as why it is down
    heard_ns: int | None = None  # the last signal that came this way
    answers: dict[str, int] = {}  # accepted, rejected, duplicate, expired, dry_run
    error: str = ""  # the last one turned away
    error_ns: int | None = None


class DetectorNow(msgspec.Struct, frozen=True, kw_only=True):
    """One source of signals."""

    source: str
    heard_ns: int | None = None
    answers: dict[str, int] = {}
    error: str = ""
    error_ns: int | None = None


class Tally:
    """What one of them said: counts by result, when last, and the last error."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.last_ns: int | None = None
        self.error = ""
        self.error_ns: int | None = None

    def count(self, result: str, now_ns: int) -> None:
        """Count one result."""
        self.counts[result] = self.counts.get(result, 0) + 1
        self.last_ns = now_ns

    def fail(self, error: str, now_ns: int) -> None:
        """Remember an error, cut to what a person reads."""
        self.error, self.error_ns = error[:_DETAIL_MAX], now_ns


def feed_now(
    source: str,
    connector: str,
    *,
    health: Health | None,
    answers: Tally,
    items: Tally,
    brought_ns: int | None,
    clock: Clock,
) -> FeedNow:
    """Return how a source is; one without `health` is pushed to us."""
    mono_ns = clock.mono_ns()
    answered_ns = answers.last_ns
    if health is not None:
        ok_ns = health.last_ok_ns
        answered_ns = None if ok_ns is None else clock.wall_ns() - (mono_ns - ok_ns)
    return FeedNow(
        source=source,
        state="pushed" if health is None else _state_of(health, mono_ns),
        connector=connector,
        answered_ns=answered_ns,
        brought_ns=brought_ns,
        failures=0 if health is None else health.failures,
        answers=dict(answers.counts),
        items=dict(items.counts),
        error=redact(answers.error),
        error_ns=answers.error_ns,
        withheld="" if health is None else redact(health.withheld),
    )


def _state_of(health: Health, mono_ns: int) -> FeedState:
    if health.is_stale(mono_ns):
        return "stale"
    if health.failures:
        return "failing"
    return "waiting" if health.last_ok_ns is None else "ok"


class DoorBook:
    """What came through the door of signals, by transport and by source.

    Only sources of the config are kept by name: anybody may claim to be somebody.
    """

    def __init__(self, sources: Iterable[str], clients: Iterable[str], clock: Clock) -> None:
        """`clients` are the connections that will be made, down so far."""
        self._clock = clock
        self._sources = {name: Tally() for name in sources}
        self._ways: dict[str, Tally] = {}
        self._links: dict[str, tuple[bool, str, int]] = {}  # (is up, detail, since)
        for name in clients:
            self.on_link(name, is_up=False, detail="not connected yet")

    def on_link(self, transport: str, *, is_up: bool, detail: str) -> None:
        """Note that a connection is there, or is not."""
        self._links[transport] = (is_up, detail[:_DETAIL_MAX], self._clock.wall_ns())

    def on_answer(self, transport: str, source: str, answer: str, error: str) -> None:
        """Note the answer to a signal; `error` says why it was turned away, if it was."""
        now_ns = self._clock.wall_ns()
        tallies = [self._ways.setdefault(transport, Tally())]
        if source in self._sources:
            tallies.append(self._sources[source])
        for tally in tallies:
            tally.count(answer, now_ns)
            if error:
                tally.fail(error, now_ns)

    def transports(self) -> tuple[TransportNow, ...]:
        """Return every connection of the config, and every other way something came."""
        names = dict.fromkeys((*self._links, *self._ways))
        return tuple(map(self._transport, names))

    def detectors(self) -> tuple[DetectorNow, ...]:
        """Return every source of the config."""
        return tuple(
            DetectorNow(
                source=name,
                heard_ns=tally.last_ns,
                answers=dict(tally.counts),
                error=redact(tally.error),
                error_ns=tally.error_ns,
            )
            for name, tally in self._sources.items()
        )

    def _transport(self, name: str) -> TransportNow:
        tally, link = self._ways.get(name, Tally()), self._links.get(name)
        is_up, detail, since_ns = (None, "", None) if link is None else link
        return TransportNow(
            transport=name,
            state="listening" if is_up is None else "up" if is_up else "down",
            since_ns=since_ns,
            detail=redact(detail),
            heard_ns=tally.last_ns,
            answers=dict(tally.counts),
            error=redact(tally.error),
            error_ns=tally.error_ns,
        )
