"""Tests of argonaut.cli.nursery, over its pipes as a soak has them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.calling import environment


@contextmanager
def nursery() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "argonaut.cli.nursery"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        yield process
        process.kill()


def fork(process: subprocess.Popen[str], folder: Path, *arguments: str) -> dict[str, list[int]]:
    """Ask for one command and wait for both answers, in whatever order they come."""
    files = [folder / name for name in ("out", "errors")]
    for each in files:
        each.touch()
    wanted = {"arguments": arguments, "out": str(files[0]), "errors": str(files[1])}
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(wanted) + "\n")
    answers = [process.stdout.readline().split() for _ in range(2)]
    return {word: [int(each) for each in numbers] for word, *numbers in answers}


def test_each_command_is_a_process_of_its_own_with_its_own_output(tmp_path: Path) -> None:
    """What is killed has to be what trades, and nothing else."""
    with nursery() as process:
        first = fork(process, tmp_path, "--version")
        second = fork(process, tmp_path, "config", "check", "nothing.yaml")

        assert first["ended"] == [*first["forked"], 0]
        assert second["ended"] == [*second["forked"], 2]
        assert len({process.pid, *first["forked"], *second["forked"]}) == 3
        assert process.poll() is None
    assert "nothing.yaml" in (tmp_path / "errors").read_text()


def test_a_command_that_is_killed_is_told_with_its_signal(tmp_path: Path) -> None:
    """SIGKILL reaches it as it reaches any other process."""
    (tmp_path / "out").touch()
    wanted = {
        "arguments": ["rehearse", "serve", "--port", "0", "--history", "0"],
        "out": str(tmp_path / "out"),
        "errors": str(tmp_path / "out"),
    }
    with nursery() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(wanted) + "\n")
        pid = int(process.stdout.readline().split()[1])
        os.kill(pid, signal.SIGKILL)

        assert process.stdout.readline().split() == ["ended", str(pid), "-9"]
