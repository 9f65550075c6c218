"""Names of columns in the wild, and the two Binance layouts that look alike."""

from pathlib import Path

import pytest

from argonaut.feeds.errors import DataFileError
from argonaut.feeds.tape.columns import Kind
from argonaut.feeds.tape.layouts import headerless_names, kind_of, match_columns

CANDLES = ["open", "high", "low", "close"]


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["ts", *CANDLES, "volume"], Kind.BARS),
        (["", "Open", "High", "Low", "Close", "Volume"], Kind.BARS),
        (["ts", *CANDLES], Kind.MARK),
        (["ts_event", "price", "qty"], Kind.TRADES),
        (["id", "price", "qty", "quote_qty", "time", "is_buyer_maker"], Kind.TRADES),
        (["timestamp", "ask_amount", "ask_price", "bid_price", "bid_amount"], Kind.QUOTES),
        (["calc_time", "funding_interval_hours", "last_funding_rate"], Kind.FUNDING),
        (["timestamp", "is_snapshot", "side", "price", "amount"], Kind.BOOK_DELTAS),
        (["date", "title"], None),
    ],
)
def test_the_columns_tell_what_the_rows_are(names, kind):
    assert kind_of(names) is kind


def test_names_match_without_case_and_punctuation():
    found = match_columns(Path("x.csv"), Kind.BARS, ["Open Time", *CANDLES, "Volume"])

    assert (found["open_ns"], found["volume"]) == ("Open Time", "Volume")


def test_a_missing_column_is_named_beside_those_there_are():
    with pytest.raises(DataFileError) as error:
        match_columns(Path("x.csv"), Kind.BARS, ["ts", "open", "high", "low", "volume"])

    assert str(error.value) == (
        "x.csv: bars want a column 'close'; the file has 'ts', 'open', 'high', 'low', 'volume'"
    )


def test_a_missing_time_is_asked_for_by_its_usual_name():
    with pytest.raises(DataFileError, match="want a column 'ts'"):
        match_columns(Path("x.csv"), Kind.BARS, [*CANDLES, "volume"])


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("1,2,3,4,5,6,7,8,9,10,11,12", ["open_time", *CANDLES, "volume"]),
        ("1,2.5,3,7.5,1621382400000,True,True", ["id", "price", "qty", "time", "is_buyer_maker"]),
        ("1,2.5,3,7.5,1621382400000,false", ["id", "price", "qty", "time", "is_buyer_maker"]),
        (
            "1,2.5,3,8,9,1621382400000,true",
            ["agg_trade_id", "price", "qty", "time", "is_buyer_maker"],
        ),
        (
            "1,2.5,3,8,9,1621382400000,True,True",
            ["agg_trade_id", "price", "qty", "time", "is_buyer_maker"],
        ),
    ],
)
def test_a_binance_vision_row_without_names_is_told_by_its_shape(row, names):
    """Spot trades and futures aggTrades both have seven columns; the sixth tells them apart."""
    found = headerless_names(row.split(",")) or []

    assert [name for name in found if not name.startswith("_")] == names


@pytest.mark.parametrize("row", ["1,2,3", "1,2,3,4,5,6,7", "1,2,3,4,5,6"])
def test_any_other_shape_has_no_names(row):
    assert headerless_names(row.split(",")) is None
