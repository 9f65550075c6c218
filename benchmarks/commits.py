"""Commits of a journal by the size of the group, beside a bare fdatasync of as many bytes.

The rows are an order's: a decision of two kilobytes and a report. Both go to the same disk in
turns, so that a busy minute of the machine falls on both. Usage: `commits.py FOLDER [COMMITS]`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from argonaut.journal.meta import Meta
from argonaut.journal.writer import JournalWriter, open_journal
from benchmarks.live_path import spread
from benchmarks.ours import WallClock

COMMITS: Final = 400
GROUPS: Final = (1, 2, 8, 32, 128, 512)
DECISION: Final = b'{"orders":[{"client_order_id":"s-a1-%d-e"}],"why":"' + b"x" * 1_900 + b'"}'
REPORT: Final = b'{"type":"Filled","client_order_id":"s-a1-%d-e","fill_id":"f%d","quantity":"1"}'


def measure(folder: Path, commits: int) -> dict[str, Any]:
    """Return, for each size of a group, the spread of commits and of bare syncs in microseconds."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        journal = open_journal(
            Path(place) / "commits.journal",
            Meta(config_hash="benchmark"),
            clock=WallClock(),
            pid=os.getpid(),
            mode="benchmark",
        )
        with (Path(place) / "bare").open("wb") as bare:
            found = [_group(journal, bare.fileno(), rows, commits) for rows in GROUPS]
        journal.close()
    return {"groups": found}


def _group(journal: JournalWriter, bare: int, rows: int, commits: int) -> dict[str, Any]:
    now = time.perf_counter_ns
    taken: list[int] = []
    syncs: list[int] = []
    for _ in range(commits):
        size = sum(_append(journal) for _ in range(rows))
        began = now()
        journal.commit()
        taken.append(now() - began)
        began = now()
        os.write(bare, bytes(size))
        os.fdatasync(bare)
        syncs.append(now() - began)
    return {"rows": rows, "commit_us": spread(taken), "bare_fdatasync_us": spread(syncs)}


def _append(journal: JournalWriter) -> int:
    """Append one row of an order and return its bytes."""
    seq = journal.head[0] + 1
    order = seq // 2
    if seq % 2:
        payload, kind, subject = REPORT % (order, order), "report", f"s-a1-{order}-e"
    else:
        payload, kind, subject = DECISION % order, "decision", f"s-a1-{order}"
    journal.append(seq, seq, kind, subject, payload)
    return len(payload)


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else COMMITS
    print(json.dumps(measure(Path(sys.argv[1]), count)))
