"""One round of training: how likely the rows are, and the numbers that explain them better.

For three states of three features the fast kernels do it; for any other shape, and for rows they
would lose digits on, the plain ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.hmm.columns import model_of, parts_of
from argonaut.indicators.hmm.mirror import mirrored
from argonaut.indicators.hmm.model import GaussianHmm
from argonaut.indicators.kernels.hmm import expectation, maximization
from argonaut.indicators.kernels.hmm_three import (
    SCALE_EVERY,
    moments,
    moves,
    passes,
    relative_densities,
)

Array = NDArray[np.float64]
_LOG_TAU = float(np.log(2.0 * np.pi))
_FAST_SHAPE = (3, 3)
_FLOOR = 1e-6  # of a feature's variance over all rows; a state may not shrink onto one row
_LEAST = 1e-300  # divides where a state explains no row at all


class Numbers(NamedTuple):
    """A model as arrays: start (K,), transition (K, K), means (K, D), variances (K, D)."""

    start: Array
    transition: Array
    means: Array
    variances: Array

    def model(self) -> GaussianHmm:
        """Return the checked model of these numbers."""
        return model_of(*self)


def numbers_of(model: GaussianHmm) -> Numbers:
    """Return a model as arrays."""
    start, transition, means, _, _ = parts_of(model)
    return Numbers(start, transition, means, np.array(model.variances))


class Rounds:
    """The rows to learn from, (T, D) and finite, with the memory that every round works in."""

    def __init__(self, rows: Array, *, has_mirror: bool = False) -> None:
        count = rows.shape[0]
        variances = rows.var(axis=0)
        self.rows = rows
        self.has_mirror = has_mirror
        self.spread = np.sqrt(variances)  # (D,)
        self.floors = _FLOOR * variances  # (D,): no variance of a state falls below
        self.done = 0
        self._columns = np.ascontiguousarray(rows.T)
        self._densities, self._alphas, self._betas = (np.empty((3, count)) for _ in range(3))
        self._scales = np.empty((count - 1) // SCALE_EVERY + 1)

    def improve(self, numbers: Numbers) -> tuple[float, Numbers]:
        """Return the log likelihood of the rows under `numbers`, and better ones."""
        self.done += 1
        start, transition, means, variances = numbers
        if means.shape != _FAST_SHAPE:
            return self._plainly(numbers)
        densities, alphas, betas, scales = (
            self._densities,
            self._alphas,
            self._betas,
            self._scales,
        )
        highest = relative_densities(
            self._columns, means, 1.0 / variances, _constants(variances), densities
        )
        if not passes(start, transition, densities, alphas, betas, scales):
            return self._plainly(numbers)
        likelihood = float(highest + np.log(scales).sum())
        occupied, sums, squares, first = moments(self._columns, alphas, betas, densities)
        moved = moves(transition, alphas, densities, scales)
        if self.has_mirror:
            occupied, sums, squares, moved, first = mirrored(occupied, sums, squares, moved, first)
        left = moved.sum(axis=1, keepdims=True)
        better = np.where(left > 0, moved / np.maximum(left, _LEAST), transition)
        weights = np.maximum(occupied, _LEAST)[:, np.newaxis]
        means = sums / weights
        variances = np.maximum(squares / weights - means * means, self.floors)
        return likelihood, Numbers(first, better, means, variances)

    def _plainly(self, numbers: Numbers) -> tuple[float, Numbers]:
        start, transition, means, variances = numbers
        alphas, densities, scales, likelihood = expectation(
            self.rows, start, transition, means, 1.0 / variances, _constants(variances)
        )
        better = maximization(self.rows, transition, alphas, densities, scales, self.floors)
        made = Numbers(*better)
        return likelihood, balanced(made) if self.has_mirror else made


def balanced(numbers: Numbers) -> Numbers:
    """Return numbers with a mirror in them: each state and its image take their middle."""
    start, transition, means, variances = numbers
    _, sums, squares, moves, first = mirrored(
        np.ones(start.shape[0]), means, variances, transition, start
    )
    return Numbers(first, moves * 0.5, sums * 0.5, squares * 0.5)


def _constants(variances: Array) -> Array:
    """Return the part (K,) of each state's log density that no observation changes."""
    made: Array = -0.5 * (variances.shape[1] * _LOG_TAU + np.log(variances).sum(axis=1))
    return made
