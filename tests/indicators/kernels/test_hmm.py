"""The kernels are their own plain Python, only faster."""

from __future__ import annotations

import numpy as np

from argonaut.indicators.hmm.columns import parts_of
from argonaut.indicators.kernels.hmm import expectation, forward, maximization
from tests.indicators.hmm.recorded import MODEL, OBSERVATIONS, RECORDED

PARTS = parts_of(MODEL)
FLOORS = np.full(3, 1e-12)


def test_compiled_and_plain_filter_are_equal_to_the_last_bit() -> None:
    assert (forward(OBSERVATIONS, *PARTS) == forward.py_func(OBSERVATIONS, *PARTS)).all()


def test_compiled_and_plain_training_are_equal() -> None:
    """A compiler may not take another order of adding."""
    compiled = expectation(OBSERVATIONS, *PARTS)
    plain = expectation.py_func(OBSERVATIONS, *PARTS)

    steps = zip(
        maximization(OBSERVATIONS, PARTS[1], *compiled[:3], FLOORS),
        maximization.py_func(OBSERVATIONS, PARTS[1], *plain[:3], FLOORS),
        strict=True,
    )

    assert all((np.asarray(a) == b).all() for a, b in zip(compiled, plain, strict=True))
    assert all(np.array_equal(a, b) for a, b in steps)


def test_the_likelihood_is_that_of_the_oracle() -> None:
    assert abs(expectation(OBSERVATIONS, *PARTS)[-1] - RECORDED["log_likelihood"]) < 1e-6


def test_a_variance_does_not_fall_below_its_floor() -> None:
    """A state on a single row would explain it infinitely well."""
    alphas, densities, scales, _ = expectation(OBSERVATIONS, *PARTS)
    floors = np.array([1.0, 2.0, 3.0])

    variances = maximization(OBSERVATIONS, PARTS[1], alphas, densities, scales, floors)[-1]

    assert (variances >= floors).all()
