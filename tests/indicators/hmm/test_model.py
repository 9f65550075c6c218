"""A model is a distribution, or it is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.model import GaussianHmm

GOOD: dict[str, Any] = {
    "start": (0.5, 0.5),
    "transition": ((0.9, 0.1), (0.2, 0.8)),
    "means": ((0.0, 1.0), (1.0, 2.0)),
    "variances": ((1.0, 1.0), (2.0, 2.0)),
}


def test_it_tells_its_size() -> None:
    model = GaussianHmm(**GOOD)

    assert (model.states, model.features) == (2, 2)


def test_it_survives_json_to_the_last_bit() -> None:
    model = GaussianHmm(**GOOD | {"start": (1 / 3, 2 / 3)})

    assert msgspec.json.decode(msgspec.json.encode(model), type=GaussianHmm) == model


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"start": (1.0,)}, "at least two states, not 1"),
        ({"start": (0.5, 0.6)}, "sum to 1"),
        ({"start": (1.5, -0.5)}, "sum to 1"),
        ({"transition": ((0.9, 0.1),)}, "2 rows of transition, not 1"),
        ({"transition": ((0.9, 0.2), (0.2, 0.8))}, "sum to 1"),
        ({"transition": ((0.9, 0.1, 0.0), (0.2, 0.8, 0.0))}, "2 finite numbers"),
        ({"means": ((0.0, 1.0), (1.0,))}, "2 finite numbers in each row of means"),
        ({"means": ((0.0, float("nan")), (1.0, 2.0))}, "2 finite numbers in each row of means"),
        ({"variances": ((1.0, 0.0), (2.0, 2.0))}, "variances > 0"),
        ({"means": ((), ()), "variances": ((), ())}, "at least one feature"),
    ],
)
def test_what_is_no_distribution_is_refused(wrong: dict[str, Any], complaint: str) -> None:
    """A model file that was cut or edited must not decide about money."""
    with pytest.raises(IndicatorError, match=complaint):
        GaussianHmm(**GOOD | wrong)
