"""Whether the faults of a plan did what they say: how often each of them struck.

A fault that strikes nothing, because nobody asked or the trader was down, makes a run look hard
that was quiet. Each part of the world counts its own; here they are put together by fault.
"""

from __future__ import annotations

from collections import Counter

from argonaut.rehearsal.faults import Faults
from argonaut.rehearsal.simulation.clock import ClockStep
from argonaut.rehearsal.simulation.disk import DiskFault, SimDisk
from argonaut.rehearsal.simulation.host import Crash, SimHost, Stall
from argonaut.rehearsal.simulation.inject import Called, Command, Part, Restart, Second, parts_of
from argonaut.rehearsal.simulation.mistakes import Mistake
from argonaut.rehearsal.simulation.plan import FaultPlan
from argonaut.rehearsal.simulation.weather import NetFault, Weather


class Struck:
    """Asks each part of one world how often a fault of it struck."""

    def __init__(
        self, host: SimHost, disk: SimDisk, weather: Weather, venue: Faults, called: Counter[Called]
    ) -> None:
        self._host = host
        self._disk = disk
        self._weather = weather
        self._venue = venue
        self._called = called

    def by_fault(self, plan: FaultPlan) -> tuple[int, ...]:
        """Return how often each fault of a plan struck, in the plan's order."""
        return tuple(
            sum(self._times(part, plan) for part in parts_of(fault)) for fault in plan.faults
        )

    def _times(self, part: Part, plan: FaultPlan) -> int:
        match part:
            case Crash() | Stall():
                return self._host.struck[part]
            case DiskFault():
                return self._disk.struck[part]
            case NetFault():
                return self._weather.struck[part]
            case ClockStep():
                return int(part.at_ns < plan.faults_end_ns)
            case Command() | Restart() | Second() | Mistake():
                return self._called[part]
            case _:
                return self._venue.struck.count(part)
