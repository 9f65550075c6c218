"""Columns are shared by everyone, so nobody may change them and all must be of one length."""

import numpy as np
import pytest

from argonaut.feeds.tape.columns import SignalRows, arrays
from tests.feeds.tape.sample import START_NS, bars, times, trades

MINUTE = 60_000_000_000


def test_columns_cannot_be_written():
    sample = bars([0, 1])

    with pytest.raises(ValueError, match="read-only"):
        sample.close[0] = 11.0


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="equal length"):
        bars([0, 1], volume=[1.0])


def test_signals_want_a_body_for_every_time():
    with pytest.raises(ValueError, match="as many bodies as times, not 1"):
        SignalRows(times(0, 1), (b"{}",))


def test_a_slice_is_a_view_and_keeps_what_is_not_a_column():
    sample = bars([0, 1, 2])

    part = sample.rows(1, 3)

    assert (len(part), part.timeframe_ns, part.instrument_id) == (2, MINUTE, sample.instrument_id)
    assert part.close.base is not None


def test_a_period_of_bars_holds_only_those_that_lie_inside_it():
    """A bar that closes after the end of the period would show prices from beyond it."""
    sample = bars([0, 1, 2, 3])

    part = sample.between(START_NS + MINUTE, START_NS + 3 * MINUTE - 1)

    assert part.open_ns.tolist() == [START_NS + MINUTE]


def test_a_period_of_trades_ends_before_its_end():
    part = trades([0, 1, 2]).between(START_NS, START_NS + 2 * MINUTE)

    assert len(part) == 2


def test_a_period_of_signals_takes_their_bodies_along():
    rows = SignalRows(times(0, 1, 2), (b"a", b"b", b"c"))

    part = rows.between(START_NS + MINUTE, START_NS + 2 * MINUTE)

    assert (len(part), part.body) == (1, (b"b",))


def test_a_bar_closes_one_timeframe_after_it_opens():
    assert bars([0]).close_ns().tolist() == [START_NS + MINUTE]


def test_the_arrays_are_named_after_their_fields():
    assert list(arrays(bars([0]))) == ["open_ns", "open", "high", "low", "close", "volume"]
    assert "trade_id" not in arrays(trades([0]))
    assert "trade_id" in arrays(trades([0], trade_id=np.array([7])))
