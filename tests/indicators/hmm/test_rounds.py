"""A fast round of training is a plain one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.indicators.hmm.rounds import Rounds, numbers_of
from argonaut.indicators.hmm.training import guess
from tests.indicators.hmm.recorded import MODEL, OBSERVATIONS


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(30, 400),
    scale=st.sampled_from([1e-4, 1.0, 1e3]),
    feature=st.integers(0, 2),
)
def test_whatever_the_rows_a_fast_round_makes_what_a_plain_one_makes(
    seed: int, rows: int, scale: float, feature: int
) -> None:
    made = np.random.default_rng(seed).standard_t(3, (rows, 3)) * scale
    numbers = numbers_of(guess(made, 3, feature, floors=np.full(3, 1e-30)))
    rounds = Rounds(made)

    for _ in range(3):
        plain_likelihood, plain = rounds._plainly(numbers)
        likelihood, better = rounds.improve(numbers)

        assert likelihood == pytest.approx(plain_likelihood, rel=1e-10, abs=1e-8)
        for fast, slow in zip(better, plain, strict=True):
            assert np.allclose(fast, slow, rtol=1e-6, atol=1e-9 * scale * scale)
        numbers = better


def test_rows_beyond_every_state_are_trained_on_all_the_same() -> None:
    """A price that jumps by a thousand deviations is real; the round must not break on it."""
    rows = OBSERVATIONS.copy()
    rows[100] = 1e3

    likelihood, better = Rounds(rows).improve(numbers_of(MODEL))

    assert np.isfinite(likelihood)
    assert all(np.isfinite(each).all() for each in better)


def test_another_number_of_states_or_features_is_trained_plainly() -> None:
    two = numbers_of(guess(OBSERVATIONS[:, :2], 2, 0, floors=np.zeros(2)))
    rounds = Rounds(OBSERVATIONS[:, :2].copy())

    first, better = rounds.improve(two)

    assert rounds.improve(better)[0] > first
