"""What one run did and cost: printed by the process that ran, read by the one that compares."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One engine on one workload, in a process of its own.

    Attributes:
        engine: Name and version, for the reader.
        workload: `bars` or `trades`.
        rows: Bars or trades given to the strategy.
        load_s: Columns in memory until the engine has the data (its objects, if it builds any).
        run_s: The engine's own run, nothing else; wall clock.
        run_cpu_s: The same in processor time of the whole process.
        peak_rss_mb: Largest resident memory of the process.
        orders: Orders filled.
        entries: Positions opened.
        profit_mille: P&L net of fees in thousandths of the quote currency, open unit at last price.
        note: What the reader must know to compare.
    """

    engine: str
    workload: str
    rows: int
    load_s: float
    run_s: float
    run_cpu_s: float
    peak_rss_mb: float
    orders: int
    entries: int
    profit_mille: int
    note: str = ""

    @property
    def row_us(self) -> float:
        """Microseconds of the run a row."""
        return self.run_s / self.rows * 1e6

    @property
    def row_us_with_load(self) -> float:
        """Microseconds a row from columns in memory to the result."""
        return (self.load_s + self.run_s) / self.rows * 1e6


def cpu_s() -> float:
    """Return the processor time of this process and of those it has started and seen end."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def peak_rss_mb() -> float:
    """Return the largest resident memory of this process so far, in MiB.

    With that of the processes it has started and that are still there; on Linux only. Linux hands
    `ru_maxrss` on from the process that started this one; its own is in `/proc`.
    """
    process = Path("/proc/self")
    if process.exists():
        started = [task.read_text().split() for task in process.glob("task/*/children")]
        return sum(map(_peak_mb, ["self", *(pid for pids in started for pid in pids)]))
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _peak_mb(pid: str) -> float:
    words = Path("/proc", pid, "status").read_text().partition("VmHWM:")[2].split()
    return int(words[0]) / 1024


def report(outcome: Outcome) -> None:
    """Print `outcome` as the last line of standard output."""
    print(json.dumps(asdict(outcome)), flush=True)


def parse(text: str) -> Outcome:
    """Read the outcome from what a run printed."""
    return Outcome(**json.loads(text.strip().splitlines()[-1]))
