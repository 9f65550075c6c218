"""Every format ends in the same columns under the same names."""

import gzip

import polars as pl
import pytest

from argonaut.feeds.errors import DataFileError, UnreadableCellError
from argonaut.feeds.tape.columns import Kind
from argonaut.feeds.tape.frames import column_names, kind_in, read_frame
from argonaut.feeds.tape.sniff import Format
from tests.feeds.tape.sample import bar_frame

OURS = ["open_ns", "open", "high", "low", "close", "volume"]


def written(folder, content, name="file.csv"):
    path = folder / name
    path.write_bytes(content)
    return path


def test_columns_come_under_our_names_and_no_others(tmp_path):
    path = tmp_path / "bars.parquet"
    bar_frame(vwap=[1.0] * 5).write_parquet(path)

    frame = read_frame(path, Format.PARQUET, Kind.BARS)

    assert frame.columns == OURS
    assert len(frame) == 5


def test_a_reader_may_ask_for_fewer(tmp_path):
    path = tmp_path / "bars.parquet"
    bar_frame().write_parquet(path)

    frame = read_frame(path, Format.PARQUET, Kind.BARS, only=frozenset({"open_ns"}))

    assert frame.columns == ["open_ns"]


def test_feather_reads_like_parquet(tmp_path):
    """freqtrade writes lz4-packed feather with a `date` column."""
    path = tmp_path / "BTC_USDT-1m.feather"
    frame = bar_frame().rename({"ts": "date"})
    frame.with_columns(
        pl.col("date").cast(pl.Datetime("ns", "UTC")).dt.cast_time_unit("ms")
    ).write_ipc(path, compression="lz4")

    assert kind_in(path, Format.FEATHER) is Kind.BARS
    assert read_frame(path, Format.FEATHER, Kind.BARS).columns == OURS


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_reads_with_any_separator_and_line_ending(tmp_path, separator, ending):
    lines = ["Date,Open,High,Low,Close,Adj Close,Volume", "2004-08-19,1,2,0.5,1.5,9,100"]
    content = ending.join(line.replace(",", separator) for line in lines).encode()

    frame = read_frame(written(tmp_path, content), Format.CSV, Kind.BARS)

    assert frame.row(0) == ("2004-08-19", "1", "2", "0.5", "1.5", "100")


def test_a_binance_vision_file_gets_its_names_from_its_shape(tmp_path):
    content = gzip.compress(b"1621382400000,1,2,0.5,1.5,100,1621382459999,1,1,1,1,0\n")

    frame = read_frame(written(tmp_path, content), Format.BINANCE_VISION, Kind.BARS)

    assert frame.row(0) == ("1621382400000", "1", "2", "0.5", "1.5", "100")


def test_a_binance_vision_file_with_names_is_read_with_them(tmp_path):
    """Futures files have a header since 2022."""
    content = b"id,price,qty,quote_qty,time,is_buyer_maker\n1,2.5,3,7.5,1621382400000,true\n"

    frame = read_frame(written(tmp_path, content), Format.BINANCE_VISION, Kind.TRADES)

    assert frame["buyer_is_maker"].to_list() == ["true"]
    assert len(frame) == 1


def test_json_candles_read_like_bars(tmp_path):
    path = written(tmp_path, b"[[1621382400000, 1, 2, 0.5, 1.5, 100]]", "BTC_USDT-1m.json")

    assert read_frame(path, Format.JSON, Kind.BARS).row(0) == (
        1_621_382_400_000,
        1,
        2,
        0.5,
        1.5,
        100,
    )


def test_a_candle_with_a_hole_is_named_by_row(tmp_path):
    path = written(tmp_path, b"[[1621382400000,1,1,1,1,1],[1621382460000,null,1,1,1,1]]")

    with pytest.raises(UnreadableCellError, match=r"row 2: want \[ms, open, high, low, close, vol"):
        read_frame(path, Format.JSON, Kind.BARS)


@pytest.mark.parametrize(
    ("content", "format_", "kind", "message"),
    [
        (b"[[1621382400000,1,", Format.JSON, Kind.BARS, "not valid JSON"),
        (b"PAR1 and nothing else", Format.PARQUET, Kind.BARS, "cannot be read as parquet"),
        (b"ARROW1 nothing", Format.FEATHER, Kind.BARS, "cannot be read as feather"),
        (b"ts,open\n1,2,3\n", Format.CSV, Kind.BARS, "want a column 'high'"),
        (b"ts,price,qty\n1,2,3,4\n", Format.CSV, Kind.TRADES, "cannot be read as csv"),
        (b"1,2,3\n", Format.CSV, Kind.BARS, "format: binance_vision"),
        (b"1,2,3\n", Format.BINANCE_VISION, Kind.BARS, "3 columns fit no Binance-vision"),
        (b"ts,open,open\n1,2,3\n", Format.CSV, Kind.BARS, "every column name once, not .'open'."),
        (b'{"ts_ns": 1}', Format.JSONL, Kind.BARS, "lines of JSON hold signals"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_by_name(tmp_path, content, format_, kind, message):
    with pytest.raises(DataFileError, match=message) as error:
        read_frame(written(tmp_path, content), format_, kind)

    assert "file.csv" in str(error.value)


def test_a_file_that_vanished_is_named(tmp_path):
    with pytest.raises(DataFileError, match="no such file"):
        column_names(tmp_path / "gone.parquet", Format.PARQUET)


def test_lines_of_json_are_signals(tmp_path):
    assert kind_in(written(tmp_path, b"{}"), Format.JSONL) is Kind.SIGNALS


def test_columns_of_no_known_kind_are_shown(tmp_path):
    with pytest.raises(DataFileError, match="of no known kind; it has 'date', 'title'"):
        kind_in(written(tmp_path, b"date,title\n1,2\n"), Format.CSV)
