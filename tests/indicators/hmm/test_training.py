"""Training finds what made the rows, the same way every time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.training import guess, improve, train
from tests.indicators.hmm.recorded import MODEL, OBSERVATIONS, RECORDED


def test_round_by_round_it_is_what_hmmlearn_trains() -> None:
    wanted = RECORDED["trained"]

    made = improve(MODEL, OBSERVATIONS, rounds_max=wanted["rounds"], tolerance=-1e9)

    assert made.log_likelihood == pytest.approx(wanted["log_likelihood"], abs=1e-6)
    for name in ("start", "transition", "means", "variances"):
        apart = np.abs(np.array(getattr(made.model, name)) - np.array(wanted[name])).max()
        assert apart < 1e-9, name


def test_no_round_makes_it_worse() -> None:
    """The law of the method; a wrong formula breaks it."""
    model = guess(OBSERVATIONS, 3, 1, floors=np.zeros(3))
    likelihoods = []
    for _ in range(15):
        step = improve(model, OBSERVATIONS, rounds_max=1, tolerance=-1e9)
        likelihoods.append(step.log_likelihood)
        model = step.model

    assert all(after >= before - 1e-9 for before, after in pairwise(likelihoods))


def test_it_finds_the_regimes_that_made_the_rows() -> None:
    """Rows were drawn with means -0.02, 0 and 0.02 of the first feature."""
    told: list[int] = []

    made = train(OBSERVATIONS, 3, progress=told.append)

    assert made.is_settled
    assert [row[0] for row in made.model.means] == pytest.approx([-0.02, 0.0, 0.02], abs=0.008)
    assert told == [1, 2, 3]


def test_the_same_rows_make_the_same_model() -> None:
    assert train(OBSERVATIONS, 3) == train(OBSERVATIONS.copy(), 3)


def test_rounds_end_when_they_are_used_up() -> None:
    made = improve(MODEL, OBSERVATIONS, rounds_max=2, tolerance=-1e9)

    assert (made.rounds, made.is_settled) == (2, False)


def test_too_little_or_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(IndicatorError, match="at least 30 rows for 3 states, not 29"):
        train(OBSERVATIONS[:29], 3)
    with pytest.raises(IndicatorError, match="feature 1 never changes"):
        train(np.column_stack([OBSERVATIONS[:, 0], np.ones(len(OBSERVATIONS))]), 3)
    with pytest.raises(IndicatorError, match="shape"):
        train(np.zeros(100), 3)
