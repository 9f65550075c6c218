"""The one place that reads the clocks of the machine."""

from __future__ import annotations

import time
from itertools import pairwise

from argonaut.runtime.clock import SystemClock


def test_the_wall_clock_is_utc_nanoseconds_of_now() -> None:
    """Seconds or milliseconds here would stamp every row of a journal wrong."""
    before = time.time_ns()
    told = SystemClock().wall_ns()

    assert before <= told <= time.time_ns()


def test_the_monotonic_clock_never_steps_back() -> None:
    """Pacing that steps back with the wall clock would play a tape twice as fast."""
    clock = SystemClock()
    told = [clock.mono_ns() for _ in range(1_000)]

    assert all(earlier <= later for earlier, later in pairwise(told))


def test_the_monotonic_clock_counts_nanoseconds() -> None:
    """The pace of a paper run is measured with it."""
    clock = SystemClock()
    before, told, after = time.monotonic_ns(), clock.mono_ns(), time.monotonic_ns()

    assert before <= told <= after
