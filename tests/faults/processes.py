"""Processes of tests that kill: the rehearsed exchange, `argonaut run`, and questions to both."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from argonaut.domain.errors import ArgonautError
from argonaut.runtime.control import ask_now, socket_of

ROOT = Path(__file__).resolve().parents[2]
LIVE = {"NEW", "PARTIALLY_FILLED"}


def rows(journal: Path, kind: str) -> list[Any]:
    """The rows of a kind the running trader has written, once it can be asked."""
    try:
        return list(ask_now(socket_of(journal), "/rows", query={"kinds": kind}))
    except (ArgonautError, OSError):
        return []


def given_up(journal: Path) -> list[Any]:
    """The orders of which the running trader has found that they never arrived."""
    return [each for each in rows(journal, "correction") if each["body"]["what"] == "absent"]


def explained(journal: Path) -> list[str]:
    """What the strategies of the trader say, once it can be asked."""
    try:
        return list(ask_now(socket_of(journal), "/status")["explanations"].values())
    except (ArgonautError, OSError, KeyError):
        return []


@contextlib.contextmanager
def venue(folder: Path, *options: str) -> Iterator[str]:
    """The rehearsed exchange as a process; yields where it is."""
    told_path = folder / "venue.json"
    command = ("rehearse", "serve", "--port", "0", "--history", "0", "--control", "--json")
    with (
        told_path.open("w") as out,
        process(
            *command,
            "--balance",
            "USDT=10000",
            "--keys",
            str(folder / "keys"),
            *options,
            stdout=out,
        ),
    ):
        until(lambda: told_path.read_text().rstrip().endswith("}"))
        yield json.loads(told_path.read_text())["rest_url"]


def truth(url: str) -> Any:
    """What the account really has at the venue."""
    with urllib.request.urlopen(f"{url}/rehearsal/truth", timeout=10) as answer:
        return json.load(answer)


def stops(account: Any) -> list[Any]:
    """The live orders that guard the position."""
    return [each for each in account["orders"] if each["side"] == "SELL" and each["status"] in LIVE]


def trader(
    config: Path, *options: str, **variables: str
) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """`argonaut run` as a process."""
    return process("run", str(config), "--plain", *options, **variables)


@contextlib.contextmanager
def process(
    *arguments: str, stdout: Any = subprocess.DEVNULL, **variables: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The command, ended with the test."""
    with subprocess.Popen(
        [sys.executable, "-m", "argonaut", *arguments],
        cwd=ROOT,
        env=environment() | variables,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def said_by(*arguments: str) -> str:
    """What the command prints."""
    return subprocess.run(
        [sys.executable, "-m", "argonaut", *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    ).stdout


def environment() -> dict[str, str]:
    """With the sources and the tests on the path."""
    return os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


def free_port() -> int:
    """A port nobody has; a moment later somebody might."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def until(condition: Callable[[], Any], *, seconds: float = 180.0) -> None:
    """Poll for something another process does; there is no event to wait for."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)
