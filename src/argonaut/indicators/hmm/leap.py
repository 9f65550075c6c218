"""A leap over many rounds of training: where two rounds point to, much further along.

Rounds of expectation and maximization creep where states overlap. Source: Varadhan and Roland,
Simple and Globally Convergent Methods for Accelerating the Convergence of Any EM Algorithm,
Scandinavian Journal of Statistics 35 (2008), scheme S3.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.hmm.rounds import Numbers
from argonaut.indicators.kernels.hmm import landed

Array = NDArray[np.float64]


def leap(first: Numbers, second: Numbers, third: Numbers, *, spread: Array, most: float) -> Numbers:
    """Return where the way from `first` over `second` to `third` leads, up to `most` rounds on.

    `spread` (D,) is the standard deviation of each feature: means are counted in it. Probabilities
    and variances go by their logarithms, so that none can leap out of its range.
    """
    return Numbers(*landed(first, second, third, spread, most))
