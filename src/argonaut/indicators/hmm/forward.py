"""The forward filter: how likely each hidden state is now, given everything up to now.

Causal: it never looks ahead, unlike the smoother that most libraries answer with. `filtered` is
its twin over whole columns, equal to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.model import GaussianHmm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOG_TAU = math.log(2.0 * math.pi)


class ForwardFilter:
    """Follows one model through its observations.

    alpha_t(k) is proportional to b_k(x_t) * sum_i alpha_{t-1}(i) a_ik, normalized at every step;
    the largest density is divided out first, so that nothing underflows.
    """

    __slots__ = ("_constants", "_inverses", "log_density", "model", "probabilities")

    def __init__(self, model: GaussianHmm) -> None:
        self.model = model
        self.probabilities: tuple[float, ...] | None = None  # None before the first observation
        self.log_density = 0.0  # of the last observation, given those before it
        self._constants = [constant_of(row) for row in model.variances]
        self._inverses = [[1.0 / value for value in row] for row in model.variances]

    def update(self, observation: Sequence[float]) -> tuple[float, ...]:
        """Take one observation, D finite numbers; return the probabilities of the K states.

        Raises:
            IndicatorError: It has another length, or a number that is not finite.
        """
        model = self.model
        if len(observation) != model.features or not all(map(math.isfinite, observation)):
            raise IndicatorError(f"want {model.features} finite features, not {observation}")
        priors = self._priors()
        logs: list[float] = []
        highest = -math.inf
        for k in range(model.states):
            means, inverses = model.means[k], self._inverses[k]
            distance = 0.0
            for d in range(model.features):
                apart = observation[d] - means[d]
                distance += apart * apart * inverses[d]
            density = self._constants[k] - 0.5 * distance
            logs.append(density)
            if priors[k] > 0.0 and density > highest:
                highest = density
        weights: list[float] = []
        total = 0.0
        for k in range(model.states):
            weight = priors[k] * math.exp(logs[k] - highest) if priors[k] > 0.0 else 0.0
            weights.append(weight)
            total += weight
        self.log_density = highest + math.log(total)
        self.probabilities = tuple([weight / total for weight in weights])
        return self.probabilities

    def _priors(self) -> Sequence[float]:
        """Return how likely each state is before the observation is seen."""
        before, model = self.probabilities, self.model
        if before is None:
            return model.start
        priors: list[float] = []
        for k in range(model.states):
            prior = 0.0
            for i in range(model.states):
                prior += before[i] * model.transition[i][k]
            priors.append(prior)
        return priors

    def save(self) -> dict[str, Any]:
        """Return the state as JSON values; the model is not in it."""
        return {"probabilities": self.probabilities and list(self.probabilities)}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Continue from what `save` returned, to the last bit.

        Raises:
            IndicatorError: It was saved with a model of another size.
        """
        kept = saved["probabilities"]
        if kept is not None and len(kept) != self.model.states:
            raise IndicatorError(f"want {self.model.states} probabilities, not {kept}")
        self.probabilities = None if kept is None else tuple(kept)


def constant_of(variances: Sequence[float]) -> float:
    """Return the part of a state's log density that no observation changes."""
    logs = 0.0
    for value in variances:
        logs += math.log(value)
    return -0.5 * (len(variances) * _LOG_TAU + logs)


def filtered(model: GaussianHmm, observations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (T, K) probabilities for (T, D) observations, as a fresh `ForwardFilter` would.

    Raises:
        IndicatorError: The columns do not fit the model, or hold a number that is not finite.
    """
    # numba takes a third of a second to import, which a live start need not pay.
    from argonaut.indicators.hmm.columns import checked, parts_of  # noqa: PLC0415
    from argonaut.indicators.kernels.hmm import forward  # noqa: PLC0415

    made: NDArray[np.float64] = forward(checked(observations, model.features), *parts_of(model))
    return made
