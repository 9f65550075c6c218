"""Forks `argonaut` commands off a process that has loaded the program, for who starts a thousand.

Run as `python -m argonaut.cli.nursery`. Loading the program takes far longer than recovering does.
A request is a line on standard input; `forked PID` and `ended PID CODE` are lines of the answer.
Each command is a process of its own, from its first line on: only what it was made of is shared.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import msgspec

from argonaut.cli import main

# What a live run loads is loaded here, once; no line of it is run before a fork.
from argonaut.cli import trading as _trading  # noqa: F401
from argonaut.venues.binance import adapter as _adapter  # noqa: F401

_STDIN, _STDOUT, _STDERR = 0, 1, 2


class Wanted(msgspec.Struct, frozen=True):
    """A command line, and the files its output and complaints go to."""

    arguments: tuple[str, ...]
    out: str
    errors: str


def serve() -> None:
    """Fork what is asked for until standard input ends."""
    signal.signal(signal.SIGCHLD, _reap)
    for line in sys.stdin:
        wanted = msgspec.json.decode(line, type=Wanted)
        files = [os.open(path, os.O_WRONLY) for path in (wanted.out, wanted.errors)]
        pid = os.fork()
        if pid == 0:
            _live(wanted.arguments, *files)
        for each in files:
            os.close(each)
        _answer(f"forked {pid}")


def _reap(number: int, frame: FrameType | None) -> None:
    """Tell of every child that has ended; several may have by one signal."""
    del number, frame
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        _answer(f"ended {pid} {os.waitstatus_to_exitcode(status)}")


def _answer(line: str) -> None:
    os.write(_STDOUT, f"{line}\n".encode())


def _live(arguments: Sequence[str], out: int, errors: int) -> NoReturn:  # pragma: no cover - a fork
    """Be that command."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    silence = os.open(os.devnull, os.O_RDONLY)
    for file, number in ((silence, _STDIN), (out, _STDOUT), (errors, _STDERR)):
        os.dup2(file, number)
        os.close(file)
    code = 1
    try:
        main(arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    except BaseException:  # noqa: BLE001 - what flies out of a program ends it with a traceback
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":  # pragma: no cover - the process itself
    serve()
