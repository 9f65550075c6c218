"""`kill -9` between an event and its order, and between the order and its stop: one position."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from argonaut.domain.order import Filled, OrderRole
from argonaut.domain.record import Decision, OrderSent
from argonaut.journal.body import body_of
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.journal.row import Row
from tests.cli.calling import start
from tests.config.written import bars

EVENT = {"id": "n-1", "source": "desk", "kind": "news", "symbols": ["BTC"], "title": "News"}
WITHIN_S = 90.0


@pytest.mark.parametrize("moment", ["event_taken", "order_placed", "order_filled"])
def test_a_kill_after_an_event_leaves_one_position_and_its_stop(
    moment: str, tmp_path: Path
) -> None:
    """The event is in the file and in the journal: a restart may act on neither again."""
    config = written(tmp_path)
    with running(config) as child:
        assert child.stdout is not None
        next(line for line in child.stdout if " status " in line)  # there is a price to buy at
        append(tmp_path, EVENT)
        await_line(tmp_path, moment)
    with running(config):
        await_line(tmp_path, "order_placed", of='"stop"')
        append(tmp_path, EVENT | {"id": "n-2", "symbols": []})
        await_line(tmp_path, "event_taken", of='"n-2"')

    assert [each.subject for each in stored(tmp_path, "event")] == ["n-1", "n-2"]
    (decision,) = (body_of(each) for each in stored(tmp_path, "decision"))
    assert isinstance(decision, Decision)
    assert [each.role for each in decision.orders] == [OrderRole.ENTRY]
    (intent,) = (body_of(each) for each in stored(tmp_path, "intent"))
    assert isinstance(intent, OrderSent)
    assert intent.order.role is OrderRole.STOP
    fills = [body_of(each) for each in stored(tmp_path, "report")]
    assert sum(isinstance(each, Filled) for each in fills) == 1


def written(folder: Path) -> Path:
    """Write a paper run of a bar every fifth of a second that follows a file of events."""
    raw: dict[str, Any] = {
        "mode": "paper",
        "balances": {"USDT": "10000"},
        "data": [bars(start="2021-05-18T00:00", end="2021-05-19T00:00")],
        "strategies": [{"id": "buyer", "class": "tests.parity.event_buyer.EventBuyer"}],
        "plugins": {"allow": ["tests"]},
        "journal": {"path": str(folder / "journal.db")},
        "paper": {"speed": 300, "forever": True},
        "monitoring": {"prometheus": False, "log_path": str(folder / "run.log")},
        "events": {
            "sources": [
                {
                    "id": "desk",
                    "connector": "file",
                    "interval_s": 0.01,
                    "params": {"path": str(folder / "events.jsonl"), "replay": True},
                }
            ]
        },
    }
    path = folder / "bot.yaml"
    path.write_text(yaml.safe_dump(raw))
    return path


def stored(folder: Path, *kinds: str) -> list[Row]:
    with JournalReader(folder / "journal.db") as reader:
        return list(reader.rows(RowFilter(kinds=kinds)))


def await_line(folder: Path, name: str, *, of: str = "") -> None:
    """Wait until the log tells of an event; the journal is the process's own while it lives."""
    deadline = time.monotonic() + WITHIN_S
    while not told(folder, name, of):
        assert time.monotonic() < deadline, f"no {name} within {WITHIN_S} s"
        time.sleep(0.02)


def told(folder: Path, name: str, of: str = "") -> int:
    """Return how many lines of the log tell of it."""
    log = folder / "run.log"
    lines = log.read_text().splitlines() if log.exists() else []
    return sum(f'"{name}"' in line and of in line for line in lines)


def append(folder: Path, event: dict[str, Any]) -> None:
    with (folder / "events.jsonl").open("a") as file:
        file.write(json.dumps(event) + "\n")


@contextmanager
def running(config: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `argonaut run` until the block ends, then kill it with signal 9."""
    child = start("run", config)
    try:
        yield child
    finally:
        child.kill()
        child.communicate()
