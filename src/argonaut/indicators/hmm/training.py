"""Training by expectation and maximization (Baum and Welch): the same rows, the same model.

No dice: it begins from a few plain guesses, one split by each feature, and keeps the best.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.columns import checked, model_of, parts_of
from argonaut.indicators.hmm.model import GaussianHmm
from argonaut.indicators.kernels.hmm import expectation, maximization

Array = NDArray[np.float64]
_STAYING = 0.9  # first guess of how likely a state is to stay
_FLOOR = 1e-6  # of a feature's variance over all rows; a state may not shrink onto one row


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """A model, how well it explains its rows, and whether it had stopped getting better."""

    model: GaussianHmm
    log_likelihood: float
    rounds: int
    is_settled: bool


def train(
    observations: Array,
    states: int,
    *,
    rounds_max: int = 200,
    tolerance: float = 1e-4,
    progress: Callable[[int], None] | None = None,
) -> Trained:
    """Train on (T, D) observations; states are ordered by their mean of the first feature.

    `tolerance` is the gain of log likelihood per round below which it has settled. `progress` is
    called with the number of guesses done; there are D of them.

    Raises:
        IndicatorError: Fewer than ten rows a state, a feature that never changes, or numbers that
            are not finite.
    """
    rows = checked(observations, observations.shape[1] if observations.ndim == 2 else 0)
    if rows.shape[0] < 10 * states:
        raise IndicatorError(
            f"want at least {10 * states} rows for {states} states, not {rows.shape[0]}"
        )
    spread = rows.var(axis=0)
    if not (spread > 0).all():
        raise IndicatorError(f"feature {int(np.argmin(spread))} never changes; want another one")
    best: Trained | None = None
    for feature in range(rows.shape[1]):
        made = improve(
            guess(rows, states, feature), rows, rounds_max=rounds_max, tolerance=tolerance
        )
        if best is None or made.log_likelihood > best.log_likelihood:
            best = made
        if progress is not None:
            progress(feature + 1)
    assert best is not None, "there is a feature, so there was a guess"
    return msgspec.structs.replace(best, model=ordered(best.model))


def guess(rows: Array, states: int, feature: int) -> GaussianHmm:
    """Split the rows into equal parts by one feature, and take each part for a state."""
    parts = np.array_split(np.argsort(rows[:, feature], kind="stable"), states)
    floors = _FLOOR * rows.var(axis=0)
    leaving = (1 - _STAYING) / (states - 1)
    transition = np.full((states, states), leaving)
    np.fill_diagonal(transition, _STAYING)
    return model_of(
        np.full(states, 1 / states),
        transition,
        np.array([rows[part].mean(axis=0) for part in parts]),
        np.array([np.maximum(rows[part].var(axis=0), floors) for part in parts]),
    )


def improve(
    model: GaussianHmm, rows: Array, *, rounds_max: int = 200, tolerance: float = 1e-4
) -> Trained:
    """Improve a model round by round, until it settles or `rounds_max` are done."""
    rows = checked(rows, model.features)
    floors = _FLOOR * rows.var(axis=0)
    before = -np.inf
    for done in range(rounds_max):
        parts = parts_of(model)
        alphas, densities, scales, likelihood = expectation(rows, *parts)
        if likelihood - before < tolerance:
            return Trained(model=model, log_likelihood=likelihood, rounds=done, is_settled=True)
        before = likelihood
        model = model_of(*maximization(rows, parts[1], alphas, densities, scales, floors))
    likelihood = expectation(rows, *parts_of(model))[-1]
    return Trained(model=model, log_likelihood=likelihood, rounds=rounds_max, is_settled=False)


def ordered(model: GaussianHmm) -> GaussianHmm:
    """Return the same model with its states by rising mean of the first feature."""
    order = sorted(range(model.states), key=lambda k: model.means[k])
    return GaussianHmm(
        start=tuple(model.start[k] for k in order),
        transition=tuple(tuple(model.transition[i][k] for k in order) for i in order),
        means=tuple(model.means[k] for k in order),
        variances=tuple(model.variances[k] for k in order),
    )
