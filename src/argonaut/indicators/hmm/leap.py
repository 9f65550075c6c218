"""A leap over many rounds of training: where two rounds point to, much further along.

Rounds of expectation and maximization creep where states overlap. Source: Varadhan and Roland,
Simple and Globally Convergent Methods for Accelerating the Convergence of Any EM Algorithm,
Scandinavian Journal of Statistics 35 (2008), scheme S3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.hmm.rounds import Numbers

Array = NDArray[np.float64]
_RAREST = 1e-12  # probabilities below this are as good as none, and have no useful logarithm


def leap(first: Numbers, second: Numbers, third: Numbers, *, spread: Array, most: float) -> Numbers:
    """Return where the way from `first` over `second` to `third` leads, up to `most` rounds on.

    `spread` (D,) is the standard deviation of each feature: means are counted in it. Probabilities
    and variances go by their logarithms, so that none can leap out of its range.
    """
    origin, one, two = (_flat(each, spread) for each in (first, second, third))
    step = one - origin
    bend = (two - one) - step
    bent = float(np.sqrt(bend @ bend))
    if bent == 0.0:
        return third
    length = min(max(float(np.sqrt(step @ step)) / bent, 1.0), most)
    return _unflat(origin + 2.0 * length * step + length * length * bend, third, spread)


def _flat(numbers: Numbers, spread: Array) -> Array:
    start, transition, means, variances = numbers
    return np.concatenate(
        [
            np.log(np.maximum(start, _RAREST)),
            np.log(np.maximum(transition, _RAREST)).ravel(),
            (means / spread).ravel(),
            np.log(variances).ravel(),
        ]
    )


def _unflat(flat: Array, like: Numbers, spread: Array) -> Numbers:
    states, features = like.means.shape
    ends = np.cumsum([states, states * states, states * features])
    start, transition, means, variances = np.split(flat, ends)
    grid = transition.reshape(states, states)
    return Numbers(
        _distribution(start),
        np.ascontiguousarray(_distribution(grid)),
        np.ascontiguousarray(means.reshape(states, features) * spread),
        np.exp(np.clip(variances, -700.0, 700.0)).reshape(states, features),
    )


def _distribution(logs: Array) -> Array:
    """Return probabilities of these logarithms, each row made to sum to one."""
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    made: Array = weights / weights.sum(axis=-1, keepdims=True)
    return made
