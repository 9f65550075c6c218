"""The wide kernels are the plain ones, but for the last digits of long sums."""

from __future__ import annotations

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

from argonaut.indicators.hmm.columns import parts_of
from argonaut.indicators.hmm.rounds import numbers_of
from argonaut.indicators.kernels import hmm_lanes
from argonaut.indicators.kernels.hmm import expectation, gathered
from argonaut.indicators.kernels.hmm_lanes import (
    APART_MAX,
    LANES,
    exponential,
    space_of,
    sweep,
)
from tests.indicators.hmm.recorded import MODEL, OBSERVATIONS

PARTS = parts_of(MODEL)
NUMBERS = numbers_of(MODEL)


def rows_of(count: int) -> np.ndarray:
    """Return as many rows as wanted, the observations over and over."""
    return np.resize(OBSERVATIONS, (count, 3))


def test_the_exponential_is_that_of_the_library_to_a_few_units_in_the_last_place() -> None:
    powers = -np.concatenate([np.linspace(0.0, 50.0, 20_001), np.geomspace(1e-300, 690.0, 2_001)])

    made = np.array([exponential(power) for power in powers])

    assert np.abs(made / np.exp(powers) - 1.0).max() < 1e-13
    assert exponential(0.0) == 1.0
    assert exponential(-1e9) < 1e-300


@pytest.mark.parametrize("count", [1024, 2048, 2049, 2063, 4113, 5000])
def test_whatever_the_lanes_have_to_spare_the_sums_are_those_of_the_plain_kernel(
    count: int,
) -> None:
    """A last lane that is not full must count for no more than it has."""
    rows = rows_of(count)
    space = space_of(rows)

    is_whole, apart, likelihood, told = sweep(space, *NUMBERS, 4)

    alphas, densities, scales, wanted = expectation(rows, *PARTS)
    plain = gathered(rows, PARTS[1], alphas, densities, scales)
    assert is_whole
    assert apart <= APART_MAX
    assert likelihood == pytest.approx(wanted, rel=1e-12)
    assert told[0].sum() == pytest.approx(count, rel=1e-12)
    for fast, slow in zip(told, plain, strict=True):
        assert np.allclose(fast, slow, rtol=1e-9, atol=1e-12)


def test_lanes_that_were_told_wrongly_where_they_begin_say_so() -> None:
    """States that hardly ever change are not forgotten within a short run-up."""
    rows = np.random.default_rng(3).standard_normal((4096, 3))
    still = numbers_of(MODEL)._replace(
        transition=np.full((3, 3), 5e-7) + np.eye(3) * (1 - 1.5e-6),
        means=np.array([[-0.01, 0.0, 0.0], [0.0, 0.0, 0.0], [0.01, 0.0, 0.0]]),
        variances=np.ones((3, 3)),
    )

    _, apart, _, _ = sweep(space_of(rows), *still, 1)

    assert apart > APART_MAX


def test_rows_no_state_can_have_led_to_are_told_and_not_divided_by() -> None:
    """Digits lost here would be a wrong model that nobody notices."""
    rows = rows_of(2048)
    never = numbers_of(MODEL)._replace(
        transition=np.eye(3),
        start=np.array([1.0, 0.0, 0.0]),
        means=np.array([[1e3, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]),
        variances=np.full((3, 3), 1e-3),
    )

    is_whole, _, _, _ = sweep(space_of(rows), *never, 4)

    assert not is_whole


def test_fewer_rows_than_lanes_have_to_share_are_refused() -> None:
    with pytest.raises(AssertionError, match=f"want at least {LANES**2} rows, not 17"):
        space_of(rows_of(17))


def test_compiled_and_not_compiled_a_round_comes_to_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the sources say is what is run, but for the order of sums and fused products."""
    rows = rows_of(1030)
    wanted = sweep(space_of(rows), *NUMBERS, 4)
    for name, kernel in list(vars(hmm_lanes).items()):
        if isinstance(kernel, Dispatcher):
            monkeypatch.setattr(hmm_lanes, name, kernel.py_func)

    found = hmm_lanes.sweep(hmm_lanes.space_of(rows), *NUMBERS, 4)

    assert found[0]
    assert wanted[0]
    assert found[2] == pytest.approx(wanted[2], rel=1e-12)
    for plain, fast in zip(found[3], wanted[3], strict=True):
        assert np.allclose(plain, fast, rtol=1e-9, atol=1e-12)
