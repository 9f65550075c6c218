"""The proof of the proof, at every commit: each planted bug at the seed on record for it."""

from functools import lru_cache

import pytest

from argonaut.rehearsal.simulation.hunt import SEEDS_MAX
from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS
from argonaut.rehearsal.simulation.sweep import examine
from argonaut.rehearsal.simulation.world import run_plan
from tools.reference.planted_bugs import recorded

CAUGHT = recorded()


@lru_cache
def broken_without(seed):
    """What a seed breaks when no bug is planted: nothing, or what is not known to be mended."""
    return set(examine(seed, run_plan).broken)


def finds(mutant, seed):
    with mutant.planted():
        broken = set(examine(seed, run_plan).broken)
    return bool(broken - broken_without(seed))


def test_every_planted_bug_is_on_record_within_a_thousand_seeds():
    assert list(CAUGHT) == list(MUTANTS)
    assert all(each.seed is not None and each.seed < SEEDS_MAX for each in CAUGHT.values())


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda each: each.name)
def test_a_planted_bug_is_caught_where_the_record_says(mutant):
    """What is not caught any more was not mended: a part of the oracle or of the swarm is gone."""
    catch = CAUGHT[mutant.name]
    assert catch.seed is not None, "it is on record as not found"
    seeds = (catch.seed, *catch.spares)

    wanted = f"none of the seeds {seeds} finds it any more; run python -m tools.plant_bugs"
    assert any(finds(mutant, seed) for seed in seeds), wanted
