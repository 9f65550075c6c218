"""The step where text becomes prices, times and sides."""

import polars as pl
import pytest

from argonaut.feeds.errors import DataFileError, UnreadableCellError
from argonaut.feeds.tape.columns import Clock, Kind
from argonaut.feeds.tape.decode import (
    LINE_BYTES_MAX,
    commonest_step,
    decode,
    decode_told,
    in_order,
    one_symbol,
    symbols_in,
)
from tests.feeds.tape.sample import BTC, START_NS, bar_frame, times, trade_frame

SECOND = 1_000_000_000
OURS = {"ts_event": "event_ns", "ts_recv": "received_ns", "qty": "quantity", "ts": "open_ns"}


def signals_of(path):
    return decode_told(path).columns


def ordered(made):
    return in_order(made)


def decoded(frame, kind, *, timeframe_ns=None, clock=Clock.AUTO):
    ours = frame.rename({name: OURS[name] for name in frame.columns if name in OURS})
    return decode(ours, kind, BTC, timeframe_ns=timeframe_ns, clock=clock)


def test_bars_have_their_stated_timeframe():
    assert (
        decoded(bar_frame(), Kind.BARS, timeframe_ns=60 * SECOND).columns.timeframe_ns
        == 60 * SECOND
    )


def test_an_unstated_timeframe_is_the_commonest_step_and_is_noted():
    made = decoded(bar_frame([0, 5, 10, 30, 35]), Kind.BARS)

    assert made.columns.timeframe_ns == 300 * SECOND
    assert "timeframe: the commonest step" in made.notes


def test_one_bar_tells_no_timeframe():
    with pytest.raises(DataFileError, match="no timeframe can be told"):
        commonest_step(times(0))


def test_a_mark_price_has_bars_without_volume():
    made = decoded(bar_frame().drop("volume"), Kind.MARK, timeframe_ns=60 * SECOND)

    assert made.columns.volume.tolist() == [0.0] * 5


def test_ticks_are_in_the_order_of_their_receive_times():
    """That is when a strategy could have known."""
    made = decoded(trade_frame(2), Kind.TRADES)

    assert made.columns.ts_ns.tolist() == [START_NS + 10_000_000, START_NS + SECOND + 10_000_000]
    assert "clock: received" in made.notes
    assert made.clocks.event_ns[0] == START_NS


@pytest.mark.parametrize(
    ("frame", "clock"),
    [
        (trade_frame(2), Clock.EVENT),
        (trade_frame(2, ts_recv=pl.Series([None, None], dtype=pl.Int64)), Clock.AUTO),
        (trade_frame(2, ts_recv=[START_NS, None]), Clock.AUTO),
        (trade_frame(2).drop("ts_recv"), Clock.AUTO),
    ],
)
def test_the_venue_s_time_orders_ticks_where_asked_for_or_alone(frame, clock):
    assert decoded(frame, Kind.TRADES, clock=clock).columns.ts_ns[0] == START_NS


def test_a_receive_order_without_receive_times_is_refused():
    with pytest.raises(DataFileError, match="want a receive time in every row"):
        decoded(trade_frame().drop("ts_recv"), Kind.TRADES, clock=Clock.RECEIVED)


def test_the_aggressor_is_the_taker_s_side():
    made = decoded(trade_frame(3, aggressor=["buy", "sell", None]), Kind.TRADES)

    assert made.columns.aggressor.tolist() == [1, -1, 0]


def test_where_the_buyer_was_maker_the_seller_took():
    frame = trade_frame(2).drop("aggressor").with_columns(buyer_is_maker=pl.Series([True, False]))

    assert decoded(frame, Kind.TRADES).columns.aggressor.tolist() == [-1, 1]


def test_trades_without_side_or_id_say_so():
    made = decoded(trade_frame(2).drop("aggressor", "trade_id"), Kind.TRADES).columns

    assert (made.aggressor.tolist(), made.trade_id) == ([0, 0], None)


def test_quotes_and_funding_are_decoded():
    event_ns = [START_NS, START_NS + SECOND]
    quote = pl.DataFrame(
        {"event_ns": event_ns, "bid": [9, 9], "bid_quantity": [1, 1], "ask": [11, 11]}
        | {"ask_quantity": [2, 2]}
    )
    payment = pl.DataFrame({"event_ns": event_ns, "rate": [0.0001, -0.0001]})

    assert decoded(quote, Kind.QUOTES).columns.ask_quantity.tolist() == [2.0, 2.0]
    assert decoded(payment, Kind.FUNDING).columns.rate.tolist() == [0.0001, -0.0001]


def book(**columns):
    frame = {
        "event_ns": [START_NS, START_NS + 1],
        "first_id": [5, 6],
        "last_id": [5, 6],
        "prev_id": [None, 5],
        "snapshot": [True, False],
        "side": ["bid", "ask"],
        "price": [9.0, 11.0],
        "quantity": [1.0, 0.0],
    }
    return pl.DataFrame(frame | columns)


def test_book_deltas_keep_the_ids_the_venue_sends():
    made = decoded(book(first_id=[None, None]), Kind.BOOK_DELTAS).columns

    assert (made.side.tolist(), made.snapshot.tolist()) == ([1, -1], [True, False])
    assert (made.first_id, made.prev_id.tolist()) == (None, [-1, 5])


def test_book_deltas_may_say_is_ask_and_leave_out_snapshot():
    frame = book().drop("snapshot", "side").with_columns(is_ask=pl.Series(["0", "1"]))

    made = decoded(frame, Kind.BOOK_DELTAS).columns

    assert (made.side.tolist(), made.snapshot.tolist()) == ([1, -1], [False, False])


def test_book_deltas_without_a_side_are_refused():
    with pytest.raises(DataFileError, match="want a column 'side'"):
        decoded(book().drop("side"), Kind.BOOK_DELTAS)


def test_one_symbol_is_picked_out_of_several():
    frame = trade_frame(3, symbol=["A", "B", "A"])

    assert symbols_in(frame) == ["A", "B"]
    assert one_symbol(frame, "A")["trade_id"].to_list() == ["100", "102"]


def test_a_stray_row_of_another_symbol_is_named():
    """One wrong row among thousands is the commonest fault of joined files."""
    with pytest.raises(UnreadableCellError, match="row 3: symbol is ETHUSDT after BTCUSDT"):
        one_symbol(trade_frame(3, symbol=["BTCUSDT", "BTCUSDT", "ETHUSDT"]), None)


def test_a_symbol_the_file_does_not_have_is_refused():
    with pytest.raises(DataFileError, match="want symbol 'XRP', the file has BTCUSDT"):
        one_symbol(trade_frame(), "XRP")


def test_a_file_without_symbols_is_one_market():
    frame = bar_frame()

    assert symbols_in(frame) == []
    assert len(one_symbol(frame, "BTCUSDT")) == len(frame)


def test_signals_keep_their_bytes_and_state_their_time(tmp_path):
    path = tmp_path / "signals.jsonl"
    path.write_bytes(b'{"ts_ns": 5, "id": "a"}\n\n{"ts_ns": 7, "id": "b"}\n')

    rows = signals_of(path)

    assert rows.ts_ns.tolist() == [5, 7]
    assert rows.body == (b'{"ts_ns": 5, "id": "a"}', b'{"ts_ns": 7, "id": "b"}')


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "line 2: want a JSON object"),
        (b"[]", "line 2: want a JSON object"),
        (b'{"id": "a"}', "line 2: want a JSON object with `ts_ns`"),
        (b'{"ts_ns": 1.5}', "line 2: want a JSON object with `ts_ns`"),
        (b'{"ts_ns": 1, "x": "' + b"y" * LINE_BYTES_MAX + b'"}', "line 2: 1310"),
    ],
)
def test_a_line_that_is_no_signal_is_named(tmp_path, line, message):
    path = tmp_path / "signals.jsonl"
    path.write_bytes(b'{"ts_ns": 5}\n' + line)

    with pytest.raises(UnreadableCellError, match=message):
        decode_told(path)


def test_a_file_that_runs_backwards_can_be_put_in_order(tmp_path):
    frame = trade_frame(3)
    backwards = decoded(frame.reverse(), Kind.TRADES)

    straight = ordered(backwards)

    assert straight.columns.trade_id.tolist() == [100, 101, 102]
    assert straight.clocks.event_ns.tolist() == frame["ts_event"].to_list()
    assert straight.clocks.received_ns.tolist() == frame["ts_recv"].to_list()


def test_bars_and_signals_can_be_put_in_order_too(tmp_path):
    path = tmp_path / "signals.jsonl"
    path.write_bytes(b'{"ts_ns": 7}\n{"ts_ns": 5}\n')

    assert ordered(decode_told(path)).columns.body == (b'{"ts_ns": 5}', b'{"ts_ns": 7}')
    bars = ordered(decoded(bar_frame().reverse(), Kind.BARS)).columns
    assert bars.open_ns.tolist() == bar_frame()["ts"].to_list()
