"""A model with a mirror in it: what the first feature does upward in one state, it does downward.

Of three states ordered by the first feature, the first and the last are each other's image and the
middle one is its own. To keep a model so is to train on every row and on its image: the statistics
of a state and those of its image are added up. Left alone, three states tell volatilities apart,
which is likelier and says nothing about direction.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def mirrored(
    occupied: Array, sums: Array, squares: Array, moves: Array, first: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Return the statistics with those of the image added.

    `occupied` (K,), `sums` and `squares` (K, D), `moves` (K, K) and `first` (K,).
    """
    image = sums[::-1].copy()
    image[:, 0] = -image[:, 0]
    return (
        occupied + occupied[::-1],
        sums + image,
        squares + squares[::-1],
        moves + moves[::-1, ::-1],
        (first + first[::-1]) * 0.5,
    )
