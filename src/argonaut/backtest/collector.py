"""Keeps the garbage collector out of a run: little of what a run makes is garbage in cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG_MAX = 50_000  # objects made, less those freed, between two looks at the young ones


@contextmanager
def calm_collector() -> Iterator[None]:
    """Let the collector look seldom, and never at what was there before the run.

    Columns, indicators and modules outlive the run, and walking over them costs as much as two
    dozen orders each time.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG_MAX, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
