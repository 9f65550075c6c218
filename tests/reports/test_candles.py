import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.reports.candles import Candles, candles_of_prices
from tests.reports.records import MINUTE_NS, candles


def with_holes(*minutes):
    """Candles at these minutes."""
    whole = candles(max(minutes) + 1)
    kept = np.array(minutes)
    return Candles(*(getattr(whole, name)[kept] for name in Candles.__slots__))


def test_merged_candles_keep_first_open_extremes_and_last_close():
    bars = candles(10)

    merged, each = bars.merged(4)

    assert (len(merged), each) == (4, 3)
    assert merged.open_ns.tolist() == [0, 3 * MINUTE_NS, 6 * MINUTE_NS, 9 * MINUTE_NS]
    assert merged.open.tolist() == bars.open[::3].tolist()
    assert merged.close.tolist() == [*bars.close[2::3].tolist(), bars.close[9]]
    assert merged.high[0] == bars.high[:3].max()
    assert merged.low[1] == bars.low[3:6].min()


@given(st.integers(1, 400), st.integers(1, 120))
def test_merging_keeps_to_its_limit_and_loses_no_extreme(count, limit):
    bars = candles(count)

    merged, _ = bars.merged(limit)

    assert 0 < len(merged) <= limit
    assert (merged.high.max(), merged.low.min()) == (bars.high.max(), bars.low.min())
    assert (merged.open[0], merged.close[-1]) == (bars.open[0], bars.close[-1])


def test_few_candles_are_left_as_they_are():
    bars = candles(10)

    assert bars.merged(10) == (bars, 1)
    assert candles(0).merged(10)[1] == 1


def test_gaps_are_found_with_the_bars_they_miss():
    bars = with_holes(0, 1, 2, 5, 6, 17, 18)

    assert bars.timeframe_ns == MINUTE_NS
    assert bars.gaps() == [(3, 2), (5, 10)]
    assert candles(10).gaps() == []
    assert candles(1).gaps() == []


def test_a_stretch_starts_one_candle_early():
    part = candles(100).between(50 * MINUTE_NS, 60 * MINUTE_NS)

    assert part.open_ns.tolist() == [minute * MINUTE_NS for minute in range(49, 61)]


@pytest.mark.parametrize(
    ("event_ns", "index"), [(0, None), (1, 0), (MINUTE_NS, 0), (MINUTE_NS + 1, 1)]
)
def test_an_event_at_the_close_belongs_to_the_closing_candle(event_ns, index):
    assert candles(5).holding(event_ns) == index


def test_prices_become_candles_on_the_grid():
    at = np.array([61, 70, 119, 120, 300], dtype=np.int64) * 10**9

    bars = candles_of_prices(at, np.array([5.0, 9.0, 4.0, 7.0, 8.0]), MINUTE_NS)

    assert (bars.open_ns // MINUTE_NS).tolist() == [1, 2, 5]
    assert bars.open.tolist() == [5, 7, 8]
    assert bars.high.tolist() == [9, 7, 8]
    assert bars.low.tolist() == [4, 7, 8]
    assert bars.close.tolist() == [4, 7, 8]


def test_no_prices_are_no_candles():
    assert len(candles_of_prices(np.empty(0, dtype=np.int64), np.empty(0), MINUTE_NS)) == 0
