"""Each named scenario's core, run: the whole of every scenario is `argonaut simulate`'s."""

import pytest

from argonaut.rehearsal.simulation.scenarios.catalogue import SCENARIOS
from argonaut.rehearsal.simulation.sweep import examine
from argonaut.rehearsal.simulation.world import run_plan


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_core_of_a_scenario_brings_its_row_about_and_holds(name):
    """A scenario that only exists is a promise nobody has tried."""
    verdict = examine(SCENARIOS[name].core, run_plan)

    assert [each.sentence for each in verdict.violations] == []
