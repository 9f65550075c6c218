"""A machine's clocks in simulation: the wall one can be set wrong, the monotonic one cannot."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from argonaut.rehearsal.simulation.loop import SimLoop

_MILLION = 1_000_000


class ClockStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `at_ns` (since the world began) the wall clock is off by `step_ns` more.

    From then on it also runs `drift_ppm` too fast, until the next step says otherwise.
    """

    at_ns: int
    step_ns: int = 0
    drift_ppm: int = 0


class SimClock:
    """Virtual time as `ports.Clock`: `epoch_ns` is UTC when the world began."""

    def __init__(self, loop: SimLoop, epoch_ns: int, steps: Sequence[ClockStep] = ()) -> None:
        self._loop = loop
        self._epoch_ns = epoch_ns
        self._steps = sorted(steps, key=lambda step: step.at_ns)

    def mono_ns(self) -> int:
        """Nanoseconds since the world began."""
        return self._loop.now_ns

    def wall_ns(self) -> int:
        """UTC nanoseconds, as wrong as the steps make them."""
        now_ns = self._loop.now_ns
        return self._epoch_ns + now_ns + (self._offset_ns(now_ns) if self._steps else 0)

    def _offset_ns(self, now_ns: int) -> int:
        offset_ns = drift_ppm = since_ns = 0
        for step in self._steps:
            if step.at_ns > now_ns:
                break
            offset_ns += (step.at_ns - since_ns) * drift_ppm // _MILLION + step.step_ns
            drift_ppm, since_ns = step.drift_ppm, step.at_ns
        return offset_ns + (now_ns - since_ns) * drift_ppm // _MILLION

    def heal(self) -> None:
        """Set the wall clock right, for good."""
        self._steps = []
