"""Market data of one instrument: each thing once, in order, and no hole without a word about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.venues.binance.depth import Book, Fate
from argonaut.venues.binance.instrument_feed import BarLine, InstrumentFeed, TradeLine
from argonaut.venues.binance.streams import Pulse
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import (
    decode_book_ticker,
    decode_depth,
    decode_kline,
    decode_klines,
    decode_public_trades,
    decode_snapshot,
    decode_ticker,
    decode_trade,
)
from tests.venues.binance.made import BTC, T_MS, T_NS, ManualClock, message, recorded, rules, text


class Heard:
    """Copies what is told: the views are used again."""

    def __init__(self):
        self.events = []
        self.hints = []

    def on_event(self, event):
        if isinstance(event, Trade):
            self.events.append(("trade", event.price, event.quantity, event.aggressor))
        elif isinstance(event, Quote):
            self.events.append(("quote", event.bid, event.ask))
        else:
            self.events.append(("bar", event.open_ns, event.close))


def feed():
    heard, clock = Heard(), ManualClock()
    made = InstrumentFeed(
        rules(),
        heard.on_event,
        now_ns=clock.wall_ns,
        mono_ns=clock.mono_ns,
        on_hint=heard.hints.append,
    )
    made.trades = TradeLine()
    made.bars["1m"] = BarLine(Bar(BTC, MINUTE_NS))
    made.book = Book()
    for kind in ("trades", "quotes", "bars 1m"):
        made.pulses[kind] = Pulse(0)
    return made, heard


def trade(number, price="100.00", symbol="BTCUSDT", quantity="1"):
    frame = message("market", "trade")
    frame["data"].update(t=number, p=price, s=symbol, q=quantity)
    return decode_trade(text(frame)).data


def found(*numbers):
    (shown,) = message("rest", "public_trades")
    return decode_public_trades(text([{**shown, "id": n, "price": str(n)} for n in numbers]))


def kline(minute, *, close="64320.00000000", symbol="BTCUSDT"):
    frame = message("market", "kline_closed")
    frame["data"]["s"] = symbol
    frame["data"]["k"].update(t=T_MS + minute * 60_000, c=close)
    return decode_kline(text(frame)).data


def rows(*minutes):
    shown = message("rest", "klines")[0]
    return decode_klines(text([[T_MS + m * 60_000, *shown[1:]] for m in minutes]))


def test_a_recorded_trade_is_told_with_who_took():
    made, heard = feed()

    made.on_trade(decode_trade(recorded("market", "trade")).data)

    assert heard.events == [("trade", 64321.57, 0.0031, -1)]  # the buyer was the maker


def test_a_trade_told_twice_is_told_once():
    """Two connections overlap when one replaces the other; volume would double."""
    made, heard = feed()
    for number in (5, 5, 4, 6):
        made.on_trade(trade(number))

    assert len(heard.events) == 2


def test_trades_behind_a_hole_wait_until_it_is_filled():
    made, heard = feed()
    for number in (5, 8, 9):
        made.on_trade(trade(number, price=str(number)))
    assert [each[1] for each in heard.events] == [5.0]

    made.on_found_trades(found(6, 7, 8))

    assert [each[1] for each in heard.events] == [5.0, 6.0, 7.0, 8.0, 9.0]
    assert not heard.hints


def test_a_hole_that_cannot_be_filled_is_told_and_trading_goes_on():
    made, heard = feed()
    for number in (5, 8, 9):
        made.on_trade(trade(number))

    made.give_up_trades()
    made.on_trade(trade(10))

    assert len(heard.events) == 4
    assert heard.hints == ["trades 6 to 7 of BTCUSDT are missing"]


def test_a_hole_does_not_hold_trades_without_bound():
    made, heard = feed()
    made.on_trade(trade(1))
    for number in range(3, 5_010):
        made.on_trade(trade(number))

    assert heard.hints == ["trades 2 to 2 of BTCUSDT are missing"]
    assert len(heard.events) == 5_008


@pytest.mark.parametrize(
    "wrong", [{"symbol": "ETHBTC"}, {"price": "0"}, {"price": "0.001"}, {"quantity": "0"}]
)
def test_a_trade_that_cannot_be_is_not_told(wrong):
    """F24: below the smallest price of the symbol, of nothing, or of another symbol."""
    made, heard = feed()

    with pytest.raises(WireError):
        made.on_trade(trade(5, **wrong))

    assert not heard.events


def test_what_cannot_be_is_no_sign_of_life():
    """A stream of nothing but impossible prices is a stall, however busy it is."""
    made, _ = feed()
    made.pulses["trades"] = Pulse(-(10**12))

    with pytest.raises(WireError):
        made.on_trade(trade(5, price="0"))
    assert made.pulses["trades"].is_silent(0)
    made.on_trade(trade(5))
    assert not made.pulses["trades"].is_silent(0)


@given(st.lists(st.integers(0, 12), max_size=14), st.lists(st.integers(0, 12), max_size=14))
def test_trades_are_told_in_order_and_never_twice(streamed, asked):
    line = TradeLine()
    told = []
    for number in streamed:
        told += [each[0] for each in line.take((number, 0, "1", "1", True))]
    if told:
        told += [each[0] for each in line.fill([(n, 0, "1", "1", True) for n in asked])]
    while line.is_waiting:
        told += [each[0] for each in line.give_up()[2]]

    assert told == sorted(set(told))
    assert {number for number in streamed if number >= streamed[0]} <= set(told)


def test_a_trade_that_comes_late_fills_its_hole():
    """Frames that change places need no question."""
    made, heard = feed()
    for number in (5, 7, 6):
        made.on_trade(trade(number, price=str(number)))

    assert [each[1] for each in heard.events] == [5.0, 6.0, 7.0]


def test_a_completed_candle_is_told_once():
    made, heard = feed()
    made.on_kline(decode_kline(recorded("market", "kline_open")).data)
    made.on_kline(kline(0))
    made.on_kline(kline(0))

    assert heard.events == [("bar", T_NS, 64320.0)]


def test_a_candle_that_is_missing_between_is_asked_for():
    made, heard = feed()
    made.on_kline(kline(0))
    made.on_kline(kline(2))
    line = made.bars["1m"]
    assert line.is_behind
    assert line.next_open_ns == T_NS + MINUTE_NS

    made.on_found_klines("1m", rows(1, 2, 3), until_ns=T_NS + 3 * MINUTE_NS)

    assert [each[1] for each in heard.events] == [T_NS, T_NS + MINUTE_NS, T_NS + 2 * MINUTE_NS]
    assert not line.is_behind


@pytest.mark.parametrize("wrong", [{"close": "99999999"}, {"close": "0"}, {"symbol": "ETHBTC"}])
def test_a_candle_that_cannot_be_is_not_told(wrong):
    made, heard = feed()

    with pytest.raises(WireError):
        made.on_kline(kline(0, **wrong))

    assert not heard.events
    assert made.bars["1m"].last_open_ns == -1


def test_a_candle_nobody_asked_for_is_an_error():
    made, _ = feed()
    del made.bars["1m"]

    with pytest.raises(WireError, match="want a candle asked for"):
        made.on_kline(kline(0))


def test_quotes_come_from_the_best_prices_and_an_older_one_changes_nothing():
    made, heard = feed()
    newer, older = message("market", "ticker"), message("market", "ticker")
    older["data"].update(u=1, b="64000.00")
    made.on_ticker(decode_ticker(text(newer)).data)
    made.on_ticker(decode_ticker(text(older)).data)

    assert heard.events == [("quote", 64321.5, 64321.57)]


def test_after_a_new_connection_update_ids_start_anew():
    """The venue may have restarted behind it."""
    made, heard = feed()
    made.on_ticker(decode_ticker(recorded("market", "ticker")).data)
    made.on_connection()
    later = message("market", "ticker")
    later["data"].update(u=1, b="64000.00")
    made.on_ticker(decode_ticker(text(later)).data)

    assert len(heard.events) == 2


def test_a_quote_that_was_asked_for_shows_whether_the_stream_has_missed_one():
    made, heard = feed()
    made.on_ticker(decode_ticker(recorded("market", "ticker")).data)

    assert made.on_found_ticker(decode_book_ticker(recorded("rest", "book_ticker")))
    moved = {**message("rest", "book_ticker"), "bidPrice": "64321.51"}
    assert not made.on_found_ticker(decode_book_ticker(text(moved)))
    assert len(heard.events) == 3


def test_quotes_come_from_the_book_where_one_is_kept():
    made, heard = feed()
    made.on_depth(decode_depth(recorded("market", "depth")).data)
    assert made.needs_snapshot
    assert not made.is_book_whole()

    fate = made.on_found_depth(decode_snapshot(recorded("rest", "depth")))

    assert fate is Fate.APPLIED
    assert made.is_book_whole()
    assert heard.events == [("quote", 64321.5, 64321.57)]


def test_a_gap_of_the_book_asks_for_a_snapshot_and_tells_no_quote():
    made, heard = feed()
    made.on_found_depth(decode_snapshot(recorded("rest", "depth")))
    heard.events.clear()
    late = message("market", "depth")
    late["data"].update(U=600, u=601)
    made.on_depth(decode_depth(text(late)).data)

    assert made.needs_snapshot
    assert not heard.events


def test_an_impossible_level_throws_the_book_away():
    made, _ = feed()
    made.on_found_depth(decode_snapshot(recorded("rest", "depth")))
    wrong = message("market", "depth")
    wrong["data"].update(U=503, u=504, b=[["0", "1"]])

    with pytest.raises(WireError):
        made.on_depth(decode_depth(text(wrong)).data)

    assert made.needs_snapshot
    assert not made.is_book_whole()
