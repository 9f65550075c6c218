"""The order of the tape decides every fill; it must be one order, and never show the future."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.timeframe import MINUTE_NS
from argonaut.feeds.tape.columns import BarColumns, SignalRows
from argonaut.feeds.tape.merge import Phase, merge
from tests.feeds.tape.sample import START_NS, bars, funding, quotes, times, trades

MINUTES = st.lists(st.integers(0, 30), max_size=40).map(sorted)


def signals(minutes):
    return SignalRows(times(*minutes), (b"{}",) * len(minutes))


STREAMS = st.lists(
    st.one_of(
        MINUTES.map(lambda minutes: bars(sorted(set(minutes)))),
        MINUTES.map(
            lambda minutes: bars(sorted({5 * m for m in minutes}), timeframe_ns=5 * MINUTE_NS)
        ),
        MINUTES.map(trades),
        MINUTES.map(quotes),
        MINUTES.map(funding),
        MINUTES.map(signals),
    ),
    max_size=5,
)


def rows_of(plan, **options):
    """The merged order as (time, phase, stream, row)."""
    return [
        (time_ns, plan.slots[slot].phase, plan.slots[slot].stream, row)
        for chunk in plan.chunks(**options)
        for time_ns, slot, row in zip(chunk.time_ns, chunk.slot, chunk.row, strict=True)
    ]


def naive_order(streams):
    rows = []
    for index, stream in enumerate(streams):
        if isinstance(stream, BarColumns):
            for row, open_ns in enumerate(stream.open_ns.tolist()):
                rows.append((open_ns, Phase.BAR_OPEN, index, row))
                rows.append((open_ns + stream.timeframe_ns, Phase.BAR_CLOSE, index, row))
        else:
            name = type(stream).__name__
            phase = {
                "FundingColumns": Phase.FUNDING,
                "QuoteColumns": Phase.QUOTE,
                "TradeColumns": Phase.TRADE,
                "SignalRows": Phase.SIGNAL,
            }[name]
            rows.extend((time, phase, index, row) for row, time in enumerate(stream.ts_ns.tolist()))
    return sorted(rows)


@given(STREAMS, st.integers(1, 50))
def test_the_merged_order_is_the_sorted_order_however_it_is_cut(streams, rows_max):
    assert rows_of(merge(streams), rows_max=rows_max) == naive_order(streams)


@given(STREAMS, st.integers(1, 20), st.integers(0, 100))
def test_a_run_resumed_after_some_rows_sees_exactly_the_rest(streams, rows_max, skip):
    plan = merge(streams)

    assert rows_of(plan, rows_max=rows_max, skip=skip) == naive_order(streams)[skip:]


@given(STREAMS)
def test_the_length_and_span_are_those_of_the_order(streams):
    plan, order = merge(streams), naive_order(streams)

    assert len(plan) == len(order)
    assert plan.span_ns == ((order[0][0], order[-1][0]) if order else None)


def test_a_bar_is_not_seen_before_it_closes():
    """Its high and low are known one timeframe after its time stamp."""
    (_, closed) = (row for row in rows_of(merge([bars([3])])))

    assert closed[:2] == (START_NS + 4 * MINUTE_NS, Phase.BAR_CLOSE)


def test_things_at_one_instant_happen_in_the_stated_order():
    streams = [signals([1]), trades([1]), quotes([1]), bars([0, 1]), funding([1])]

    phases = [phase for time, phase, *_ in rows_of(merge(streams)) if time == times(1)[0]]

    assert phases == [
        Phase.BAR_CLOSE,
        Phase.FUNDING,
        Phase.BAR_OPEN,
        Phase.QUOTE,
        Phase.TRADE,
        Phase.SIGNAL,
    ]


def test_every_bar_that_closes_now_is_seen_before_any_bar_opens():
    """A strategy on one market may act on another whose new bar has not begun."""
    order = rows_of(merge([bars([0, 1]), bars([0, 1])]))

    at_one = [(phase, stream) for time, phase, stream, _ in order if time == times(1)[0]]
    assert at_one == [
        (Phase.BAR_CLOSE, 0),
        (Phase.BAR_CLOSE, 1),
        (Phase.BAR_OPEN, 0),
        (Phase.BAR_OPEN, 1),
    ]


def test_chunks_stay_small_unless_one_instant_holds_more():
    plan = merge([trades([0] * 30), trades([1, 2, 3])])

    assert [len(chunk.row) for chunk in plan.chunks(10)] == [30, 3]


def test_a_chunk_without_room_is_refused():
    with pytest.raises(ValueError, match="want rows_max >= 1, not 0"):
        list(merge([trades([0])]).chunks(0))
