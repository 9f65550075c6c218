"""Every scenario by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from argonaut.rehearsal.simulation.evidence import Evidence
from argonaut.rehearsal.simulation.invariants.case import Case, Violation, at
from argonaut.rehearsal.simulation.plan import PlanError
from argonaut.rehearsal.simulation.scenarios.expect import strikes
from argonaut.rehearsal.simulation.scenarios.machine import MACHINE
from argonaut.rehearsal.simulation.scenarios.orders import ORDER_LIVES
from argonaut.rehearsal.simulation.scenarios.outside import OUTSIDE
from argonaut.rehearsal.simulation.scenarios.requests import REQUESTS
from argonaut.rehearsal.simulation.scenarios.scenario import Scenario
from argonaut.rehearsal.simulation.scenarios.streams import STREAMS

SCENARIOS: Mapping[str, Scenario] = {
    each.name: each
    for each in sorted(
        (*MACHINE, *STREAMS, *REQUESTS, *ORDER_LIVES, *OUTSIDE), key=lambda each: each.name
    )
}


def scenario_of(name: str) -> Scenario:
    """Return a scenario by its name, in capitals or not.

    Raises:
        PlanError: There is none of that name.
    """
    found = {each.lower(): scenario for each, scenario in SCENARIOS.items()}.get(name.lower())
    if found is None:
        raise PlanError(f"want a scenario of {', '.join(SCENARIOS)}, not {name!r}")
    return found


def unmet(evidence: Evidence) -> tuple[Violation, ...]:
    """Return what the scenario a plan belongs to expected of its run and did not get.

    Every scenario expects each of its faults to strike.

    A plan that a death was added to is held to the invariants, and has to die of it.
    """
    name, case = evidence.plan.scenario, Case(evidence)
    scenario = SCENARIOS.get(name.rpartition(".")[0])
    said: Iterable[str] = ()
    if "@" in name:
        said = (each for each in strikes(case) if "_at_point" in each)
    elif scenario is not None:
        said = (*strikes(case), *scenario.disappointments(case))
    return tuple(at("expected", evidence.plan.end_ns, name, *_halves(each)) for each in said)


def _halves(said: str) -> tuple[str, str]:
    """Part "want this, found that" in two."""
    wanted, _, found = said.partition(", found ")
    return wanted.partition("want ")[2] or wanted, found or "not so"
