"""The one place that reads the clocks of the machine."""

from __future__ import annotations

import time
from itertools import pairwise

from argonaut.runtime.clock import EngineClock, SystemClock


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


class WrongClock:
    """A machine whose wall clock is set while it runs."""

    def __init__(self) -> None:
        self.wall = 1_000
        self.mono = 5

    def wall_ns(self) -> int:
        return self.wall

    def mono_ns(self) -> int:
        return self.mono


def test_time_made_here_follows_no_setting_of_the_machines_clock() -> None:
    """An hour's step would fire every timer at once, or none for an hour (F05)."""
    machine = WrongClock()
    clock = EngineClock(machine)
    machine.wall, machine.mono = 3_600_000, 15

    assert clock.now_ns() == 1_010


def test_time_made_here_goes_by_the_venue_once_it_is_known() -> None:
    """A machine may start an hour wrong, and the venue's prices would be stale or of tomorrow."""
    machine = WrongClock()
    clock = EngineClock(machine)
    clock.set(9_000)
    machine.mono = 25

    assert clock.now_ns() == 9_020
