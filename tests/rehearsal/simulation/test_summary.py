from argonaut.rehearsal.simulation.invariants.case import Violation
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault, FaultPlan
from argonaut.rehearsal.simulation.summary import Summary, name_of
from argonaut.rehearsal.simulation.sweep import Verdict

BROKEN = Violation(invariant="I03", at_ns=SECOND_NS, subject="a", expected="one", found="two")


def verdict(seed, *violations, **more):
    plan = FaultPlan(seed=seed, faults=(Fault(kind="crash", at_ns=1),))
    settings = {"trace_hash": f"t{seed}", "virtual_ns": 100 * SECOND_NS, "wall_s": 0.1, **more}
    return Verdict(plan=plan, violations=violations, **settings)


def test_figures_add_up():
    summary = Summary()
    summary.take(verdict(1, orders=3, fills=2, lives=2, requests=9, points=40))
    summary.take(verdict(2, BROKEN, BROKEN, orders=1, lives=1))
    figures = summary.figures(wall_s=0.5)

    assert (figures["runs"], figures["failed"]) == (2, 1)
    assert (figures["orders"], figures["fills"], figures["deaths"], figures["points"]) == (
        4,
        2,
        1,
        40,
    )
    assert figures["broken"] == {"I03": 1}
    assert figures["runs_with_fault"] == {"crash": 2}
    assert figures["times_real_time"] == 400
    assert figures["times_real_time_per_process"] == 1000


def test_a_failure_says_how_to_see_it_again():
    summary = Summary()
    summary.take(verdict(77, BROKEN))
    [failure] = summary.figures(1.0)["failures"]

    assert failure["seed"] == 77
    assert failure["broken"] == ["I03"]
    assert "found two" in failure["said"][0]


def test_the_hash_over_all_traces_goes_by_their_order():
    """Two machines that agree on a hundred thousand runs agree on one line."""
    one, other, swapped = Summary(), Summary(), Summary()
    for summary, seeds in ((one, (1, 2)), (other, (1, 2)), (swapped, (2, 1))):
        for seed in seeds:
            summary.take(verdict(seed))

    assert one.trace_sha256 == other.trace_sha256 != swapped.trace_sha256


def test_what_is_kept_of_failures_is_bounded():
    summary = Summary()
    for seed in range(150):
        summary.take(verdict(seed, BROKEN))

    assert (summary.failed, len(summary.failing)) == (150, 100)


def test_a_sweep_of_nothing_divides_by_nothing():
    assert Summary().figures(0.0)["times_real_time"] == 0.0


def test_a_run_is_called_by_its_scenario_or_its_seed():
    assert name_of(FaultPlan(seed=4)) == "seed 4"
    assert name_of(FaultPlan(seed=4, scenario="F10.2")) == "F10.2"
