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
    """Yield the plan of a run with a death at each point its first life that traded passed.

    Kills and power cuts alternate, so that both are tried at every other point.
    """
    traded = next((each.number for each in evidence.lives if each.ready_ns is not None), 1)
    for passed in _points(evidence, life=traded):
        yield dying(evidence.plan, passed, how=_HOWS[passed.number % 2])


def deaths_in_recovery(evidence: Evidence, *, budget: int) -> Iterator[FaultPlan]:
    """Yield the plan of a run that died once, with another death as it recovers.

    At each point of the next life up to READY, or `budget` of them spread evenly. Where they
    begin goes by the first death, so that its neighbours try the points between.
    """
    died = evidence.plan.faults[-1] if evidence.plan.faults else None
    if died is None or died.kind not in _HOWS:
        return
    after = next((each for each in evidence.lives if each.number > int(died.target or 1)), None)
    if after is None:
        return
    until_ns = after.ready_ns or after.ended_ns or evidence.plan.end_ns
    recovering = [each for each in _points(evidence, life=after.number) if each.at_ns <= until_ns]
    for passed in _spread(recovering, budget, died.count):
        yield dying(evidence.plan, passed, how=_HOWS[passed.number % 2])


def dying(plan: FaultPlan, passed: Passed, *, how: How = "crash_at_point") -> FaultPlan:
    """Return the plan with a death at one point of one life."""
    death = Fault(kind=how, at_ns=0, for_ns=_DOWN_NS, target=str(passed.life), count=passed.number)
    name = f"{plan.scenario}@{passed.life}.{passed.number}"
    return replace(plan, scenario=name, faults=(*plan.faults, death))


def _points(evidence: Evidence, *, life: int) -> Sequence[Passed]:
    """Return the points of a life while there were faults; in the calm nobody dies."""
    until_ns = evidence.plan.faults_end_ns
    return [each for each in evidence.points if each.life == life and each.at_ns < until_ns]


def _spread(points: Sequence[Passed], budget: int, first: int) -> Sequence[Passed]:
    count = len(points)
    if count <= budget:
        return points
    places = sorted({(place * count // budget + first) % count for place in range(budget)})
    return [points[place] for place in places]
