"""Fresh processes for runs: they load what a run needs and nothing else, and are silent.

A run touches so much memory that the processor's table of pages is too small for it; with pages
of 2 MiB a seed takes 0.92 of its time. Only the C library's allocator asks the system for those.
"""

from __future__ import annotations

import multiprocessing
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.pool import Pool
from pathlib import Path
from unittest.mock import patch

from loguru import logger

from argonaut.rehearsal.simulation.sources import watch

_TASKS_A_PROCESS = 250  # then a process is replaced, so that no run inherits much; 1.3 s to start
_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_LARGE_PAGES = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


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
        patch.dict(os.environ, memory_of_runs(os.environ)),
        fresh.Pool(count, _begin, maxtasksperchild=_TASKS_A_PROCESS) as pool,
    ):
        yield pool


def memory_of_runs(environment: Mapping[str, str], pages: Path = _PAGES) -> Mapping[str, str]:
    """Return what lets a process have large pages; nothing where it could not, or was told how."""
    if _LARGE_PAGES.keys() & environment.keys() or platform.libc_ver()[0] != "glibc":
        return {}
    is_possible = pages.exists() and "[never]" not in pages.read_text(encoding="ascii")
    return _LARGE_PAGES if is_possible else {}


def hush() -> None:
    """Keep what simulated traders log from the terminal; a run hears it all the same."""
    logger.remove()


def _begin() -> None:
    watch()
    hush()
