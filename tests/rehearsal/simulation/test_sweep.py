from msgspec.structs import replace

from argonaut.rehearsal.simulation.evidence import Life, Passed
from argonaut.rehearsal.simulation.exhaustive import dying
from argonaut.rehearsal.simulation.plan import FaultPlan
from argonaut.rehearsal.simulation.sweep import examine, sweep
from tests.rehearsal.simulation.written import S, clean


def run_well(plan):
    """A world in which nothing happens but what is written."""
    evidence = clean().evidence()
    return replace(evidence, plan=replace(evidence.plan, seed=plan.seed), wall_s=0.5)


def run_badly(plan):
    """A world in which every third trader is not ready at the end."""
    evidence = run_well(plan)
    is_ready = bool(plan.seed % 3)
    return replace(evidence, belief=replace(evidence.belief, is_ready=is_ready))


def run_into_a_bug(plan):
    raise KeyError(plan.seed)


def plans(count):
    return [FaultPlan(seed=seed) for seed in range(count)]


def test_a_run_that_holds_is_ok_and_counts_what_there_was():
    verdict = examine(FaultPlan(seed=4), run_well)

    assert verdict.is_ok
    assert (verdict.orders, verdict.fills, verdict.requests, verdict.lives) == (2, 1, 2, 1)
    assert verdict.trace_hash == "a"
    assert verdict.wall_s == 0.5


def test_a_world_that_breaks_down_is_a_failure_too():
    """A simulation that dies quietly would count as one that found nothing."""
    verdict = examine(FaultPlan(seed=4), run_into_a_bug)

    assert verdict.broken == ("world",)
    assert "KeyError: 4" in verdict.violations[0].found


def test_the_processor_is_counted_in_a_run_and_in_one_that_breaks_down():
    """What a hundred thousand seeds cost is summed up from it."""

    def spent(plan):
        sum(range(300_000))
        return run_well(plan)

    def spent_in_vain(plan):
        sum(range(300_000))
        raise KeyError(plan.seed)

    assert examine(FaultPlan(seed=4), spent).cpu_s > 0
    assert examine(FaultPlan(seed=4), spent_in_vain).cpu_s > 0


def test_verdicts_come_in_the_order_of_the_plans():
    found = [verdict.broken for (verdict,) in sweep(plans(5), run_badly)]

    assert found == [("I29",), (), (), ("I29",), ()]


def test_a_seed_is_drawn_where_it_is_run():
    """A hundred thousand plans need not be in memory to be run one after the other."""
    [(verdict,)] = sweep([7], run_well)

    assert verdict.plan.seed == 7


def test_several_processes_find_the_same():
    """A seed must mean the same on a machine with one core and on one with sixty."""
    alone = [(v.plan.seed, v.broken) for (v,) in sweep(plans(7), run_badly)]
    together = [(v.plan.seed, v.broken) for (v,) in sweep(plans(7), run_badly, jobs=2)]

    assert alone == together


def run_and_restart(plan):
    """A world whose trader dies where the plan says, and passes three points as it recovers."""
    evidence = run_well(plan)
    again = Life(number=2, epoch="a2", began_ns=30 * S, ready_ns=40 * S)
    points = tuple(Passed(2, number, "append", 31 * S) for number in range(1, 4))
    lives = (*evidence.lives, again)
    return replace(evidence, plan=plan, lives=lives, points=points, struck=(1,) * 2)


def test_a_run_that_died_is_run_again_with_deaths_in_its_recovery():
    """Machines that crash, crash again when they start."""
    died = dying(clean().plan, Passed(1, 2, "append", 30 * S))
    [verdicts] = sweep([died], run_and_restart, recoveries=2)

    assert [each.plan.scenario.count("@") for each in verdicts] == [1, 2, 2]
    assert len(next(sweep([clean().plan], run_and_restart, recoveries=2))) == 1
