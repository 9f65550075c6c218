"""The border between models and arrays."""

from __future__ import annotations

import numpy as np
import pytest

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.columns import checked, model_of, parts_of
from tests.indicators.hmm.recorded import MODEL


def test_a_model_comes_back_from_its_arrays() -> None:
    start, transition, means, inverses, _ = parts_of(MODEL)

    made = model_of(start, transition, means, 1 / inverses)

    assert made.means == MODEL.means
    assert np.allclose(made.variances, MODEL.variances, rtol=1e-15)


def test_rows_that_rounding_has_moved_from_one_are_normalized() -> None:
    start, transition, means, inverses, _ = parts_of(MODEL)

    made = model_of(start * 0.999, transition * 1.001, means, 1 / inverses)

    assert np.allclose(made.transition, MODEL.transition, rtol=1e-15)


def test_rows_are_made_contiguous_and_stay_what_they_are() -> None:
    turned = np.arange(12.0).reshape(3, 4).T

    made = checked(turned, 3)

    assert made.flags.c_contiguous
    assert (made == turned).all()


@pytest.mark.parametrize("shape", [(4, 2), (0, 3), (3,), (2, 3, 1)])
def test_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(IndicatorError, match=r"shape \(T > 0, 3\)"):
        checked(np.zeros(shape), 3)


def test_a_number_that_is_not_finite_is_named_with_its_row() -> None:
    with pytest.raises(IndicatorError, match=r"not \[0.0, nan, 0.0\] in row 1"):
        checked(np.array([[0.0, 0, 0], [0, np.nan, 0]]), 3)
