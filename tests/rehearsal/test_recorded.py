"""Recordings played as a venue's prices."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId
from argonaut.feeds.tape.columns import BarColumns, QuoteColumns, TradeColumns
from argonaut.feeds.tape.read import read_quotes
from argonaut.rehearsal.market import NEVER_NS
from argonaut.rehearsal.recorded import RecordedMarket, RecordedPrices

D = Decimal
BTC = InstrumentId("BTC/USDT")
MINUTE_NS = 60_000_000_000


def market(columns) -> RecordedMarket:
    return RecordedMarket(symbol="BTCUSDT", columns=columns, tick=D("0.01"), lot=D("0.00001"))


def column(*values: float) -> np.ndarray:
    return np.array(values)


def times(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def bars() -> BarColumns:
    """One bar that rises and one that falls."""
    return BarColumns(
        BTC,
        MINUTE_NS,
        times(0, MINUTE_NS),
        column(100, 104),
        column(105, 106),
        column(99, 101),
        column(104, 102),
        column(4, 8),
    )


def test_a_bar_goes_to_its_farther_extreme_first():
    """Up through the low, down through the high: the way that hurts a stop most."""
    moves = list(market(bars()).moves())

    assert [each.prints[0].price for each in moves] == [100, 99, 105, 104, 104, 106, 101, 102]
    assert [each.event_ns for each in moves[:5]] == [
        0,
        15 * 10**9,
        30 * 10**9,
        45 * 10**9,
        MINUTE_NS,
    ]
    assert {each.prints[0].quantity for each in moves} == {D(1), D(2)}
    assert all(each.bids[0].price < each.asks[0].price for each in moves)


def test_a_trade_is_printed_on_the_side_it_took_from():
    """A seller that took printed at the bid."""
    trades = TradeColumns(
        BTC, times(1, 2), column(100, 100), column(0.5, 0.000001), np.array([-1, 1], dtype=np.int8)
    )

    sold, bought = market(trades).moves()

    assert (sold.bids[0].price, sold.prints[0].is_buyer_maker) == (D(100), True)
    assert (bought.asks[0].price, bought.prints[0].is_buyer_maker) == (D(100), False)
    assert bought.prints[0].quantity == D("0.00001")  # nothing is smaller than a lot


def test_a_quote_is_the_book_and_a_crossed_one_is_skipped():
    """No price is invented for what cannot be."""
    quotes = QuoteColumns(
        BTC, times(1, 2), column(100, 101), column(2, 1), column(100.01, 100.5), column(3, 1)
    )

    (move,) = market(quotes).moves()

    assert (move.bids, move.asks) == (((D(100), D(2)),), ((D("100.01"), D(3)),))


def test_recordings_play_side_by_side_from_now_on_at_their_own_pace():
    """At twice the speed everything comes in half the time."""
    source = RecordedPrices([market(bars())], start_ns=1_000, speed=2.0)

    due_ns, told_ns = [], []
    while source.next_ns != NEVER_NS:
        due_ns.append(source.next_ns)
        told_ns.append(source.take().event_ns)

    assert due_ns == told_ns
    assert told_ns[:2] == [1_000, 1_000 + 15 * 10**9 // 2]
    assert source.past("BTCUSDT", 0, 10) == ()


@pytest.mark.parametrize(("markets", "speed"), [([], 1.0), ([market(bars())], 0.0)])
def test_nothing_to_play_is_refused(markets, speed):
    """Or no speed to play it at."""
    with pytest.raises(InvalidValueError, match="want"):
        RecordedPrices(markets, start_ns=0, speed=speed)


def test_a_bundled_recording_plays():
    """Real quotes of an afternoon: every move a sound book."""
    path = Path(__file__).resolve().parents[2] / "data/recordings"
    quotes, _ = read_quotes(path / "binance_spot_BTCUSDT_quotes_20240808.parquet", BTC)

    source = RecordedPrices([market(quotes.rows(0, 200))], start_ns=0, speed=100.0)

    for _ in range(100):
        move = source.take()
        assert move.bids[0].price < move.asks[0].price
