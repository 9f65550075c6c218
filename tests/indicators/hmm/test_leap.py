"""A leap goes where the rounds lead, and never out of the range of its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from argonaut.indicators.hmm.leap import leap
from argonaut.indicators.hmm.rounds import Numbers, Rounds, numbers_of
from argonaut.indicators.hmm.training import guess, improve
from tests.indicators.hmm.recorded import MODEL, OBSERVATIONS

BEGUN = guess(OBSERVATIONS, 3, 1, floors=np.zeros(3))


def three_rounds() -> tuple[Numbers, Numbers, Numbers]:
    rounds, first = Rounds(OBSERVATIONS), numbers_of(BEGUN)
    second = rounds.improve(first)[1]
    return first, second, rounds.improve(second)[1]


def overlapping(rows: int = 3000) -> NDArray[np.float64]:
    """Regimes that few rows tell apart, as those of a market: plain rounds creep there."""
    dice = np.random.default_rng(11)
    state, made = 0, np.empty((rows, 3))
    for t in range(rows):
        state = state if dice.random() < 0.95 else int(dice.integers(3))
        made[t] = dice.standard_normal(3) + (state - 1) * 0.5
    return made


def test_leaping_settles_in_half_the_rounds_and_no_worse() -> None:
    rows = overlapping()
    begun = guess(rows, 3, 1, floors=np.zeros(3))

    plain = improve(begun, rows, rounds_max=5000, tolerance=1e-5)
    leaping = improve(begun, rows, rounds_max=5000, tolerance=1e-5, leaps=True)

    assert plain.is_settled
    assert leaping.is_settled
    assert leaping.rounds < plain.rounds / 2
    assert leaping.log_likelihood > plain.log_likelihood - 0.01


@settings(max_examples=50, deadline=None)
@given(st.floats(1.0, 1e6))
def test_however_far_it_lands_on_a_model(most: float) -> None:
    landed = leap(*three_rounds(), spread=OBSERVATIONS.std(axis=0), most=most)

    assert landed.transition.sum(axis=1) == pytest.approx(1.0)
    assert (landed.transition >= 0).all()
    assert np.isfinite(np.log(landed.variances)).all()


def test_where_nothing_moves_it_stays() -> None:
    numbers = numbers_of(MODEL)

    stayed = leap(numbers, numbers, numbers, spread=np.ones(3), most=4.0)

    assert all(np.array_equal(a, b) for a, b in zip(stayed, numbers, strict=True))
