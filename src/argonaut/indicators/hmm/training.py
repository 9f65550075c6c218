"""Training by expectation and maximization (Baum and Welch): the same rows, the same model.

No dice: it begins from a few plain guesses, one split by each feature, and keeps the best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.columns import checked, model_of
from argonaut.indicators.hmm.leap import leap
from argonaut.indicators.hmm.model import GaussianHmm
from argonaut.indicators.hmm.rounds import Numbers, Rounds, balanced, numbers_of

Array = NDArray[np.float64]
Way = Callable[[Numbers, Rounds, int, float], tuple[Numbers, float, bool]]
_FIRST_LEAP = 4.0  # rounds; after a good one four times as far, after a bad one a quarter
_STAYING = 0.9  # first guess of how likely a state is to stay


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
    split_by: Sequence[int] | None = None,
    has_mirror: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Trained:
    """Train on (T, D) observations; states are ordered by their mean of the first feature.

    `tolerance` is the gain of log likelihood per round below which it has settled. There is one
    guess for each feature of `split_by`, all D of them when left out: what tells the states apart
    at first mostly does so at the end. With `has_mirror` the states stay images of each other, see
    `mirror.py`. `progress` is called with the number of guesses done.

    Raises:
        IndicatorError: Fewer than ten rows a state, a feature that never changes, or numbers that
            are not finite.
    """
    rows = checked(observations, observations.shape[1] if observations.ndim == 2 else 0)
    if rows.shape[0] < 10 * states:
        raise IndicatorError(
            f"want at least {10 * states} rows for {states} states, not {rows.shape[0]}"
        )
    rounds = Rounds(rows, has_mirror=has_mirror)
    if not (rounds.spread > 0).all():
        still = int(np.argmin(rounds.spread))
        raise IndicatorError(f"feature {still} never changes; want another one")
    best: Trained | None = None
    features = range(rows.shape[1]) if split_by is None else split_by
    for done, feature in enumerate(features, start=1):
        begun = guess(rows, states, feature, floors=rounds.floors)
        made = _climb(_leaping, begun, rounds, rounds_max=rounds_max, tolerance=tolerance)
        if best is None or made.log_likelihood > best.log_likelihood:
            best = made
        if progress is not None:
            progress(done)
    assert best is not None, "there is a feature, so there was a guess"
    return msgspec.structs.replace(best, model=ordered(best.model))


def guess(rows: Array, states: int, feature: int, *, floors: Array) -> GaussianHmm:
    """Split the rows into equal parts by one feature, and take each part for a state.

    `floors` (D,) bounds the variances from below.
    """
    cuts = [rows.shape[0] * k // states for k in range(1, states)]
    parts = np.split(np.argpartition(rows[:, feature], cuts), cuts)
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
    model: GaussianHmm,
    rows: Array,
    *,
    rounds_max: int = 200,
    tolerance: float = 1e-4,
    leaps: bool = False,
) -> Trained:
    """Improve a model round by round, until it settles or `rounds_max` are done.

    It has settled when a round gains less than `tolerance` of log likelihood. `leaps` gets there
    in fewer rounds; every leap that makes it worse is taken back.
    """
    rounds = Rounds(checked(rows, model.features))
    way = _leaping if leaps else _plain
    return _climb(way, model, rounds, rounds_max=rounds_max, tolerance=tolerance)


def _climb(
    way: Way, model: GaussianHmm, rounds: Rounds, *, rounds_max: int, tolerance: float
) -> Trained:
    rounds.done = 0
    begun = numbers_of(model)
    begun = balanced(begun) if rounds.has_mirror else begun
    numbers, likelihood, is_settled = way(begun, rounds, rounds_max, tolerance)
    return Trained(
        model=numbers.model(),
        log_likelihood=likelihood,
        rounds=rounds.done,
        is_settled=is_settled,
    )


def _plain(
    numbers: Numbers, rounds: Rounds, rounds_max: int, tolerance: float
) -> tuple[Numbers, float, bool]:
    before = -np.inf
    for _ in range(rounds_max):
        likelihood, better = rounds.improve(numbers)
        if likelihood - before < tolerance:
            rounds.done -= 1  # the last one only measured
            return numbers, likelihood, True
        before, numbers = likelihood, better
    likelihood, _ = rounds.improve(numbers)
    rounds.done -= 1
    return numbers, likelihood, False


def _leaping(
    first: Numbers, rounds: Rounds, rounds_max: int, tolerance: float
) -> tuple[Numbers, float, bool]:
    most = _FIRST_LEAP
    while True:
        likelihood, second = rounds.improve(first)
        gained, third = rounds.improve(second)
        if gained - likelihood < tolerance:
            return second, gained, True
        if rounds.done >= rounds_max:
            return second, gained, False
        landed = leap(first, second, third, spread=rounds.spread, most=most)
        landed = landed._replace(variances=np.maximum(landed.variances, rounds.floors))
        reached, fourth = rounds.improve(landed)
        if reached >= gained:  # False for NaN too
            first, most = fourth, most * _FIRST_LEAP
        else:
            first, most = third, max(most / _FIRST_LEAP, 1.0)


def ordered(model: GaussianHmm) -> GaussianHmm:
    """Return the same model with its states by rising mean of the first feature."""
    order = sorted(range(model.states), key=lambda k: model.means[k])
    return GaussianHmm(
        start=tuple(model.start[k] for k in order),
        transition=tuple(tuple(model.transition[i][k] for k in order) for i in order),
        means=tuple(model.means[k] for k in order),
        variances=tuple(model.variances[k] for k in order),
    )
