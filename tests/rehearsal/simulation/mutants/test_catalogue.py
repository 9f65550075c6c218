import pytest

from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS


def test_there_are_at_least_thirty_planted_bugs():
    assert len(MUTANTS) >= 30


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda each: each.name)
def test_a_bug_is_planted_and_leaves_no_trace(mutant):
    """A bug that stays would be found in runs that are to prove the product."""
    before = [vars(owner)[name] for owner, name, _ in mutant.patches]

    with mutant.planted():
        during = [vars(owner)[name] for owner, name, _ in mutant.patches]
    after = [vars(owner)[name] for owner, name, _ in mutant.patches]

    assert any(was is not now for was, now in zip(before, during, strict=True))
    assert all(was is now for was, now in zip(before, after, strict=True))
    assert mutant.says
