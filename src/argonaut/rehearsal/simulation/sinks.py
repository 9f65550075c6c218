"""Every text that leaves the trader's process in a run: what it prints and what it logs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from loguru import logger

from argonaut.monitoring.logs import json_line

if TYPE_CHECKING:
    from loguru import Message


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
        sink = logger.add(self._log, level="TRACE", format="{message}", diagnose=False)
        try:
            with redirect_stdout(self._printed), redirect_stderr(self._complained):
                yield
        finally:
            logger.remove(sink)

    def _log(self, message: Message) -> None:
        self._logged.append(json_line(message))
