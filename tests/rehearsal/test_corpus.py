"""Every failure the simulation ever found, in its smallest form, has to hold from then on."""

from pathlib import Path

import pytest

from argonaut.rehearsal.simulation.failure import load_corpus
from argonaut.rehearsal.simulation.sweep import examine
from argonaut.rehearsal.simulation.world import run_plan

CORPUS = dict(load_corpus(Path(__file__).parent / "corpus"))


@pytest.mark.parametrize("name", CORPUS)
def test_what_was_found_once_stays_mended(name):
    """A bug that comes back has cost twice, and been looked for once."""
    verdict = examine(CORPUS[name].plan, run_plan)

    assert [each.sentence for each in verdict.violations] == []
