"""Many plans, each run and judged, over as many processes as there are cores to spare."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeVar

import msgspec

from argonaut.rehearsal.simulation.evidence import Evidence
from argonaut.rehearsal.simulation.exhaustive import deaths_in_recovery
from argonaut.rehearsal.simulation.fresh import processes
from argonaut.rehearsal.simulation.invariants.case import Violation
from argonaut.rehearsal.simulation.oracle import judge
from argonaut.rehearsal.simulation.plan import FaultPlan
from argonaut.rehearsal.simulation.scenarios.catalogue import unmet
from argonaut.rehearsal.simulation.sources import Sources, loaded
from argonaut.rehearsal.simulation.swarm import draw_plan

Run = Callable[[FaultPlan], Evidence]
T = TypeVar("T")
R = TypeVar("R")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What one run came to: what it broke, and how much there was to it."""

    plan: FaultPlan
    violations: tuple[Violation, ...] = ()
    sources: Sources = Sources()  # that its process had loaded by the end of it
    trace_hash: str = ""
    config_hash: str = ""
    virtual_ns: int = 0
    wall_s: float = 0.0  # of the run
    cpu_s: float = 0.0  # of the processor, in the run and the judgement
    orders: int = 0  # at the venue
    fills: int = 0
    requests: int = 0
    lives: int = 0
    points: int = 0

    @property
    def is_ok(self) -> bool:
        """Whether everything held."""
        return not self.violations

    @property
    def broken(self) -> tuple[str, ...]:
        """Return the ids of the invariants that did not hold, the first first."""
        return tuple(dict.fromkeys(each.invariant for each in self.violations))


def examine(asked: FaultPlan | int, run: Run) -> Verdict:
    """Run one plan, or that of a seed, and judge it. A run that raises has broken something."""
    return _examined(asked, run)[0]


def examine_death(asked: FaultPlan | int, run: Run, *, recoveries: int) -> tuple[Verdict, ...]:
    """Examine a plan, and its run with a death at each of so many points of its recovery."""
    verdict, evidence = _examined(asked, run)
    if evidence is None or not recoveries:
        return (verdict,)
    again = deaths_in_recovery(evidence, budget=recoveries)
    return (verdict, *(examine(each, run) for each in again))


def _examined(asked: FaultPlan | int, run: Run) -> tuple[Verdict, Evidence | None]:
    before_s = _cpu_s()
    plan = draw_plan(asked) if isinstance(asked, int) else asked
    try:
        evidence = run(plan)
        violations = (*judge(evidence), *unmet(evidence))
    except Exception as error:  # noqa: BLE001 - a sweep of thousands tells of it and goes on
        spent_s = _cpu_s() - before_s
        violations = (_crashed(plan, error),)
        crashed = Verdict(plan=plan, violations=violations, sources=loaded(), cpu_s=spent_s)
        return crashed, None
    return _verdict(plan, evidence, violations, cpu_s=_cpu_s() - before_s), evidence


def _cpu_s() -> float:
    """Return the processor time of this process so far; a run replaces no clock it asks."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _verdict(
    plan: FaultPlan, evidence: Evidence, violations: tuple[Violation, ...], *, cpu_s: float
) -> Verdict:
    return Verdict(
        plan=plan,
        violations=violations,
        sources=loaded(),
        cpu_s=cpu_s,
        trace_hash=evidence.trace_hash,
        config_hash=evidence.config_hash,
        virtual_ns=evidence.plan.end_ns,
        wall_s=evidence.wall_s,
        orders=len(evidence.truth.orders),
        fills=len(evidence.truth.fills),
        requests=len(evidence.sent),
        lives=len(evidence.lives),
        points=len(evidence.points),
    )


def sweep(
    asked: Iterable[FaultPlan | int], run: Run, *, jobs: int = 1, recoveries: int = 0
) -> Iterator[tuple[Verdict, ...]]:
    """Yield the verdicts on each plan or seed, in their order.

    With `recoveries` a plan that died is run again so often, with a death in its recovery.
    """
    return spread(partial(examine_death, run=run, recoveries=recoveries), asked, jobs=jobs)


def spread(work: Callable[[T], R], items: Iterable[T], *, jobs: int, chunk: int = 4) -> Iterator[R]:
    """Yield what `work` makes of each item, in their order, over several fresh processes.

    With one job it stays in this process, so that what was changed there is in effect.
    """
    if jobs <= 1:
        yield from map(work, items)
        return
    with processes(jobs) as pool:
        yield from pool.imap(work, items, chunksize=chunk)


def _crashed(plan: FaultPlan, error: Exception) -> Violation:
    return Violation(
        invariant="world",
        at_ns=0,
        subject=f"seed {plan.seed}",
        expected="a run that comes to its end",
        found=f"{type(error).__name__}: {error}",
    )
