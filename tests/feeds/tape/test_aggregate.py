"""The columns a backtest reads and the bars a live run builds have to be the same bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.aggregate import BarAggregator
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.timeframe import MINUTE_NS, WEEK_NS
from argonaut.feeds.tape.aggregate import aggregate, bars_from_trades, sums_in_order
from argonaut.feeds.tape.columns import BarColumns
from tests.feeds.tape.sample import BTC, START_NS, bars, trades

PRICE = st.floats(1e-8, 1e6)
VOLUME = st.floats(0, 1e9)
FIELDS = ("open", "high", "low", "close", "volume")


@st.composite
def gapped_bars(draw):
    """One-minute bars with holes, whatever their prices say."""
    minutes = sorted(draw(st.sets(st.integers(0, 200), max_size=120)))
    size = len(minutes)
    prices = {name: draw(st.lists(PRICE, min_size=size, max_size=size)) for name in FIELDS[:4]}
    return bars(minutes, **prices, volume=draw(st.lists(VOLUME, min_size=size, max_size=size)))


def streamed(sample, timeframe_ns):
    aggregator = BarAggregator(timeframe_ns, sample.timeframe_ns)
    columns = (sample.open_ns, *(getattr(sample, name) for name in FIELDS))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [bucket for row in rows for bucket in aggregator.update(*row)]


def as_rows(sample):
    columns = (sample.open_ns, *(getattr(sample, name) for name in FIELDS))
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(gapped_bars(), st.sampled_from([1, 2, 5, 15, 60, 1440]))
def test_both_twins_give_the_same_bits_whatever_is_missing(sample, ratio):
    timeframe_ns = ratio * MINUTE_NS

    assert as_rows(aggregate(sample, timeframe_ns)) == streamed(sample, timeframe_ns)


@given(gapped_bars(), st.sampled_from([2, 5, 60]), st.integers(0, 120))
def test_a_bucket_never_changes_once_it_was_handed_out(sample, ratio, seen):
    """Cutting off the future must not change a bar of the past: that is a look ahead."""
    known = as_rows(aggregate(sample.rows(0, min(seen, len(sample))), ratio * MINUTE_NS))

    assert as_rows(aggregate(sample, ratio * MINUTE_NS))[: len(known)] == known


def test_an_unfinished_last_bucket_is_left_out():
    five = aggregate(bars(list(range(9))), 5 * MINUTE_NS)

    assert five.open_ns.tolist() == [START_NS]


def test_weeks_open_on_monday():
    """2021-05-19 was a Wednesday; its week opened on the 17th."""
    week = aggregate(bars([0, 60 * 24 * 7], timeframe_ns=MINUTE_NS), WEEK_NS)

    assert week.open_ns.tolist() == [START_NS - 2 * 86_400_000_000_000]


def test_a_timeframe_the_bars_cannot_fill_is_refused():
    with pytest.raises(InvalidValueError, match="want a multiple of the base"):
        aggregate(bars([0, 1]), 90_000_000_000)


def test_no_bars_aggregate_to_no_bars():
    assert len(aggregate(bars([]), 5 * MINUTE_NS)) == 0
    assert len(bars_from_trades(trades([]), MINUTE_NS)) == 0


def test_trades_become_bars_with_no_bar_where_nothing_traded():
    sample = trades([0.1, 0.5, 0.9, 3.2, 4.0], [10, 12, 9, 11, 13], [1, 2, 3, 4, 5])

    made = bars_from_trades(sample, MINUTE_NS)

    assert as_rows(made) == [
        (START_NS, 10.0, 12.0, 9.0, 9.0, 6.0),
        (START_NS + 3 * MINUTE_NS, 11.0, 11.0, 11.0, 11.0, 4.0),
    ]


def test_the_last_bar_of_trades_is_left_out_until_a_later_trade_proves_it_complete():
    assert len(bars_from_trades(trades([0.1, 0.2]), MINUTE_NS)) == 0


@given(st.lists(st.tuples(st.floats(0, 300), PRICE, VOLUME), max_size=60))
def test_bars_of_bars_are_the_bars_of_the_trades(rows):
    rows = sorted(rows, key=lambda row: row[0])
    sample = trades(*([row[place] for row in rows] for place in range(3)))

    direct = bars_from_trades(sample, 5 * MINUTE_NS)
    through = aggregate(bars_from_trades(sample, MINUTE_NS), 5 * MINUTE_NS)

    assert len(direct) - 1 <= len(through) <= len(direct)
    for name in ("open_ns", "open", "high", "low", "close"):
        assert getattr(direct, name)[: len(through)].tolist() == getattr(through, name).tolist()


@given(st.lists(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=30), min_size=1, max_size=30))
def test_sums_are_added_from_left_to_right(runs):
    """Pairwise addition ends in other bits, and then the twins disagree."""
    starts = np.cumsum([0, *map(len, runs)])[:-1]
    values = np.array([value for run in runs for value in run])

    def left_to_right(run):
        total = run[0]
        for value in run[1:]:
            total += value
        return total

    assert sums_in_order(values, starts).tolist() == [left_to_right(run) for run in runs]


def test_aggregated_columns_are_bar_columns_of_the_same_instrument():
    made = aggregate(bars(list(range(5))), 5 * MINUTE_NS)

    assert isinstance(made, BarColumns)
    assert (made.instrument_id, made.timeframe_ns) == (BTC, 5 * MINUTE_NS)
