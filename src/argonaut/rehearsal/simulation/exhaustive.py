"""Every moment at which the trader could die: each one tried, and each again in the recovery.

A point is a journal append, a write to a socket or an answer about to be read. None is left to
chance: a plan is run once to see its points, then once for each of them with a death there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec.structs import replace

from argonaut.rehearsal.simulation.evidence import Evidence, Passed
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault, FaultPlan

How = Literal["crash_at_point", "power_cut_at_point"]
_HOWS: tuple[How, ...] = ("crash_at_point", "power_cut_at_point")
_DOWN_NS = SECOND_NS


def deaths(evidence: Evidence) -> Iterator[FaultPlan]:
    """Yield the plan of a run with a death at each point its first life passed.

    Kills and power cuts alternate, so that both are tried at every other point.
    """
    for passed in _points(evidence, life=1):
        yield dying(evidence.plan, passed, how=_HOWS[passed.number % 2])


def deaths_in_recovery(evidence: Evidence, *, budget: int) -> Iterator[FaultPlan]:
    """Yield the plan of a run that died once, with another death as it recovers.

    At each point of the second life up to READY, or `budget` of them spread evenly.
    """
    if len(evidence.lives) < 2:
        return
    second = evidence.lives[1]
    until_ns = second.ready_ns or second.ended_ns or evidence.plan.end_ns
    recovering = [each for each in _points(evidence, life=2) if each.at_ns <= until_ns]
    for passed in _spread(recovering, budget):
        yield dying(evidence.plan, passed, how=_HOWS[passed.number % 2])


def dying(plan: FaultPlan, passed: Passed, *, how: How = "crash_at_point") -> FaultPlan:
    """Return the plan with a death at one point of one life."""
    death = Fault(kind=how, at_ns=0, for_ns=_DOWN_NS, target=str(passed.life), count=passed.number)
    name = f"{plan.scenario}@{passed.life}.{passed.number}"
    return replace(plan, scenario=name, faults=(*plan.faults, death))


def _points(evidence: Evidence, *, life: int) -> Sequence[Passed]:
    """Return the points of a life while there were faults; in the calm nobody dies."""
    until_ns = evidence.plan.faults_end_ns
    return [each for each in evidence.points if each.life == life and each.at_ns <= until_ns]


def _spread(points: Sequence[Passed], budget: int) -> Sequence[Passed]:
    if len(points) <= budget:
        return points
    return [points[place * len(points) // budget] for place in range(budget)]
