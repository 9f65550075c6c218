from argonaut.rehearsal.simulation.evidence import Life, Passed
from argonaut.rehearsal.simulation.exhaustive import deaths, deaths_in_recovery, dying
from argonaut.rehearsal.simulation.plan import Fault, FaultPlan
from tests.rehearsal.simulation.written import S, clean


def lived(points, lives=1, ready_s=40):
    history = clean()
    history.changes["points"] = tuple(points)
    if lives == 2:
        history.lives.append(Life(number=2, epoch="a2", began_ns=30 * S, ready_ns=int(ready_s * S)))
    return history.evidence()


def passed(number, at_s, life=1):
    return Passed(life, number, "append", int(at_s * S))


def test_there_is_a_death_for_each_point_up_to_the_calm():
    """What is sampled is what somebody thought of."""
    evidence = lived([passed(1, 1), passed(2, 10), passed(3, 59), passed(4, 100)])
    plans = list(deaths(evidence))

    assert [each.faults[-1].count for each in plans] == [1, 2, 3]
    assert {each.faults[-1].kind for each in plans} == {"crash_at_point", "power_cut_at_point"}
    assert len({each.scenario for each in plans}) == 3


def test_a_death_in_recovery_is_at_a_point_of_the_second_life():
    points = [passed(1, 1), passed(1, 31, 2), passed(2, 32, 2), passed(3, 45, 2)]
    plans = list(deaths_in_recovery(lived(points, lives=2), budget=10))

    assert [(each.faults[-1].target, each.faults[-1].count) for each in plans] == [
        ("2", 1),
        ("2", 2),
    ]


def test_a_budget_spreads_the_deaths_evenly():
    points = [passed(number, 31, 2) for number in range(1, 101)]
    plans = list(deaths_in_recovery(lived(points, lives=2), budget=4))

    assert [each.faults[-1].count for each in plans] == [1, 26, 51, 76]


def test_a_run_without_a_second_life_has_no_recovery_to_die_in():
    assert list(deaths_in_recovery(lived([passed(1, 1)]), budget=5)) == []


def test_a_death_joins_the_faults_there_are():
    plan = FaultPlan(seed=1, scenario="F10.5", faults=(Fault(kind="reply_lost", at_ns=1),))
    killed = dying(plan, passed(17, 3))

    assert killed.scenario == "F10.5@1.17"
    assert [each.kind for each in killed.faults] == ["reply_lost", "crash_at_point"]
