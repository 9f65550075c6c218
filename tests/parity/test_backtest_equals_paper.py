"""Backtest and paper decide alike: the same recording gives the same journal, byte for byte."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from argonaut.backtest.run import run_backtest
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.reader import JournalReader
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.paper import PaperRun
from tests.journal.far import draft, ready
from tests.parity.one_day import hashed, one_day

ROOT = Path(__file__).resolve().parents[2]
HASH_OF_ONE_DAY = """
from argonaut.backtest.run import run_backtest
from argonaut.journal.memory import MemoryJournal
from tests.parity.one_day import one_day
print(run_backtest(one_day(), MemoryJournal()).journal_sha256)
"""


def test_backtest_and_paper_write_the_same_journal(tmp_path: Path) -> None:
    """A backtest that decides otherwise than the bot is a story, not a test of the bot."""
    backtest = MemoryJournal(keeps_rows=True)
    result = run_backtest(one_day(), backtest)
    paper = PaperRun.start(one_day(), tmp_path / "journal.db", SystemClock())
    asyncio.run(paper.run())
    paper.close()

    with JournalReader(tmp_path / "journal.db") as reader:
        assert hashed(reader.rows()) == hashed(backtest.rows)
    assert result.log.fills > 10
    assert result.log.refusals


def test_a_backtest_journaled_by_another_process_has_the_same_rows(tmp_path: Path) -> None:
    """Long backtests are written on a second core; where may not show in what stands there."""
    backtest = MemoryJournal(keeps_rows=True)
    result = run_backtest(one_day(), backtest)
    with ready() as far, draft(tmp_path / "journal.db", far) as journal:
        elsewhere = run_backtest(one_day(), journal)

    assert elsewhere.journal_sha256 == result.journal_sha256
    with JournalReader(tmp_path / "journal.db") as reader:
        assert hashed(reader.rows()) == hashed(backtest.rows)


def test_columns_and_streams_write_the_same_journal() -> None:
    """The fast way to compute an indicator may not change a single decision."""
    fast = run_backtest(one_day(), MemoryJournal(), use_columns=True)
    slow = run_backtest(one_day(), MemoryJournal(), use_columns=False)

    assert fast.journal_sha256 == slow.journal_sha256


@pytest.mark.slow
def test_the_hash_does_not_depend_on_the_process() -> None:
    """Order of sets and dicts differs between processes; decisions may not."""
    hashes = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", HASH_OF_ONE_DAY],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        hashes.add(done.stdout.strip())

    assert len(hashes) == 1
