"""RELIABILITY F01: `kill -9` at any moment."""

import subprocess
import sys
from pathlib import Path
from random import Random

from tests.journal.opening import is_as_written, opened

ROOT = Path(__file__).resolve().parents[2]
KILLS = 10


def test_every_acknowledged_row_is_there_after_each_of_ten_kills(tmp_path):
    """What the writer called durable has gone to the venue; the successor must know it."""
    dice = Random(9)
    path = tmp_path / "journal.db"
    head = 0
    for _ in range(KILLS):
        acknowledged = acknowledged_before_kill(path, after_lines=dice.randint(1, 60))
        journal = opened(path)
        rows = list(journal.rows())
        journal.close()

        assert all(map(is_as_written, rows))
        assert len(rows) >= acknowledged > head
        head = len(rows)


def acknowledged_before_kill(path: Path, after_lines: int) -> int:
    """Run the writer, kill it after so many lines, and return the last row it called durable."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journal.killed_writer", str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(after_lines)]
        process.kill()
        lines += process.stdout.readlines()
    return int([line for line in lines if line.endswith("\n")][-1])
