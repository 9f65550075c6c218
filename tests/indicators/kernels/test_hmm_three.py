"""The fast kernels are the plain ones, but for the last digits of long sums."""

from __future__ import annotations

import numpy as np
import pytest

from argonaut.indicators.hmm.columns import parts_of
from argonaut.indicators.kernels.hmm import expectation
from argonaut.indicators.kernels.hmm_three import SCALE_EVERY, passes, relative_densities
from tests.indicators.hmm.recorded import MODEL, OBSERVATIONS

PARTS = parts_of(MODEL)
ROWS = len(OBSERVATIONS)


def test_densities_and_likelihood_are_those_of_the_plain_kernel() -> None:
    densities = np.empty((3, ROWS))
    alphas, betas = np.empty((3, ROWS)), np.empty((3, ROWS))
    scales = np.empty((ROWS - 1) // SCALE_EVERY + 1)

    highest = relative_densities(np.ascontiguousarray(OBSERVATIONS.T), *PARTS[2:], densities)
    is_whole = passes(PARTS[0], PARTS[1], densities, alphas, betas, scales)

    _, plain, _, likelihood = expectation(OBSERVATIONS, *PARTS)
    assert is_whole
    assert np.abs(densities.T - plain).max() < 1e-14
    assert highest + np.log(scales).sum() == pytest.approx(likelihood, abs=1e-8)


def test_a_row_that_no_state_can_have_led_to_is_told_and_not_divided_by() -> None:
    """Digits lost here would be a wrong model that nobody notices."""
    densities = np.ones((3, 40))
    densities[:, 17] = 0.0
    alphas, betas, scales = np.empty((3, 40)), np.empty((3, 40)), np.empty(5)

    assert not passes(PARTS[0], PARTS[1], densities, alphas, betas, scales)
