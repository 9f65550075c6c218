"""External events of one run: its connectors, the intake, and who watches over them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import Any

import aiohttp

from argonaut.config.assembly import Assembly
from argonaut.config.events import EventSource
from argonaut.domain.event import ExternalEvent
from argonaut.feeds.events.connector import Stages, Wiring
from argonaut.feeds.events.deliveries import Deliveries, Missed
from argonaut.feeds.events.health import Health
from argonaut.feeds.events.intake import EventIntake
from argonaut.feeds.events.push import NAME as PUSHED
from argonaut.feeds.events.push import EventServer
from argonaut.feeds.events.resolve import Resolver
from argonaut.feeds.events.seen import Seen
from argonaut.feeds.events.upcoming import Upcoming
from argonaut.monitoring.logs import log_event
from argonaut.monitoring.metrics import Metrics
from argonaut.ports import Clock, Rng
from argonaut.runtime.detectors import LiveTrader, PaperTrader
from argonaut.runtime.inflow import FeedNow, Tally, feed_now

_SECOND_NS = 1_000_000_000
_WATCH_S = 1.0
_AGAIN_FIRST_S, _AGAIN_MOST_S = 1.0, 60.0  # between starts of a connector that raised
_AHEAD_S = 2.0  # an item seen so long before it was published tells of a wrong clock
_SKEW_S = 5.0  # a Date has whole seconds, and an answer takes its time
_DETAIL_MAX = 200


class FeedTelling:
    """Counts and logs what happens at the sources, and keeps what was told for who asks later."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        self.healths: dict[str, Health] = {}  # by source
        self.answers: defaultdict[str, Tally] = defaultdict(Tally)
        self.items: defaultdict[str, Tally] = defaultdict(Tally)
        self.brought_ns: dict[str, int] = {}  # when one was taken last, wall clock
        self._metrics = metrics.feeds
        self._clock = clock
        self._faults: dict[str, str] = {}

    def on_answer(self, source: str, result: str, detail: str) -> None:
        """Count an answer; a fault is logged when it is another one than before."""
        self._metrics.count_answer(source, result)
        answers, now_ns = self.answers[source], self._clock.wall_ns()
        answers.count(result, now_ns)
        if detail:
            answers.fail(f"{result}: {detail}", now_ns)
        fault = result if detail else ""
        if fault and fault != self._faults.get(source):
            detail = detail[:_DETAIL_MAX]
            log_event("feed_fault", level="WARNING", source=source, fault=fault, detail=detail)
        self._faults[source] = fault

    def on_item(self, source: str, result: str, event: ExternalEvent, stages: Stages) -> None:
        """Count an item; one that was taken is logged with its stopwatch."""
        self._metrics.count_item(source, result)
        self.items[source].count(result, self._clock.wall_ns())
        late_s = stages.published_to_seen_s
        fields: dict[str, Any] = {"source": source, "event_id": event.event_id, "kind": event.kind}
        if result == "lost":
            log_event("event_lost", level="ERROR", **fields)
        if result != "taken":
            return
        self.brought_ns[source] = self._clock.wall_ns()
        if source in self.healths:
            self.healths[source].news(self._clock.mono_ns())
        times: dict[str, Any] = {
            "published_to_seen": late_s,
            "seen_to_parsed": stages.seen_to_parsed_s,
            "parsed_to_taken": stages.parsed_to_taken_s,
        }
        for stage, seconds in times.items():
            if seconds is not None:
                self._metrics.time_stage(source, stage, max(seconds, 0.0))
        if late_s is not None and late_s < -_AHEAD_S:
            log_event("event_ahead", level="WARNING", **fields, ahead_s=-late_s)
        log_event(
            "event_taken",
            event_ns=event.event_ns,
            **fields,
            **{f"{stage}_s": seconds for stage, seconds in times.items()},
            symbols=list(event.symbols),
            title=event.title[:_DETAIL_MAX],
        )

    def on_failed(self, source: str, error: Exception) -> None:
        """Log a connector that raised; its text may hold a URL with a key."""
        kind = type(error).__name__
        self.answers[source].fail(kind, self._clock.wall_ns())
        log_event("feed_failed", level="ERROR", source=source, error=kind)

    def on_missed(self, missed: Missed) -> None:
        """Count and tell what a push that is up never brought."""
        self._metrics.count_answer(missed.source, "missed")
        self.answers[missed.source].count("missed", self._clock.wall_ns())
        fields: dict[str, Any] = {"catalog": missed.catalog, "title": missed.title}
        log_event("push_missed", level="ERROR", source=missed.source, **fields)

    def on_health(self, source: str, *, is_stale: bool, detail: str) -> None:
        """Log that somebody has to look at a source, or has not any more."""
        word, level = ("feed_stale", "ERROR") if is_stale else ("feed_well", "INFO")
        log_event(word, level=level, source=source, detail=detail[:_DETAIL_MAX])


class Events:
    """Everything that brings external events into one run."""

    def __init__(
        self,
        assembly: Assembly,
        trader: PaperTrader | LiveTrader,
        metrics: Metrics,
        clock: Clock,
        rng: Rng,
        *,
        beside: Path,
    ) -> None:
        """`beside` is the journal's file: what was seen is kept next to it."""
        section = assembly.config.events
        self.urls: list[str] = []  # where events may be pushed to, once started
        self._sources = assembly.event_sources()
        self._metrics, self._clock, self._rng = metrics.feeds, clock, rng
        self._telling = FeedTelling(metrics, clock)
        self._deliveries = Deliveries()
        self._stale: set[str] = set()
        self._skewed: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None
        self._seen: Seen | None = None
        self._server: EventServer | None = None
        self._connectors = {each.id: each.connector for each in section.sources if each.enabled}
        feed = section.external_feed
        if feed is not None:
            self._connectors[PUSHED] = PUSHED
        if not self._sources and feed is None:
            return
        kept = section.seen_path
        place = beside.with_suffix(".seen") if kept is None else assembly.folder / kept
        self._seen = Seen(place)
        self._upcoming = Upcoming(self._seen)
        self._intake = EventIntake(
            trader,
            self._seen,
            Resolver(assembly.names),
            clock,
            self._telling,
            first_late_s=section.first_late_s,
        )
        if feed is not None:
            self._server = EventServer(
                self._intake,
                self._telling,
                clock,
                host=feed.host,
                port=feed.port,
                hosts=feed.hosts,
                token=assembly.feed_token(),
            )

    async def start(self) -> None:
        """Let events in.

        Raises:
            RefusedToStartError: The port is taken.
        """
        if self._server is not None:
            await self._server.start()
            self.urls.append(self._server.url)
        if not self._sources:
            return
        self._session = aiohttp.ClientSession(
            headers={"Accept-Encoding": "gzip"},
            connector=aiohttp.TCPConnector(limit_per_host=2),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        for source in self._sources:
            health = Health(
                stale_s=max(source.kind.stale_s, 3 * source.interval_s),
                now_ns=self._clock.mono_ns(),
            )
            self._telling.healths[source.name] = health
            keep = self._keep_up(source, health, self._session)
            self._tasks.append(asyncio.create_task(keep, name=f"events {source.name}"))
        self._tasks.append(asyncio.create_task(self._watch(), name="events watch"))

    async def close(self) -> None:
        """Let no more in."""
        if self._server is not None:
            await self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        if self._seen is not None:
            self._seen.close()

    def feeds(self) -> tuple[FeedNow, ...]:
        """Return how every source of the config is, and the one that programs push to."""
        telling, clock = self._telling, self._clock
        return tuple(
            feed_now(
                name,
                connector,
                health=telling.healths.get(name),
                answers=telling.answers[name],
                items=telling.items[name],
                brought_ns=telling.brought_ns.get(name),
                clock=clock,
            )
            for name, connector in self._connectors.items()
        )

    async def _keep_up(
        self, source: EventSource, health: Health, session: aiohttp.ClientSession
    ) -> None:
        """Run a connector; one that raises is told of and begun anew, the others go on."""
        wiring = Wiring(
            name=source.name,
            params=source.params,
            base_url=source.base_url,
            interval_s=source.interval_s,
            session=session,
            hears=self._intake,
            watcher=self._telling,
            health=health,
            clock=self._clock,
            rng=self._rng,
            memory=self._seen,
            deliveries=self._deliveries,
            upcoming=self._upcoming,
        )
        wait_s = _AGAIN_FIRST_S
        while True:
            try:
                await source.kind.make(wiring).run()
            except Exception as error:  # noqa: BLE001 - a bug in one source must not stop the others
                health.bad(type(error).__name__)
                self._telling.on_failed(source.name, error)
            else:
                return  # such as the end of standard input
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, _AGAIN_MOST_S)

    async def _watch(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(_WATCH_S)

    def look(self) -> None:
        """Show how every source is, and tell when one has become stale or well."""
        now_ns = self._clock.mono_ns()
        for missed in self._deliveries.look(self._clock.wall_ns()):
            self._telling.on_missed(missed)
        for name, health in self._telling.healths.items():
            health.withheld = self._deliveries.withheld(name)
            is_stale = health.is_stale(now_ns)
            ages_s = {
                word: (now_ns - at_ns) / _SECOND_NS
                for word, at_ns in (
                    ("last_ok", health.last_ok_ns),
                    ("last_new_item", health.last_new_item_ns),
                )
                if at_ns is not None
            }
            self._metrics.show(
                name,
                is_stale=is_stale,
                failures=health.failures,
                ages_s=ages_s,
                skew_s=health.skew_s,
            )
            self._compare_clocks(name, health.skew_s)
            if is_stale is (name in self._stale):
                continue
            (self._stale.add if is_stale else self._stale.discard)(name)
            self._telling.on_health(name, is_stale=is_stale, detail=health.sentence(now_ns))

    def _compare_clocks(self, name: str, skew_s: float | None) -> None:
        """Tell once of a clock that is wrong: lateness limits are worth no more than it."""
        is_wrong = skew_s is not None and abs(skew_s) > _SKEW_S
        if is_wrong and name not in self._skewed:
            log_event("feed_clock_wrong", level="WARNING", source=name, ahead_s=skew_s)
        (self._skewed.add if is_wrong else self._skewed.discard)(name)
