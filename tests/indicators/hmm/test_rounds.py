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
    rows=st.integers(30, 400) | st.integers(1024, 2500),
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
        plain_likelihood, told = rounds._plainly(numbers)
        plain = rounds._better(numbers, told)
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


def test_a_longer_run_up_is_taken_where_a_short_one_does_not_do() -> None:
    """Regimes that last for hundreds of rows are not forgotten within sixty-four."""
    dice = np.random.default_rng(5)
    states = np.repeat(dice.integers(0, 3, 20), 300)
    rows = dice.standard_normal((6000, 3)) + 0.3 * (states[:, np.newaxis] - 1)
    slow = numbers_of(guess(rows, 3, 0, floors=np.full(3, 1e-12)))._replace(
        transition=np.full((3, 3), 0.001) + np.eye(3) * 0.997,
        means=np.array([[-0.3] * 3, [0.0] * 3, [0.3] * 3]),
        variances=np.ones((3, 3)),
    )
    rounds = Rounds(rows)

    likelihood, better = rounds.improve(slow)

    plain_likelihood, told = rounds._plainly(slow)
    assert rounds._run_up > 4
    assert likelihood == pytest.approx(plain_likelihood, abs=1e-7)
    for fast, slow_one in zip(better, rounds._better(slow, told), strict=True):
        assert np.allclose(fast, slow_one, rtol=1e-8, atol=1e-10)


def test_a_run_up_that_is_longer_than_need_be_becomes_shorter() -> None:
    rows = np.resize(OBSERVATIONS, (6000, 3))
    rounds = Rounds(rows)
    rounds._run_up = 12

    for _ in range(3):
        rounds.improve(numbers_of(MODEL))

    assert rounds._run_up == 9


def test_rows_that_are_never_forgotten_are_trained_on_plainly() -> None:
    rows = np.random.default_rng(3).standard_normal((4096, 3))
    still = numbers_of(MODEL)._replace(
        transition=np.full((3, 3), 5e-7) + np.eye(3) * (1 - 1.5e-6),
        means=np.array([[-0.01, 0.0, 0.0], [0.0, 0.0, 0.0], [0.01, 0.0, 0.0]]),
        variances=np.ones((3, 3)),
    )
    rounds = Rounds(rows)

    likelihood, _ = rounds.improve(still)

    assert rounds._space is None
    assert likelihood == rounds._plainly(still)[0]


def test_a_variance_does_not_fall_below_its_floor() -> None:
    """A state on a single row would explain it infinitely well."""
    rounds = Rounds(OBSERVATIONS)
    rounds.floors = np.array([1.0, 2.0, 3.0])

    _, better = rounds.improve(numbers_of(MODEL))

    assert (better.variances >= rounds.floors).all()


def test_another_number_of_states_or_features_is_trained_plainly() -> None:
    two = numbers_of(guess(OBSERVATIONS[:, :2], 2, 0, floors=np.zeros(2)))
    rounds = Rounds(OBSERVATIONS[:, :2].copy())

    first, better = rounds.improve(two)

    assert rounds.improve(better)[0] > first
