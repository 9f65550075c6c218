"""The errors every package derives its own from, and the exit codes people script against."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command returns to the shell. Stable: scripts depend on it."""

    OK = 0
    USAGE = 2  # wrong command line or config
    REFUSED = 3  # understood, and refused to start
    FAILED = 4  # started, and failed


class ArgonautError(Exception):
    """An error a person can act on: the message names what was found and what was wanted."""

    exit_code: ExitCode = ExitCode.FAILED


class InvalidValueError(ArgonautError, ValueError):
    """A value from outside is of the wrong kind or range; the message names it and the want."""

    exit_code = ExitCode.USAGE


class RefusedToStartError(ArgonautError):
    """Everything was understood, and starting would be wrong."""

    exit_code = ExitCode.REFUSED
