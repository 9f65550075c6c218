"""Tests of argonaut.rehearsal.simulation.clock."""

import asyncio

from argonaut.rehearsal.simulation.clock import ClockStep, SimClock
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.loop import SimLoop

EPOCH_NS = 1_767_225_600_000_000_000
SECOND_NS = 1_000_000_000


def at(clock: SimClock, loop: SimLoop, seconds: float) -> int:
    """How wrong the wall clock is at a virtual time, in ns."""
    loop.run_until_complete(asyncio.sleep(seconds - loop.time()))
    return clock.wall_ns() - EPOCH_NS - loop.now_ns


def test_a_clock_without_steps_tells_the_time_of_the_world():
    """The venue's clock is right; only the trader's may be wrong."""
    loop = SimLoop(Dice(1))
    clock = SimClock(loop, EPOCH_NS)

    assert at(clock, loop, 5) == 0
    assert clock.mono_ns() == 5 * SECOND_NS


def test_steps_add_up_and_leave_the_monotonic_clock_alone():
    """NTP sets wall time back and forth (F05); timers must not notice."""
    loop = SimLoop(Dice(1))
    steps = (
        ClockStep(at_ns=20 * SECOND_NS, step_ns=-3_600 * SECOND_NS),
        ClockStep(at_ns=10 * SECOND_NS, step_ns=2 * SECOND_NS),
    )
    clock = SimClock(loop, EPOCH_NS, steps)

    assert at(clock, loop, 9) == 0
    assert at(clock, loop, 10) == 2 * SECOND_NS
    assert at(clock, loop, 30) == -3_598 * SECOND_NS
    assert clock.mono_ns() == 30 * SECOND_NS


def test_a_drift_grows_until_the_next_step_and_stays():
    """A bad crystal runs away slowly: 1000 ppm are a millisecond a second."""
    loop = SimLoop(Dice(1))
    steps = (
        ClockStep(at_ns=10 * SECOND_NS, drift_ppm=1_000),
        ClockStep(at_ns=20 * SECOND_NS),
    )
    clock = SimClock(loop, EPOCH_NS, steps)

    assert at(clock, loop, 15) == 5_000_000
    assert at(clock, loop, 20) == 10_000_000
    assert at(clock, loop, 50) == 10_000_000


def test_a_healed_clock_is_right_again():
    """In the calm phase all is well."""
    loop = SimLoop(Dice(1))
    clock = SimClock(loop, EPOCH_NS, (ClockStep(at_ns=0, step_ns=SECOND_NS),))
    assert at(clock, loop, 1) == SECOND_NS

    clock.heal()

    assert at(clock, loop, 2) == 0
