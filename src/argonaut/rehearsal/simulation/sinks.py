"""Every text that leaves the trader's process in a run: what it prints and what it logs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from loguru import logger

from argonaut.monitoring.logs import json_line

if TYPE_CHECKING:
    from loguru import Message


class Ear:
    """A sink that stays, because making one takes milliseconds; one run at a time has it.

    Whoever sets up logs may remove every sink, so each time it is tried whether it hears.
    """

    def __init__(self) -> None:
        self._take: Callable[[Message], None] | None = None
        self._has_heard = False

    @contextmanager
    def lent_to(self, take: Callable[[Message], None]) -> Iterator[None]:
        """Let `take` have everything that is logged."""
        assert self._take is None, "one run at a time is heard"
        self._has_heard = False
        logger.trace("is anybody listening?")
        if not self._has_heard:
            logger.add(self._hear, level="TRACE", format="{message}", diagnose=False)
        self._take = take
        try:
            yield
        finally:
            self._take = None

    def _hear(self, message: Message) -> None:
        self._has_heard = True
        if self._take is not None:
            self._take(message)


_EAR = Ear()  # loguru's sinks are the process's, and so is this one


class Heard:
    """What was said, by sink."""

    def __init__(self) -> None:
        self._printed = io.StringIO()
        self._complained = io.StringIO()
        self._logged: list[str] = []

    @property
    def texts(self) -> dict[str, str]:
        """Everything so far by the name of its sink."""
        return {
            "stdout": self._printed.getvalue(),
            "stderr": self._complained.getvalue(),
            "log": "\n".join(self._logged),
        }

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take what is printed and logged, instead of the terminal and beside other logs."""
        with (
            _EAR.lent_to(self._log),
            redirect_stdout(self._printed),
            redirect_stderr(self._complained),
        ):
            yield

    def _log(self, message: Message) -> None:
        self._logged.append(json_line(message))
