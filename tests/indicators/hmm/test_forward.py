"""The filter knows the past and the present, and nothing else."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.forward import ForwardFilter, filtered
from tests.indicators.hmm.recorded import MODEL, OBSERVATIONS, RECORDED

FEATURES = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 40), st.just(3)),
    elements=st.floats(-1e6, 1e6, allow_subnormal=False),
)


def streamed(observations: np.ndarray) -> np.ndarray:
    following = ForwardFilter(MODEL)
    return np.array([following.update(row) for row in observations.tolist()])


def test_it_equals_hmmlearn_to_a_billionth() -> None:
    """Their smoother's answer for the last row of each prefix is the filter's."""
    apart = np.abs(streamed(OBSERVATIONS) - np.array(RECORDED["filtered"])).max()

    assert apart < 1e-9


@given(FEATURES)
def test_stream_and_columns_are_equal_to_the_last_bit(observations: np.ndarray) -> None:
    assert (streamed(observations) == filtered(MODEL, observations)).all()


@given(FEATURES)
def test_probabilities_stay_a_distribution_whatever_comes(observations: np.ndarray) -> None:
    """Far outliers underflow every density; the likeliest state still is one."""
    made = streamed(observations)

    assert np.isfinite(made).all()
    assert (made >= 0).all()
    assert np.allclose(made.sum(axis=1), 1, atol=1e-12)


def test_the_future_changes_nothing() -> None:
    """A filter that looks ahead earns money in backtests only."""
    whole, part = filtered(MODEL, OBSERVATIONS), filtered(MODEL, OBSERVATIONS[:100])

    assert (whole[:100] == part).all()


def test_it_goes_on_after_a_restart_to_the_last_bit() -> None:
    before, after = ForwardFilter(MODEL), ForwardFilter(MODEL)
    for row in OBSERVATIONS[:50].tolist():
        before.update(row)

    after.load(json.loads(json.dumps(before.save())))

    assert after.update(OBSERVATIONS[50].tolist()) == before.update(OBSERVATIONS[50].tolist())


def test_a_fresh_one_saves_and_knows_nothing() -> None:
    fresh = ForwardFilter(MODEL)

    fresh.load(fresh.save())

    assert fresh.probabilities is None


@pytest.mark.parametrize("wrong", [[1.0, 2.0], [1.0, 2.0, float("nan")], [1.0, float("inf"), 0.0]])
def test_an_observation_that_cannot_be_is_refused(wrong: list[float]) -> None:
    with pytest.raises(IndicatorError, match="want 3 finite features"):
        ForwardFilter(MODEL).update(wrong)


def test_a_state_of_another_model_is_refused() -> None:
    with pytest.raises(IndicatorError, match="want 3 probabilities"):
        ForwardFilter(MODEL).load({"probabilities": [0.5, 0.5]})
