"""F01: `kill -9` at any moment of a paper run; the restarted run ends as the undisturbed one."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from argonaut.journal.reader import JournalReader
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.paper import PaperRun
from tests.parity.one_day import hashed, one_day

ROOT = Path(__file__).resolve().parents[2]
SPEED = 20_000.0  # tape seconds a second: two days take about nine seconds


@pytest.mark.parametrize("kills", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_f01_a_killed_run_ends_with_the_ledger_of_an_undisturbed_one(
    kills: int, tmp_path: Path
) -> None:
    """Whoever sleeps while the machine dies must wake to the same books."""
    dice = random.Random(kills)
    whole = PaperRun.start(one_day(), tmp_path / "whole.db", SystemClock())
    asyncio.run(whole.run())
    whole.close()

    killed = 0
    longest = 10.0 / kills  # so that the kills spread over the tape without reaching its end
    path = tmp_path / "killed.db"
    while killed < kills and _run_and_kill(path, after_s=dice.uniform(0.0, longest)):
        killed += 1
    last = PaperRun.start(one_day(), path, SystemClock())
    recovered = last.rows_recovered
    asyncio.run(last.run())
    last.close()

    assert last.engine.book.save() == whole.engine.book.save()
    with JournalReader(tmp_path / "whole.db") as one, JournalReader(path) as other:
        assert hashed(one.rows()) == hashed(other.rows())
    assert killed == kills, "the tape ended before the last kill"
    assert recovered > 0


def _run_and_kill(path: Path, *, after_s: float) -> bool:
    """Start a paper run, kill it some time after it recovered; return whether it was killed."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.paper_child", str(path), str(SPEED)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline().startswith("recovered")
        deadline = time.monotonic() + after_s
        while time.monotonic() < deadline and child.poll() is None:
            time.sleep(0.005)
        return child.poll() is None
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
