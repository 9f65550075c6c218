"""Events recorded beside prices decide alike in a backtest and on paper, byte for byte."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from argonaut.backtest.run import run_backtest
from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import check
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.paper import PaperRun
from tests.config.written import bars, minimal
from tests.parity.one_day import hashed

BEGIN_NS = 1_621_382_400 * 1_000_000_000  # 2021-05-19 00:00 UTC
MINUTE_NS = 60 * 1_000_000_000


def with_events(folder: Path) -> Assembly:
    """Return a run that buys on events: two whole ones, and an announcement in the short shape."""
    lines = [
        {"ts_ns": BEGIN_NS + 90 * MINUTE_NS, "id": "n-1", "source": "desk", "kind": "news",
         "symbols": ["BTC"], "title": "First"},
        {"ts_ns": BEGIN_NS + 100 * MINUTE_NS + 1, "source": "wire",
         "payload": {"id": 7, "title": "Binance Will List Other (OTHER)"}},
        {"ts_ns": BEGIN_NS + 120 * MINUTE_NS + 30, "id": "n-2", "source": "desk", "kind": "news",
         "symbols": ["BTC"], "title": "Second, while the first is held"},
    ]  # fmt: skip
    path = folder / "events.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in lines))
    raw = minimal(
        mode="paper",
        data=[
            bars(start="2021-05-19", end="2021-05-19T06:00"),
            {"path": str(path), "kind": "events"},
        ],
        strategies=[{"id": "buyer", "class": "tests.parity.event_buyer.EventBuyer"}],
        plugins={"allow": ["tests"]},
        paper={"speed": 0},
    )
    return assemble(check(raw, "events"), folder=Path())


def test_backtest_and_paper_hear_the_same_events_at_the_same_time(tmp_path: Path) -> None:
    """A listing that a backtest hears a minute early is money nobody can make."""
    backtest = MemoryJournal(keeps_rows=True)
    result = run_backtest(with_events(tmp_path), backtest)
    paper = PaperRun.start(with_events(tmp_path), tmp_path / "journal.db", SystemClock())
    asyncio.run(paper.run())
    paper.close()

    with JournalReader(tmp_path / "journal.db") as reader:
        assert hashed(reader.rows()) == hashed(backtest.rows)
        events = list(reader.rows(RowFilter(kinds=("event",))))
    assert [each.subject for each in events] == ["n-1", "7", "n-2"]
    assert events[0].event_ns == BEGIN_NS + 90 * MINUTE_NS
    assert result.log.orders > 0


def test_a_killed_paper_run_hears_no_event_of_the_tape_twice(tmp_path: Path) -> None:
    """What the tape brings it brings again: only events from outside are fed from the journal."""
    whole = PaperRun.start(with_events(tmp_path), tmp_path / "whole.db", SystemClock())
    asyncio.run(whole.run())
    whole.close()
    first = PaperRun.start(with_events(tmp_path), tmp_path / "cut.db", SystemClock())
    first.player.play_to_row(250)
    first.journal.commit()
    first.close()

    second = PaperRun.start(with_events(tmp_path), tmp_path / "cut.db", SystemClock())
    asyncio.run(second.run())
    second.close()

    with JournalReader(tmp_path / "whole.db") as one, JournalReader(tmp_path / "cut.db") as other:
        assert hashed(one.rows()) == hashed(other.rows())
