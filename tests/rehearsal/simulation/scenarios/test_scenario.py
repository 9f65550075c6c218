from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.scenarios.expect import dies, doubts
from argonaut.rehearsal.simulation.scenarios.scenario import buy, fault, plan, scenario, sell
from tests.rehearsal.simulation.written import S, clean


def case_of(history):
    return Case(history.evidence())


def test_a_plan_sorts_its_events_and_a_scenario_names_and_seeds_its_plans():
    made = scenario(
        "F99",
        "A title",
        [plan(sell(9), fault("crash", 7), buy(3)), plan(buy(1))],
        core=1,
    )

    assert [each.signal_id for each in made.plans[0].wishes] == ["buy", "sell"]
    assert [each.scenario for each in made.plans] == ["F99.0", "F99.1"]
    assert [each.seed for each in made.plans] == [0, 1]
    assert made.core is made.plans[1]
    assert made.plans[0].faults[0].at_ns == 7 * S


def test_a_scenario_tells_what_it_misses():
    made = scenario("F99", "A title", [plan(buy(1))], dies, doubts)

    assert len(made.disappointments(case_of(clean()))) == 2
