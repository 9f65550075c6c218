from msgspec.structs import replace

from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan
from argonaut.rehearsal.simulation.shrink import Shrinker
from argonaut.rehearsal.simulation.swarm import draw_plan


def crowded() -> FaultPlan:
    """A drawn plan with several kinds of fault, a crash among them, and many wishes."""
    for seed in range(2_000):
        plan = draw_plan(seed)
        kinds = {each.kind for each in plan.faults}
        if "crash" in kinds and len(kinds) >= 4 and len(plan.wishes) >= 8:
            return plan
    raise AssertionError("want a plan with a crash among many faults")


def needs_a_crash_and_a_buy(plan):
    """Stands for a bug: it needs one crash after one buy, and nothing else."""
    crashes = [each.at_ns for each in plan.faults if each.kind == "crash"]
    buys = [each.at_ns for each in plan.wishes if each.side == "buy"]
    return bool(crashes and buys) and max(crashes) > min(buys)


def failing(plan):
    return replace(plan, faults=tuple(
        replace(each, at_ns=plan.trade_ns) if each.kind == "crash" else each for each in plan.faults
    ))  # fmt: skip


def test_what_does_not_matter_is_dropped():
    """Nobody finds the cause among forty faults; one crash and one buy can be read."""
    plan = failing(crowded())
    assert needs_a_crash_and_a_buy(plan)

    small = Shrinker(needs_a_crash_and_a_buy).shrink(plan)

    assert needs_a_crash_and_a_buy(small)
    assert [each.kind for each in small.faults] == ["crash"]
    assert [each.side for each in small.wishes] == ["buy"]
    assert small.faults[0].for_ns <= SECOND_NS
    assert small.market.step_ticks == FaultPlan(seed=0).market.step_ticks
    assert small.size < plan.size
    assert small.seed == plan.seed


def test_a_plan_that_cannot_be_smaller_stays():
    plan = failing(crowded())

    assert Shrinker(lambda other: other == plan).shrink(plan) == plan


def test_the_tries_are_bounded():
    """A run may take seconds; whoever waits wants an end."""
    seen: list[FaultPlan] = []
    shrinker = Shrinker(needs_a_crash_and_a_buy, tries_max=7, on_try=seen.append)

    small = shrinker.shrink(failing(crowded()))

    assert shrinker.tries == len(seen) == 7
    assert needs_a_crash_and_a_buy(small)
