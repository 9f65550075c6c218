"""External events in a real run: on paper with its tape and journal, and live."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from msgspec import structs

from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import check
from argonaut.domain.event import ExternalEvent
from argonaut.feeds.events.connector import ConnectorKind, Wiring
from argonaut.feeds.events.file import Params
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.journal.row import Row
from argonaut.monitoring.logs import set_up_logs
from argonaut.monitoring.metrics import Metrics
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.detectors import LiveTrader, PaperTrader
from argonaut.runtime.events import Events
from argonaut.runtime.paper import PaperRun
from tests.config.written import bars, minimal
from tests.feeds.events.parts import event, until
from tests.runtime.lives import Life, World, told
from tests.runtime.virtual import FixedRng

SECOND_NS = 1_000_000_000
TELLS = ("push_missed", "feed_stale", "feed_well")
PUSHED = {"id": "n-1", "source": "desk", "kind": "news", "symbols": ["BTC"], "title": "News"}


def assembly_of(folder: Path, **events: Any) -> Assembly:
    raw = minimal(
        mode="paper", data=[bars(end="2021-05-19T06:00")], events=events, paper={"speed": 0}
    )
    return assemble(check(raw, "test"), folder=folder)


def file_source(path: Path) -> dict[str, Any]:
    params = {"path": str(path), "replay": True}
    return {"id": "desk", "connector": "file", "params": params, "interval_s": 0.01}


class Paper:
    """A paper run with its event sources."""

    def __init__(self, folder: Path, **events: Any) -> None:
        assembly = assembly_of(folder, **events)
        self.journal = folder / "journal.db"
        self.run = PaperRun.start(assembly, self.journal, SystemClock())
        self.metrics = Metrics()
        self.events = Events(
            assembly, PaperTrader(self.run), self.metrics, SystemClock(), FixedRng(),
            beside=self.journal,
        )  # fmt: skip

    def play(self, story: Callable[[Events], Awaitable[None]]) -> None:
        async def whole() -> None:
            await self.events.start()
            try:
                await story(self.events)
            finally:
                await self.events.close()

        try:
            asyncio.run(whole())
        finally:
            self.run.close()

    def taken(self) -> list[str]:
        return [row.subject for row in event_rows(self.journal)]


def event_rows(journal: Path) -> Sequence[Row]:
    with JournalReader(journal) as reader:
        return list(reader.rows(RowFilter(kinds=("event",))))


async def push(url: str, **fields: Any) -> int:
    body = json.dumps(PUSHED | fields)
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as answer:
        return answer.status


def test_a_pushed_event_is_journaled_with_its_place_in_the_tape(tmp_path: Path) -> None:
    paper = Paper(tmp_path, external_feed={"port": 0})

    async def story(events: Events) -> None:
        paper.run.player.play_to_row(100)
        assert await push(events.urls[0]) == 200

    paper.play(story)

    (row,) = event_rows(paper.journal)
    body = json.loads(row.payload)
    assert (row.subject, body["tape_row"]) == ("n-1", 100)
    assert body["payload"]["instruments"] == "BTC/USDT@sim"


def test_a_restart_replays_the_event_and_does_not_take_it_again(tmp_path: Path) -> None:
    lines = tmp_path / "events.jsonl"
    lines.write_text(json.dumps(PUSHED) + "\n")
    first = Paper(tmp_path, sources=[file_source(lines)])

    async def until_taken(events: Events) -> None:
        first.run.player.play_to_row(50)
        await until(lambda: first.run.engine.doorman.has_heard("desk", "n-1"))

    first.play(until_taken)
    (tmp_path / "journal.seen").unlink()  # as if the process had died before it was written
    lines.write_text(json.dumps(PUSHED) + "\n" + json.dumps(PUSHED | {"id": "n-2"}) + "\n")
    second = Paper(tmp_path, sources=[file_source(lines)])

    async def until_next(events: Events) -> None:
        await until(lambda: second.run.engine.doorman.has_heard("desk", "n-2"))

    second.play(until_next)

    assert second.run.rows_recovered > 0
    assert second.taken() == ["n-1", "n-2"]


def test_what_happens_is_counted_and_timed(tmp_path: Path) -> None:
    paper = Paper(tmp_path, external_feed={"port": 0})

    async def story(events: Events) -> None:
        await push(events.urls[0])
        await push(events.urls[0])
        await push(events.urls[0], score="high")

    paper.play(story)

    shown = paper.metrics.text().decode()
    assert 'event_items_total{result="taken",source="external_feed"} 1.0' in shown
    assert 'event_items_total{result="duplicate",source="external_feed"} 1.0' in shown
    assert 'event_feed_answers_total{result="unreadable",source="external_feed"} 1.0' in shown
    assert 'event_stage_seconds_count{source="external_feed",stage="parsed_to_taken"} 1.0' in shown
    (feed,) = paper.events.feeds()
    assert (feed.source, feed.state) == ("external_feed", "pushed")
    assert feed.items == {"taken": 1, "duplicate": 1}
    assert feed.answers == {"ok": 2, "unreadable": 1}
    assert feed.error.startswith("unreadable: ")
    assert feed.brought_ns is not None


class _Broken:
    """Raises at once, as a connector with a bug does."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    async def run(self) -> None:
        raise KeyError("a bug")


def test_a_connector_with_a_bug_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = tmp_path / "events.jsonl"
    lines.write_text(json.dumps(PUSHED) + "\n")
    paper = Paper(tmp_path, sources=[file_source(lines), file_source(lines) | {"id": "broken"}])
    good, broken = paper.events._sources
    kind = ConnectorKind(make=_Broken, params=Params)
    paper.events._sources = (_with(broken, kind), good)

    async def story(events: Events) -> None:
        await until(lambda: paper.run.engine.doorman.has_heard("desk", "n-1"))

    paper.play(story)

    assert paper.taken() == ["n-1"]
    desk, broken_feed = paper.events.feeds()
    assert (desk.source, desk.connector, desk.items) == ("desk", "file", {"taken": 1})
    assert (broken_feed.state, broken_feed.error) == ("failing", "KeyError")


def _with(source: Any, kind: ConnectorKind) -> Any:
    return replace(source, kind=kind)


def test_a_source_that_never_answers_is_told_as_stale(tmp_path: Path) -> None:
    paper = Paper(tmp_path, sources=[file_source(tmp_path / "not there")])

    async def story(events: Events) -> None:
        health = events._telling.healths["desk"]
        health.stale_s = 0.0
        await until(lambda: health.failures > 0)
        events.look()

    paper.play(story)

    (feed,) = paper.events.feeds()
    assert (feed.state, feed.answered_ns, feed.brought_ns) == ("stale", None, None)
    assert feed.failures > 0
    assert feed.error.startswith("unreachable: ")
    shown = paper.metrics.text().decode()
    assert 'event_feed_stale{source="desk"} 1.0' in shown
    assert 'event_feed_answers_total{result="unreachable",source="desk"}' in shown


def test_a_push_that_withholds_is_counted_told_and_not_well(tmp_path: Path) -> None:
    """Nobody misses what never comes, but for who compares."""
    log = tmp_path / "run.log"
    close = set_up_logs(log, "INFO", to_terminal=False)
    lines = tmp_path / "events.jsonl"
    lines.write_text("")
    paper = Paper(tmp_path, sources=[file_source(lines)])
    shown: list[str] = []

    async def story(events: Events) -> None:
        now_ns, deliveries = time.time_ns(), events._deliveries
        item = event("c0de", title="Binance Will List Example (EXM)", payload={"catalog_id": "48"})
        item = structs.replace(item, published_ns=now_ns - 300 * SECOND_NS)
        await until(lambda: events._telling.healths["desk"].last_ok_ns is not None)
        deliveries.up("desk", ("48",), now_ns - 600 * SECOND_NS)
        deliveries.listed(item, ("t:a",), now_ns - 121 * SECOND_NS)
        events.look()
        shown.append(paper.metrics.text().decode())
        deliveries.pushed(item, ("t:b",))
        events.look()
        shown.append(paper.metrics.text().decode())

    try:
        paper.play(story)
    finally:
        close()

    assert 'event_feed_answers_total{result="missed",source="desk"} 1.0' in shown[0]
    assert ['event_feed_stale{source="desk"} 1.0' in each for each in shown] == [True, False]
    told_of = [json.loads(line) for line in log.read_text().splitlines()]
    found = [(each["event"], each["level"]) for each in told_of if each["event"] in TELLS]
    assert found == [("push_missed", "ERROR"), ("feed_stale", "ERROR"), ("feed_well", "INFO")]
    assert "never came by push, the last: Binance Will List Example (EXM)" in log.read_text()


def test_a_clock_that_differs_from_the_sources_is_shown(tmp_path: Path) -> None:
    lines = tmp_path / "events.jsonl"
    lines.write_text("")
    paper = Paper(tmp_path, sources=[file_source(lines)])

    async def story(events: Events) -> None:
        events._telling.healths["desk"].skew_s = -12.5
        events.look()
        assert events._skewed == {"desk"}
        events._telling.healths["desk"].skew_s = 1.0
        events.look()
        assert events._skewed == set()

    paper.play(story)

    shown = paper.metrics.text().decode()
    assert 'event_feed_clock_ahead_seconds{source="desk"} 1.0' in shown


def test_without_sources_nothing_is_opened(tmp_path: Path) -> None:
    paper = Paper(tmp_path)

    async def story(events: Events) -> None:
        assert events.urls == []

    paper.play(story)

    assert not (tmp_path / "journal.seen").exists()


def test_a_crash_of_a_live_run_forgets_no_event_it_took() -> None:
    """The mark is written after the journal: what lies between comes again, and is known."""

    async def story(world: World) -> None:
        given = ExternalEvent(
            event_ns=world.clock.wall_ns(), event_id="n-1", source="desk", kind="news"
        )
        life = Life(world)
        await life.start()
        trader = LiveTrader(life.run)
        assert trader.take((given,))
        assert trader.has_taken("desk", "n-1")
        await life.crash()

        async with world.life() as second:
            assert LiveTrader(second.run).has_taken("desk", "n-1")
            assert not LiveTrader(second.run).has_taken("desk", "n-2")

    told(story)
