import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from argonaut.reports.usage import exposure_fraction, turnover


def test_overlapping_positions_count_once():
    spans = [(10, 30), (20, 50), (70, 80), (72, 75)]

    assert exposure_fraction(spans, 0, 100) == 0.5


def test_a_position_older_than_the_period_counts_from_its_start():
    assert exposure_fraction([(-50, 25), (90, 500)], 0, 100) == 0.35


def test_a_period_without_length_has_no_exposure():
    assert exposure_fraction([(0, 1)], 5, 5) is None


@given(
    st.lists(st.tuples(st.integers(-20, 120), st.integers(0, 60)), max_size=12),
)
def test_exposure_is_what_counting_every_instant_gives(cases):
    spans = [(start, start + length) for start, length in cases]

    counted = sum(any(start <= at < end for start, end in spans) for at in range(100))

    assert exposure_fraction(spans, 0, 100) == counted / 100


def test_turnover_is_traded_over_mean_equity():
    assert turnover(5000, np.array([900.0, 1100.0])) == 5
    assert turnover(5000, np.array([])) is None
    assert turnover(5000, np.array([0.0])) is None
