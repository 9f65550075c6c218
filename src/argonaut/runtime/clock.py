"""The clocks of this machine; the only place that reads them."""

from __future__ import annotations

import time

from argonaut.ports import Clock


class SystemClock:
    """Wall time for people and files, monotonic time for pacing."""

    def wall_ns(self) -> int:
        """UTC nanoseconds."""
        return time.time_ns()

    def mono_ns(self) -> int:
        """Nanoseconds that never step back."""
        return time.monotonic_ns()


class EngineClock:
    """The time of inputs made here, carried on by a clock that never steps.

    Somebody setting the machine's clock can so neither fire a timer nor age a price (F05). Until it
    is set by the venue's time it starts from the machine's, which may be wrong by then.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead_ns = clock.wall_ns() - clock.mono_ns()

    def set(self, now_ns: int) -> None:
        """Go by a better time from now on; only before anything was decided by this one."""
        self._ahead_ns = now_ns - self._clock.mono_ns()

    def now_ns(self) -> int:
        """UTC nanoseconds that never step back once it is set."""
        return self._clock.mono_ns() + self._ahead_ns

    def mono_ns(self) -> int:
        """Nanoseconds of the machine's steady clock, which a restart of a process goes on with."""
        return self._clock.mono_ns()
