"""The kernels are their own plain Python, only faster."""

from __future__ import annotations

import numpy as np

from argonaut.indicators.hmm.columns import parts_of
from argonaut.indicators.kernels.hmm import (
    expectation,
    explained,
    forward,
    gathered,
    landed,
    spreads,
)
from tests.indicators.hmm.recorded import MODEL, OBSERVATIONS, RECORDED

PARTS = parts_of(MODEL)


def test_compiled_and_plain_filter_are_equal_to_the_last_bit() -> None:
    assert (forward(OBSERVATIONS, *PARTS) == forward.py_func(OBSERVATIONS, *PARTS)).all()


def test_compiled_and_plain_training_are_equal() -> None:
    """A compiler may not take another order of adding."""
    compiled = expectation(OBSERVATIONS, *PARTS)
    plain = expectation.py_func(OBSERVATIONS, *PARTS)

    steps = zip(
        gathered(OBSERVATIONS, PARTS[1], *compiled[:3]),
        gathered.py_func(OBSERVATIONS, PARTS[1], *plain[:3]),
        strict=True,
    )

    assert all((np.asarray(a) == b).all() for a, b in zip(compiled, plain, strict=True))
    assert all(np.array_equal(a, b) for a, b in steps)


def test_the_likelihood_is_that_of_the_oracle() -> None:
    assert abs(expectation(OBSERVATIONS, *PARTS)[-1] - RECORDED["log_likelihood"]) < 1e-6


def test_what_explains_it_best_is_the_means_of_what_was_gathered() -> None:
    told = gathered(OBSERVATIONS, PARTS[1], *expectation(OBSERVATIONS, *PARTS)[:3])
    occupied, sums, squares, moves, first = told

    start, transition, means, variances = explained(told, PARTS[1], np.zeros(3))

    assert np.array_equal(start, first)
    assert np.allclose(transition, moves / moves.sum(axis=1, keepdims=True), rtol=1e-14)
    assert np.allclose(means, sums / occupied[:, None], rtol=1e-14)
    assert np.allclose(variances, squares / occupied[:, None] - means**2, rtol=1e-12)


def test_a_state_that_was_never_left_keeps_its_moves_and_no_variance_is_below_its_floor() -> None:
    """A state on a single row would explain it infinitely well."""
    none = (np.array([1.0, 0.0]), np.ones((2, 1)), np.ones((2, 1)), np.zeros((2, 2)), np.ones(2))
    kept = np.array([[0.9, 0.1], [0.2, 0.8]])

    _, transition, _, variances = explained(none, kept, np.array([0.25]))

    assert np.array_equal(transition, kept)
    assert (variances >= 0.25).all()


def test_the_spread_of_a_column_is_about_its_mean() -> None:
    """Prices of sixty thousand must not swallow a move of one."""
    rows = OBSERVATIONS + 1e6

    assert np.allclose(spreads(rows), rows.var(axis=0), rtol=1e-9)


def test_a_leap_goes_on_as_far_as_its_two_steps_point() -> None:
    """Steps of 1 and then of a half point to 2, wherever they are counted in."""
    even, ones = np.full(2, 0.5), np.ones((2, 1))
    first, second, third = (
        (even, np.full((2, 2), 0.5), np.array([[mean], [0.0]]), ones) for mean in (0.0, 1.0, 1.5)
    )

    _, transition, means, variances = landed(first, second, third, np.array([1.0]), 100.0)

    assert np.allclose(means, [[2.0], [0.0]])
    assert np.allclose(transition, 0.5)
    assert np.allclose(variances, 1.0)
