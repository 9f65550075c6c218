import pytest
from msgspec.structs import replace

from argonaut.rehearsal.simulation.plan import Fault, PlanError, plan_of_json
from argonaut.rehearsal.simulation.scenarios.catalogue import SCENARIOS, scenario_of, unmet
from tests.rehearsal.simulation.written import clean


@pytest.mark.parametrize("number", [*range(1, 17), 21, 24, 25, 28, 30, 31, 36, 38, 40, 46])
def test_every_row_of_the_failure_model_that_a_run_can_show_is_there(number):
    assert f"F{number:02}" in SCENARIOS


def test_there_are_at_least_twenty_cores_for_every_crash_point():
    assert len({scenario.core.to_json() for scenario in SCENARIOS.values()}) >= 20


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda each: each.name)
def test_the_plans_of_a_scenario_are_whole_and_differ(scenario):
    """A grid that repeats one plan looks like coverage and is none."""
    bare = {plan.to_json().replace(plan.scenario.encode(), b"") for plan in scenario.plans}

    assert len(bare) == len(scenario.plans)
    assert len({plan.seed for plan in scenario.plans}) == len(scenario.plans)
    for plan in scenario.plans:
        assert plan.scenario.startswith(f"{scenario.name}.")
        assert plan_of_json(plan.to_json()) == plan


def test_f10_is_the_whole_grid_of_delays_and_outcomes():
    """One delay left out is the one a venue will have."""
    names = ("F10", "F10-partially", "F10-accepted", "F10-rejected")

    assert sum(len(SCENARIOS[name].plans) for name in names) == 6 * 4


def test_a_scenario_is_found_by_its_name_and_a_wrong_one_is_refused():
    assert scenario_of("f10") is SCENARIOS["F10"]
    with pytest.raises(PlanError, match="want a scenario of F01"):
        scenario_of("F99")


def of_scenario(name):
    evidence = clean().evidence()
    return replace(evidence, plan=replace(evidence.plan, scenario=name))


def test_what_a_scenario_expected_and_did_not_get_is_a_violation():
    """A scenario whose fault never happened must not count as passed."""
    missing = unmet(of_scenario("F01.3"))[0]

    assert (missing.invariant, missing.expected, missing.found) == (
        "expected",
        "a second life",
        "one",
    )


def test_a_fault_that_struck_nothing_is_a_violation():
    """A venue that was never asked did not lie, and the scenario proved nothing."""
    quiet = replace(of_scenario("F10-unknown.2"), struck=(0,))
    quiet = replace(quiet, plan=SCENARIOS["F10-unknown"].plans[2])

    assert "reply_lost POST /api/v3/order of 9 s to strike" in unmet(quiet)[0].expected


def test_a_plan_with_a_death_added_is_held_to_the_invariants_and_dies_of_it():
    """A death that did not happen is no crash point tried."""
    died = of_scenario("F01.3@1.44")
    death = Fault(kind="crash_at_point", at_ns=0, target="1", count=44)
    died = replace(died, plan=replace(died.plan, faults=(death,)), struck=(1,))

    assert unmet(died) == ()
    assert "crash_at_point 1" in unmet(replace(died, struck=(0,)))[0].expected
    assert unmet(of_scenario("")) == ()
