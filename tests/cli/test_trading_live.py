"""`argonaut run` with a live config: armed, told, stopped, killed and gone on with.

The process is the real one; its venue is the exchange in memory, which needs no network.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from argonaut.cli.trading_live import intentions
from argonaut.config.assembly import assemble
from argonaut.config.load import check
from argonaut.domain.errors import ExitCode
from argonaut.journal.reader import JournalReader
from argonaut.runtime.control import ask_now, socket_of
from argonaut.runtime.lease import KIND
from tests.config.written import written
from tests.runtime.lives import LIVE

ROOT = Path(__file__).parents[2]


def config(folder: Path, **changes: Any) -> Path:
    monitoring = {"prometheus": False, "log_path": None}
    return written(folder, LIVE | {"monitoring": monitoring} | changes)


@contextmanager
def trader(path: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process, ended with the test."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "HOME": str(path.parent)}
    command = [sys.executable, "-m", "argonaut", "run", str(path), "--plain", *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], said: str) -> str:
    """Read lines up to the one that says something."""
    assert process.stdout is not None, "it is a pipe"
    seen = ""
    for line in process.stdout:
        seen += line
        if said in line:
            return seen
    raise AssertionError(f"{said!r} was never said: {seen}")


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, _ = process.communicate(timeout=30)
    return process.returncode, out


def starts(folder: Path) -> list[str]:
    with JournalReader(folder / "journal.db") as reader:
        return [row.subject for row in reader.rows() if row.kind == KIND]


def test_a_run_says_what_it_does_becomes_ready_and_stops_cleanly(tmp_path: Path) -> None:
    """SIGTERM is how a machine shuts down: exit code 0, and nothing left half-written."""
    with trader(config(tmp_path, events={"external_feed": {"port": 0}})) as process:
        said = until(process, "ready after")
        until(process, "events are pushed to")
        status = ask_now(socket_of(tmp_path / "journal.db"), "/status")
        process.send_signal(signal.SIGTERM)
        code, rest = ended(process)

    assert code == ExitCode.OK
    assert "rehearsal, no money at stake" in said
    assert "strategy detector" in said
    assert "limit MaxNotional" in said
    assert status["feeds"][0]["state"] == "pushed"
    assert "the same command goes on from here" in rest
    assert not (tmp_path / "journal.sock").exists()


def test_a_killed_run_is_gone_on_with_as_the_next_start(tmp_path: Path) -> None:
    """`kill -9` asks for no cleanup by hand."""
    path = config(tmp_path)
    for number in (1, 2):
        with trader(path) as process:
            until(process, "ready after")
            process.kill()
            ended(process)
        assert len(starts(tmp_path)) == number

    first, second = starts(tmp_path)
    assert (first[:2], first[2:], second[2:]) == (second[:2], "1", "2")


def test_a_second_instance_is_refused_while_the_first_goes_on(tmp_path: Path) -> None:
    """F30: exit code 3, and the number of the process that has it."""
    path = config(tmp_path)
    with trader(path) as first:
        until(first, "ready after")
        with trader(path) as second:
            code, said = ended(second)
        assert code == ExitCode.REFUSED
        assert f"held by process {first.pid}" in said
        first.send_signal(signal.SIGINT)
        assert ended(first)[0] == ExitCode.OK


def test_live_wants_to_be_armed_after_it_has_said_what_it_would_do(tmp_path: Path) -> None:
    """F38: nobody trades real money by a typing mistake."""
    path = config(tmp_path, mode="live")
    with trader(path) as process:
        code, said = ended(process)

    assert code == ExitCode.REFUSED
    assert "LIVE, with real money" in said
    assert "say --arm" in said
    assert not (tmp_path / "journal.db").exists()

    with trader(path, "--arm") as process:
        until(process, "ready after")
        process.send_signal(signal.SIGTERM)
        assert ended(process)[0] == ExitCode.OK


@pytest.mark.parametrize("mode", ["live", "rehearse"])
def test_what_it_would_do_names_keys_by_their_files_and_never_by_themselves(mode: str) -> None:
    """F40: the terminal is a sink like any other."""
    venue = {"class": "tests.runtime.exchange.MemoryVenue", "params": {"account": "main"}}
    made = assemble(check(LIVE | {"mode": mode, "venue": venue}, "config"), folder=ROOT)
    made.config.venue.params["api_key"] = "canary"
    made.config.venue.params["api_key_file"] = "keys/api_key"

    said = "\n".join(intentions(made))

    assert "canary" not in said
    assert "api_key_file keys/api_key" in said
