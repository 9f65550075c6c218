"""Recovery of a long journal, up to the point where the bot asks its venue (RECOVERING).

A journal of many orders is written as the live loop writes it: the engine's rows, a snapshot every
so many rows. Then it is opened and folded into a new engine: from the last sealed snapshot, and as
a whole. The reference is a bare fold of the same file in the same run: a plain loop over its rows
that decodes every fill and adds it up. Usage: `recovery.py FOLDER [ORDERS]`.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import apsw
import msgspec

from argonaut.domain.event import Deposited
from argonaut.domain.order import Filled
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from argonaut.journal.meta import Meta
from argonaut.journal.query import RowFilter
from argonaut.journal.writer import JournalWriter, open_journal
from benchmarks import rules
from benchmarks.live_path import START_NS, Line, message
from benchmarks.ours import WallClock, load_with

ORDERS: Final = 100_000
SNAPSHOT_ORDERS: Final = 4_000  # 10,000 rows, as in a live config
COMMIT_EVERY: Final = 50
REPEATS: Final = 3


def measure(folder: Path, orders: int) -> dict[str, Any]:
    """Return what recovery takes in milliseconds, and how long the journal is."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "live.journal"
        written = _write(folder, path, orders)
        gc.collect()
        gc.freeze()
        bare_ms = _median_ms(lambda: _bare_fold(path))
        snapshot_ms = _median_ms(lambda: _recover(folder, path, from_snapshot=True))
        whole_ms = _median_ms(lambda: _recover(folder, path, from_snapshot=False))
        return {
            "orders": orders,
            **written,
            "file_mb": round(path.stat().st_size / 2**20, 1),
            "from_snapshot_ms": snapshot_ms,
            "verify_all_and_fold_ms": whole_ms,
            "bare_fold_ms": bare_ms,
            "from_snapshot_over_bare": round(snapshot_ms / bare_ms, 3),
        }


def _write(folder: Path, path: Path, orders: int) -> dict[str, Any]:
    """Write the journal of `orders` orders, each filled, with snapshots among them."""
    line = Line(folder, _opened(path, from_snapshot=False), folds=True)
    journal, engine = line.journal, line.engine
    deposit = Deposited(event_ns=START_NS, asset="USDT", amount=Decimal(rules.START_CASH))
    line.perform(engine.step(deposit))
    snapshot, saved_ms = b"", 0.0
    for number in range(orders):
        for order, _ in line.message(message(number)):
            line.fill(order, number)
        if number % COMMIT_EVERY == COMMIT_EVERY - 1:
            journal.commit()
        done = number + 1
        # None at the end: the worst case is a stop just before the next one.
        if done % SNAPSHOT_ORDERS == 0 and done <= orders - SNAPSHOT_ORDERS:
            began = time.perf_counter()
            snapshot = line.encode(engine.save())
            journal.append(engine.seq, engine.now_ns, "snapshot", "", snapshot)
            saved_ms = (time.perf_counter() - began) * 1000
    journal.commit()
    rows = journal.head[0]
    journal.close()
    return {
        "rows": rows,
        "snapshot_kb": round(len(snapshot) / 1024, 1),
        "last_snapshot_saved_ms": round(saved_ms, 1),
    }


def _opened(path: Path, *, from_snapshot: bool) -> JournalWriter:
    return open_journal(
        path,
        Meta(config_hash="benchmark"),
        clock=WallClock(),
        pid=os.getpid(),
        mode="benchmark",
        from_snapshot=from_snapshot,
    )


def _recover(folder: Path, path: Path, *, from_snapshot: bool) -> float:
    """Return the seconds from opening the file to an engine that is where the last one was."""
    assembly = load_with("our_alternate.Alternate", folder, kind="trades")
    engine = Engine(replace(assembly.setup(assembly.venue().capability), folds=True))
    began = time.perf_counter()
    journal = _opened(path, from_snapshot=from_snapshot)
    rows = journal.rows(RowFilter(from_seq=max(journal.snapshot_seq, 1) if from_snapshot else 1))
    if from_snapshot:
        engine.load(msgspec.json.decode(next(rows).payload))
    fold(engine, rows)
    took = time.perf_counter() - began
    journal.close()
    return took


def _bare_fold(path: Path) -> float:
    """Return the seconds a plain loop takes that only adds up the fills of the whole file."""
    decode = msgspec.json.Decoder(Filled).decode
    began = time.perf_counter()
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    bought = Decimal(0)
    for kind, payload in connection.execute("SELECT kind, payload FROM events ORDER BY seq"):
        if kind == "report" and payload.startswith(b'{"type":"Filled"'):
            fill = decode(payload)
            bought += fill.quantity * fill.price
    connection.close()
    assert bought > 0, "a journal without fills"
    return time.perf_counter() - began


def _median_ms(once: Callable[[], float]) -> float:
    return round(statistics.median(once() for _ in range(REPEATS)) * 1000, 1)


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else ORDERS
    print(json.dumps(measure(Path(sys.argv[1]), count)))
