"""A larger bar seen early is a look into the future; seen wrong, it is a wrong signal."""

import pytest

from argonaut.domain.aggregate import BarAggregator
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.timeframe import MINUTE_NS

FIVE = 5 * MINUTE_NS


def fed(aggregator, *minutes, price=10.0, volume=1.0):
    """Feed one-minute bars opening at these minutes and return what each update gave."""
    return [
        aggregator.update(minute * MINUTE_NS, price, price + 1, price - 1, price, volume)
        for minute in minutes
    ]


def test_a_bucket_is_handed_out_with_the_bar_that_ends_it():
    results = fed(BarAggregator(FIVE, MINUTE_NS), 0, 1, 2, 3, 4, 5)

    assert [len(result) for result in results] == [0, 0, 0, 0, 1, 0]
    assert results[4] == ((0, 10.0, 11.0, 9.0, 10.0, 5.0),)


def test_a_bucket_holds_the_first_open_the_extremes_and_the_last_close():
    aggregator = BarAggregator(2 * MINUTE_NS, MINUTE_NS)
    aggregator.update(0, 10.0, 12.0, 9.0, 11.0, 1.0)

    completed = aggregator.update(MINUTE_NS, 11.0, 11.5, 8.0, 8.5, 2.0)

    assert completed == ((0, 10.0, 12.0, 8.0, 8.5, 3.0),)


def test_a_bucket_whose_last_bar_is_missing_comes_with_the_next_bar():
    results = fed(BarAggregator(FIVE, MINUTE_NS), 0, 1, 7)

    assert [bucket[0] for bucket in results[2]] == [0]


def test_a_bar_after_a_gap_can_complete_two_buckets_at_once():
    """Minute 9 ends its own bucket and proves that the one before has ended."""
    results = fed(BarAggregator(FIVE, MINUTE_NS), 0, 9)

    assert [bucket[0] for bucket in results[1]] == [0, FIVE]


def test_a_timeframe_of_one_bar_hands_out_every_bar():
    results = fed(BarAggregator(MINUTE_NS, MINUTE_NS), 3, 4)

    assert [result[0][0] for result in results] == [3 * MINUTE_NS, 4 * MINUTE_NS]


def test_a_bar_out_of_order_is_refused():
    aggregator = BarAggregator(FIVE, MINUTE_NS)
    fed(aggregator, 3)

    with pytest.raises(InvalidValueError, match="want a bar after 180000000000 ns"):
        fed(aggregator, 3)


@pytest.mark.parametrize(
    ("timeframe_ns", "base_ns"), [(90_000_000_000, MINUTE_NS), (MINUTE_NS, FIVE), (FIVE, 0)]
)
def test_a_timeframe_that_whole_bars_cannot_fill_is_refused(timeframe_ns, base_ns):
    with pytest.raises(InvalidValueError, match=f"not {timeframe_ns} ns"):
        BarAggregator(timeframe_ns, base_ns)


def test_a_restart_in_the_middle_of_a_bucket_changes_nothing():
    straight, broken = BarAggregator(FIVE, MINUTE_NS), BarAggregator(FIVE, MINUTE_NS)
    fed(straight, 0, 1)
    fed(broken, 0, 1)
    resumed = BarAggregator(FIVE, MINUTE_NS)

    resumed.restore(broken.state())

    assert fed(resumed, 2, 3, 4) == fed(straight, 2, 3, 4)
