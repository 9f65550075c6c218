"""The command line as a user calls it, in this process or in one of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from argonaut.cli import main

ROOT = Path(__file__).resolve().parents[2]
_SLOW_STEP = re.compile(r"^Executing <.* took \d+\.\d+ seconds\n", re.MULTILINE)
_STARTED: list[subprocess.Popen[str]] = []


class Called(NamedTuple):
    """What a command printed and the code it left with."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """Standard output as the one JSON value it has to be."""
        return json.loads(self.out)


def call(*arguments: object) -> Called:
    """Call `argonaut` with these arguments; a traceback fails the test by itself."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(each) for each in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
    return Called(code, out.getvalue(), err.getvalue())


def environment(**more: str) -> dict[str, str]:
    """The variables of a process that finds this source tree."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return {**os.environ, "PYTHONPATH": path, "COLUMNS": "120", **more}


def start(*arguments: object, **more: Any) -> subprocess.Popen[str]:
    """Start `argonaut` in a process of its own; what a test leaves of it, `stop_all` ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "argonaut", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        **{"env": environment(), **more},
    )
    _STARTED.append(process)
    return process


def stop_all() -> None:
    """End every process that was started and is still there: a failed test stops nothing."""
    while _STARTED:
        process = _STARTED.pop()
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=60)


def spawn(*arguments: object, within_s: float = 120.0, **more: Any) -> Called:
    """Call `argonaut` in a process of its own and wait for it."""
    process = start(*arguments, **more)
    out, err = process.communicate(timeout=within_s)
    return Called(process.returncode, out, err)


def complaints(err: str) -> str:
    """What a process said on standard error, less what asyncio's debug mode says of slow steps."""
    return _SLOW_STEP.sub("", err)


def alive_in_session(session: int) -> set[int]:
    """The processes of a session that have not ended; Linux tells."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            state, _, _, its_session, *_ = path.read_text().rpartition(")")[2].split()
            if int(its_session) == session and state != "Z":
                found.add(int(path.parent.name))
    return found


def contents(folder: Path) -> set[str]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
