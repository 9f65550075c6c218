"""One round of training: how likely the rows are, and the numbers that explain them better.

For three states of three features the wide kernels add up what a round has to know; for any other
shape, for few rows, and for rows they would lose digits on, the plain ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.hmm.columns import model_of, parts_of
from argonaut.indicators.hmm.mirror import mirrored
from argonaut.indicators.hmm.model import GaussianHmm
from argonaut.indicators.kernels.hmm import expectation, explained, gathered, spreads
from argonaut.indicators.kernels.hmm_lanes import APART_MAX, space_of, sweep

Array = NDArray[np.float64]
Told = tuple[Array, Array, Array, Array, Array]  # as `mirrored` takes it
_LOG_TAU = float(np.log(2.0 * np.pi))
_ROWS_WIDE = 1024  # fewer are not worth the run-ups
_RUN_UP = 4  # blocks at first
_MARGIN = 1e-4  # of what a run-up may be off by, below which it was longer than need be
_FLOOR = 1e-6  # of a feature's variance over all rows; a state may not shrink onto one row


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
        variances = spreads(rows)
        self.rows = rows
        self.has_mirror = has_mirror
        self.spread = np.sqrt(variances)  # (D,)
        self.floors = _FLOOR * variances  # (D,): no variance of a state falls below
        self.done = 0
        self._run_up = _RUN_UP
        is_wide = rows.shape[0] >= _ROWS_WIDE and rows.shape[1] == 3
        self._space = space_of(rows) if is_wide else None

    def improve(self, numbers: Numbers) -> tuple[float, Numbers]:
        """Return the log likelihood of the rows under `numbers`, and better ones."""
        self.done += 1
        likelihood, told = self._widely(numbers) or self._plainly(numbers)
        return likelihood, self._better(numbers, told)

    def _widely(self, numbers: Numbers) -> tuple[float, Told] | None:
        """Ask the wide kernels; None where they do not fit."""
        space = self._space
        if space is None or numbers.means.shape != (3, 3):
            return None
        is_whole, apart, likelihood, told = sweep(space, *numbers, self._run_up)
        while is_whole and not apart <= APART_MAX:
            if self._run_up >= space.columns.shape[0]:
                self._space = None  # these rows are never forgotten within a lane
                return None
            self._run_up += max(self._run_up // 2, 1)
            is_whole, apart, likelihood, told = sweep(space, *numbers, self._run_up)
        if apart < _MARGIN * APART_MAX and self._run_up > _RUN_UP:
            self._run_up -= 1
        return (likelihood, told) if is_whole else None

    def _plainly(self, numbers: Numbers) -> tuple[float, Told]:
        start, transition, means, variances = numbers
        alphas, densities, scales, likelihood = expectation(
            self.rows, start, transition, means, 1.0 / variances, _constants(variances)
        )
        return likelihood, gathered(self.rows, transition, alphas, densities, scales)

    def _better(self, numbers: Numbers, told: Told) -> Numbers:
        """Return the numbers that explain best what was added up."""
        told = mirrored(*told) if self.has_mirror else told
        return Numbers(*explained(told, numbers.transition, self.floors))


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
