"""The border between a model and the arrays its kernels take."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.forward import constant_of
from argonaut.indicators.hmm.model import GaussianHmm

Array = NDArray[np.float64]


def checked(observations: Array, features: int) -> Array:
    """Return (T, D) float64 observations, contiguous.

    Raises:
        IndicatorError: They have another shape, no row, or a number that is not finite.
    """
    array = np.require(observations, np.float64, ["C", "A"])
    if array.ndim != 2 or array.shape[1] != features or array.shape[0] == 0:
        raise IndicatorError(f"want observations of shape (T > 0, {features}), not {array.shape}")
    if not np.isfinite(array).all():
        row = int(np.argmin(np.isfinite(array).all(axis=1)))
        raise IndicatorError(f"want finite observations, not {array[row].tolist()} in row {row}")
    return array


def parts_of(model: GaussianHmm) -> tuple[Array, Array, Array, Array, Array]:
    """Return start, transition, means, inverse variances and constants, as kernels take them."""
    constants = [constant_of(row) for row in model.variances]
    inverses = [[1.0 / value for value in row] for row in model.variances]
    return (
        np.array(model.start),
        np.array(model.transition),
        np.array(model.means),
        np.array(inverses),
        np.array(constants),
    )


def model_of(start: Array, transition: Array, means: Array, variances: Array) -> GaussianHmm:
    """Return the model of these arrays; rows of probabilities are normalized once more."""
    return GaussianHmm(
        start=tuple((start / start.sum()).tolist()),
        transition=tuple(tuple((row / row.sum()).tolist()) for row in transition),
        means=tuple(tuple(row.tolist()) for row in means),
        variances=tuple(tuple(row.tolist()) for row in variances),
    )
