"""Fresh processes for runs: they load what a run needs and nothing else, and are silent."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.pool import Pool
from unittest.mock import patch

from loguru import logger

from argonaut.rehearsal.simulation.sources import watch

_TASKS_A_PROCESS = 100  # then a process is replaced, so that no run inherits much


@contextmanager
def processes(count: int) -> Iterator[Pool]:
    """Start so many processes, and end them.

    Each one would load the program that started it, such as the whole command line, under the name
    of `__main__`. It is kept from that as long as they last: what is run is imported by its name.
    """
    main = sys.modules["__main__"]
    fresh = multiprocessing.get_context("spawn")
    with (
        patch.object(main, "__spec__", None, create=True),
        patch.object(main, "__file__", None, create=True),
        fresh.Pool(count, _begin, maxtasksperchild=_TASKS_A_PROCESS) as pool,
    ):
        yield pool


def hush() -> None:
    """Keep what simulated traders log from the terminal; a run hears it all the same."""
    logger.remove()


def _begin() -> None:
    watch()
    hush()
