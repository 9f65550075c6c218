"""With a mirror in it a model tells up from down, on whatever rows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from argonaut.indicators.hmm.model import GaussianHmm
from argonaut.indicators.hmm.rounds import Rounds, balanced, numbers_of
from argonaut.indicators.hmm.training import train
from tests.indicators.hmm.recorded import MODEL, OBSERVATIONS


def is_its_own_image(model: GaussianHmm) -> bool:
    means, flipped = np.array(model.means), np.array(model.means)[::-1].copy()
    flipped[:, 0] *= -1
    transition, variances = np.array(model.transition), np.array(model.variances)
    return bool(
        np.allclose(means, flipped, atol=1e-9)
        and np.allclose(transition, transition[::-1, ::-1], atol=1e-9)
        and np.allclose(variances, variances[::-1], atol=1e-9)
    )


def volatile_rows() -> np.ndarray:
    """Rows whose likeliest regimes are three volatilities; the drift is a slow wave in them."""
    dice = np.random.default_rng(2)
    wild = np.repeat(dice.integers(0, 3, 40), 50).astype(float)
    wave = 1.5 * np.sign(np.sin(np.arange(2000) / 40))
    return np.column_stack(
        [
            wave + 0.7 * dice.standard_normal(2000),
            wild + 0.1 * dice.standard_normal(2000),
            wild + 0.1 * dice.standard_normal(2000),
        ]
    )


def test_left_alone_it_tells_volatilities_apart_and_with_a_mirror_directions() -> None:
    rows = volatile_rows()
    alone = train(rows, 3)
    made = train(rows, 3, split_by=(0,), has_mirror=True)

    assert max(abs(row[0]) for row in alone.model.means) < 0.5
    low, middle, high = (row[0] for row in made.model.means)
    assert low == pytest.approx(-high)
    assert high > 1
    assert middle == pytest.approx(0, abs=1e-9)


def test_trained_with_a_mirror_it_is_its_own_image() -> None:
    assert is_its_own_image(train(OBSERVATIONS, 3, split_by=(0,), has_mirror=True).model)


def test_a_round_is_that_of_the_rows_with_their_images_behind_them() -> None:
    """The claim of the method, by the plain way: twice the rows, the images far apart in time."""
    numbers = balanced(numbers_of(MODEL))
    images = OBSERVATIONS * np.array([-1.0, 1.0, 1.0])
    rounds = Rounds(OBSERVATIONS, has_mirror=True)
    _, better = rounds.improve(numbers)
    _, one = Rounds(OBSERVATIONS).improve(numbers)
    _, other = Rounds(images).improve(numbers)

    weights = [np.array(each.means) for each in (one, other)]
    assert np.allclose(weights[1][::-1] * np.array([-1.0, 1.0, 1.0]), weights[0], atol=1e-9)
    assert is_its_own_image(better.model())


def test_no_round_makes_it_worse() -> None:
    numbers, likelihoods = balanced(numbers_of(MODEL)), []
    rounds = Rounds(OBSERVATIONS, has_mirror=True)
    for _ in range(15):
        likelihood, numbers = rounds.improve(numbers)
        likelihoods.append(likelihood)

    assert all(after >= before - 1e-9 for before, after in pairwise(likelihoods))
