import pytest
from msgspec.structs import replace

from argonaut.rehearsal.simulation.mutants.lasting import LASTING
from argonaut.rehearsal.simulation.scenarios.scenario import buy, plan
from argonaut.rehearsal.simulation.world import run_plan

SHORT = replace(plan(buy(3), trade_s=6), calm_ns=1_000_000_000)


@pytest.mark.parametrize("mutant", LASTING, ids=lambda each: each.name)
def test_a_run_with_the_bug_comes_to_its_end(mutant):
    """A bug that only breaks the simulation would be caught by nothing it is about."""
    with mutant.planted():
        evidence = run_plan(SHORT)

    assert evidence.lives
