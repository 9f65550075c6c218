"""What regimes are told by: three numbers without units, of the past only."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.features import RegimeFeatures

CLOSES = [100 * math.exp(0.001 * math.sin(t * t)) for t in range(200)]
VOLUMES = [1.0 + 0.5 * math.cos(t) for t in range(200)]


def fed(closes, volumes, **params):
    made = RegimeFeatures(**params)
    for close, volume in zip(closes, volumes, strict=True):
        made.update(close, volume)
    return made


def test_the_window_is_120_bars_and_the_present_15():
    made = RegimeFeatures()

    assert (made.window_bars, made.short_bars, made.warmup) == (120, 15, 121)


def test_nothing_is_known_before_the_window_is_whole():
    assert fed(CLOSES[:120], VOLUMES[:120]).row is None
    assert fed(CLOSES[:121], VOLUMES[:121]).row is not None


def test_they_are_what_numpy_makes_of_the_formula():
    made = fed(CLOSES, VOLUMES)
    changes = np.diff(np.log(CLOSES))[-120:]
    usual, recent = (np.sqrt((x * x).mean()) for x in (changes, changes[-15:]))
    volume = np.array(VOLUMES)[-120:]

    assert made.row == pytest.approx(
        (
            changes[-15:].sum() / (usual * math.sqrt(15)),
            math.log(recent / usual),
            math.log(volume[-15:].mean() / volume.mean()),
        )
    )


@given(st.floats(1e-6, 1e6), st.floats(1e-3, 1e6))
@settings(max_examples=25, deadline=None)
def test_price_level_and_volume_unit_do_not_matter(price, unit):
    """So one model serves a coin at 0.00001 and one at 100,000."""
    scaled = fed([price * each for each in CLOSES], [unit * each for each in VOLUMES])

    assert scaled.row == pytest.approx(fed(CLOSES, VOLUMES).row, rel=1e-6, abs=1e-9)


def test_a_dead_market_is_unknown_and_not_zero():
    assert fed([100.0] * 130, VOLUMES[:130]).row is None
    assert fed(CLOSES[:130], [0.0] * 130).row is None


def test_a_market_that_comes_back_is_known_again():
    made = fed([100.0] * 130, VOLUMES[:130])
    made.update(101.0, 1.0)

    assert made.row is not None


@given(st.lists(st.tuples(st.floats(1e-3, 1e6), st.floats(0, 1e9)), min_size=12, max_size=40))
def test_whatever_comes_they_stay_within_six(rows):
    made = RegimeFeatures(10, 3)
    for close, volume in rows:
        made.update(close, volume)

        assert made.row is None or all(abs(each) <= 6 for each in made.row)


@given(st.integers(1, 60))
@settings(max_examples=20, deadline=None)
def test_what_comes_later_changes_nothing(cut):
    whole = RegimeFeatures(20, 5).columns(np.array(CLOSES[:80]), np.array(VOLUMES[:80]))
    part = RegimeFeatures(20, 5).columns(np.array(CLOSES[:cut]), np.array(VOLUMES[:cut]))

    for all_rows, some in zip(whole, part, strict=True):
        assert np.array_equal(all_rows[:cut], some, equal_nan=True)


def test_a_saved_one_goes_on_to_the_last_bit():
    straight, first = fed(CLOSES, VOLUMES), fed(CLOSES[:150], VOLUMES[:150])
    again = RegimeFeatures()
    again.load(first.save())
    for close, volume in zip(CLOSES[150:], VOLUMES[150:], strict=True):
        again.update(close, volume)

    assert again.row == straight.row


def test_lengths_that_cannot_be_are_refused():
    with pytest.raises(IndicatorError, match="short_bars < window_bars"):
        RegimeFeatures(15, 15)
