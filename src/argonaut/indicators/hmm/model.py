"""A hidden Markov model as numbers: where it starts, how it moves, what each state looks like.

K hidden states, D observed features that are independent within a state. Source: Rabiner, A
Tutorial on Hidden Markov Models, Proceedings of the IEEE 77 (1989).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from argonaut.indicators.errors import IndicatorError

_SUM_TOLERANCE = 1e-9

Row = tuple[float, ...]


class GaussianHmm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`start` (K,), `transition` (K, K) from row to column, `means` and `variances` (K, D)."""

    start: Row
    transition: tuple[Row, ...]
    means: tuple[Row, ...]
    variances: tuple[Row, ...]

    def __post_init__(self) -> None:
        """Refuse what is no distribution.

        Raises:
            IndicatorError: Shapes differ, a probability is outside 0 to 1, a row does not sum to
                one, a variance is not above zero, or a number is not finite.
        """
        states = len(self.start)
        if states < 2:
            raise IndicatorError(f"want at least two states, not {states}")
        for name in ("transition", "means", "variances"):
            rows = getattr(self, name)
            if len(rows) != states:
                raise IndicatorError(f"want {states} rows of {name}, not {len(rows)}")
        _check_distribution("start", self.start, states)
        for row in self.transition:
            _check_distribution("transition", row, states)
        features = len(self.means[0])
        for name in ("means", "variances"):
            for row in getattr(self, name):
                _check_row(name, row, features)
        if features == 0 or any(value <= 0 for row in self.variances for value in row):
            raise IndicatorError(f"want variances > 0 of at least one feature: {self.variances}")

    @property
    def states(self) -> int:
        """How many hidden states there are."""
        return len(self.start)

    @property
    def features(self) -> int:
        """How many numbers an observation has."""
        return len(self.means[0])


def _check_row(name: str, row: Sequence[float], length: int) -> None:
    if len(row) != length or not all(math.isfinite(value) for value in row):
        raise IndicatorError(f"want {length} finite numbers in each row of {name}, not {row}")


def _check_distribution(name: str, row: Sequence[float], length: int) -> None:
    _check_row(name, row, length)
    if min(row) < 0 or abs(math.fsum(row) - 1) > _SUM_TOLERANCE:
        raise IndicatorError(f"want {name} rows of probabilities that sum to 1, not {row}")
