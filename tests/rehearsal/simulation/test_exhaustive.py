from msgspec.structs import replace

from argonaut.rehearsal.simulation.evidence import Life, Passed
from argonaut.rehearsal.simulation.exhaustive import deaths, deaths_in_recovery, dying
from argonaut.rehearsal.simulation.plan import Fault, FaultPlan
from tests.rehearsal.simulation.written import S, clean


def lived(points, *, died_at=None, ready_s=40):
    """A history with these points; with a point to die at it has a second life."""
    history = clean()
    history.changes["points"] = tuple(points)
    if died_at is not None:
        history.plan = dying(history.plan, passed(died_at, 30))
        history.lives.append(Life(number=2, epoch="a2", began_ns=30 * S, ready_ns=int(ready_s * S)))
    return history.evidence()


def passed(number, at_s, life=1):
    return Passed(life, number, "append", int(at_s * S))


def tried(evidence, budget):
    return [
        (each.faults[-1].target, each.faults[-1].count)
        for each in deaths_in_recovery(evidence, budget=budget)
    ]


def test_there_is_a_death_for_each_point_up_to_the_calm():
    """What is sampled is what somebody thought of."""
    evidence = lived([passed(1, 1), passed(2, 10), passed(3, 59), passed(4, 60)])
    plans = list(deaths(evidence))

    assert [each.faults[-1].count for each in plans] == [1, 2, 3]
    assert {each.faults[-1].kind for each in plans} == {"crash_at_point", "power_cut_at_point"}
    assert len({each.scenario for each in plans}) == 3


def test_a_start_that_was_refused_is_not_the_life_to_die_in():
    evidence = lived([passed(1, 1), passed(1, 10, 2)])
    refused, traded = replace(evidence.lives[0], ready_ns=None), evidence.lives[0]
    lives = (refused, replace(traded, number=2))

    assert [each.faults[-1].target for each in deaths(replace(evidence, lives=lives))] == ["2"]


def test_a_death_in_recovery_is_at_a_point_of_the_second_life():
    points = [passed(1, 1), passed(1, 31, 2), passed(2, 32, 2), passed(3, 45, 2)]

    assert tried(lived(points, died_at=1), budget=10) == [("2", 1), ("2", 2)]


def test_a_budget_spreads_the_deaths_evenly_and_neighbours_try_what_lies_between():
    """Over the deaths of a core each point of the recovery comes up."""
    points = [passed(number, 31, 2) for number in range(1, 101)]

    assert [count for _, count in tried(lived(points, died_at=0), 4)] == [1, 26, 51, 76]
    assert [count for _, count in tried(lived(points, died_at=3), 4)] == [4, 29, 54, 79]
    assert {
        count for died in range(25) for _, count in tried(lived(points, died_at=died), 4)
    } == set(range(1, 101))


def test_a_run_that_nobody_killed_has_no_recovery_to_die_in():
    assert tried(lived([passed(1, 1)]), budget=5) == []


def test_a_run_without_a_second_life_has_no_recovery_to_die_in():
    evidence = lived([passed(1, 1)], died_at=1)

    assert tried(replace(evidence, lives=evidence.lives[:1]), budget=5) == []


def test_a_death_joins_the_faults_there_are():
    plan = FaultPlan(seed=1, scenario="F10.5", faults=(Fault(kind="reply_lost", at_ns=1),))
    killed = dying(plan, passed(17, 3))

    assert killed.scenario == "F10.5@1.17"
    assert [each.kind for each in killed.faults] == ["reply_lost", "crash_at_point"]
