"""What every command shares: one way to print JSON, one way to fail, one way to write a file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import msgspec
from rich.console import Console

from argonaut.config.errors import ConfigError
from argonaut.domain.errors import ArgonautError, ExitCode

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class OutputError(ArgonautError):
    """A file that was asked for cannot be written; nothing of it is left behind."""


class UnusableTargetError(OutputError):
    """A file could never be written where it was asked for: name another place."""

    exit_code = ExitCode.USAGE


def print_json(value: Mapping[str, Any] | msgspec.Struct | list[Any]) -> None:
    """Print one JSON value on standard output, numbers of money as text."""
    plain = msgspec.to_builtins(value, str_keys=True)
    sys.stdout.write(json.dumps(plain, indent=2, allow_nan=False) + "\n")


def print_line(text: str) -> None:
    """Print a line as it is: a path or a name is never taken for markup or folded."""
    sys.stdout.write(text + "\n")


def printable(text: str) -> str:
    """Keep a name from outside on its line: no control character reaches the terminal."""
    return "".join(each if each.isprintable() else "?" for each in text)


def fail(error: ArgonautError, *, as_json: bool = False) -> ExitCode:
    """Tell a person or a script what went wrong, and return the exit code."""
    problems = list(error.problems) if isinstance(error, ConfigError) else [str(error)]
    return fail_with(str(error), problems, type(error).__name__, error.exit_code, as_json=as_json)


def fail_with(
    message: str, problems: list[str], name: str, code: ExitCode, *, as_json: bool
) -> ExitCode:
    """Tell what went wrong on standard error, and as an object when JSON was asked for."""
    if as_json:
        print_json({"error": name, "exit_code": int(code), "problems": problems})
    told = "\n".join(map(printable, message.splitlines()))
    errors.print(told, style="red", markup=False, soft_wrap=True)
    return code


def require_target(path: Path | None) -> None:
    """Refuse a place where no file could be written, before a run is spent on it.

    Raises:
        UnusableTargetError: It is a folder, or its folder cannot be made or written to.
    """
    if path is None:
        return
    if path.exists() and not path.is_file():
        raise UnusableTargetError(f"{path} is there and is no file, want the name of a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableTargetError(f"{path.parent} cannot be made: {error.strerror}") from error
    if not os.access(path.parent, os.W_OK):
        raise UnusableTargetError(f"{path.parent} cannot be written to")


@contextmanager
def replaced(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes the place of `path` when all of it is written.

    Raises:
        OutputError: The disk refused; `path` is then what it was before.
    """
    draft = path.with_name(f"{path.name}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        draft.unlink(missing_ok=True)
