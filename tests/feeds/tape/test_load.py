"""One file, decoded and judged; a file of another market is refused before a cent is lost."""

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.errors import BadDataError, DataFileError
from argonaut.feeds.tape.columns import Kind
from argonaut.feeds.tape.findings import Flaw
from argonaut.feeds.tape.load import verify
from argonaut.feeds.tape.sniff import Format
from argonaut.feeds.tape.spec import DataSpec
from argonaut.feeds.tape.write import Origin, save
from tests.feeds.tape.sample import BTC, RECORDINGS, bar_frame, bars, loaded, trade_frame


def spec_of(path, **options):
    return DataSpec(path=path, **options)


def written(folder, frame, name="file.parquet"):
    frame.write_parquet(folder / name)
    return folder / name


@pytest.mark.parametrize("name", ["trades", "book_deltas"])
def test_a_capture_with_injected_errors_is_told_from_the_clean_one(name):
    """The pair differs in a handful of cells among thousands."""
    positive = verify(spec_of(RECORDINGS / f"{name}_positive.parquet"))
    negative = verify(spec_of(RECORDINGS / f"{name}_negative.parquet"))

    assert (positive.is_usable, negative.is_usable) == (True, False)


def test_every_injected_error_of_the_trades_is_found():
    report = verify(spec_of(RECORDINGS / "trades_negative.parquet"))

    assert {found.flaw: found.rows for found in report.errors} == {
        Flaw.DUPLICATE_TRADE_ID: (3,),
        Flaw.RECEIVE_JUMP: (301,),
    }


def test_every_injected_error_of_the_book_is_found():
    report = verify(spec_of(RECORDINGS / "book_deltas_negative.parquet"))

    assert {found.flaw: found.rows for found in report.errors} == {
        Flaw.TIME_RANGE: (1,),
        Flaw.PRICE_NOT_POSITIVE: (1,),
        Flaw.SEQUENCE_BREAK: (8,),
    }


def test_an_outage_of_the_venue_is_reported_and_not_refused():
    report = verify(spec_of(RECORDINGS / "bars_gap.parquet"))

    assert report.is_usable
    assert report.gaps[0].missing == 284


def test_bitmex_bars_are_accepted_where_the_config_knows_their_convention():
    path = RECORDINGS / "bars_outage.parquet"

    assert [found.flaw for found in verify(spec_of(path)).errors] == [Flaw.OPEN_OUTSIDE_RANGE]
    tolerant = verify(spec_of(path, tolerate=("open_outside_range",)))
    assert tolerant.is_usable
    assert "99 bars without volume" in tolerant.warnings[-1].message


def test_mark_prices_and_funding_are_usable():
    reports = [verify(spec_of(RECORDINGS / f"{name}.parquet")) for name in ("mark", "funding")]

    assert [(report.kind, report.is_usable) for report in reports] == [
        (Kind.MARK, True),
        (Kind.FUNDING, True),
    ]


def test_a_file_of_several_symbols_is_verified_symbol_by_symbol(tmp_path):
    frame = trade_frame(4, symbol=["A", "B", "A", "B"], trade_id=["1", "1", "2", "1"])

    report = verify(spec_of(written(tmp_path, frame)))

    assert [found.message for found in report.errors] == [
        "B: row 2: trade id is 1, want an id not seen before"
    ]
    assert report.rows == 4
    assert "symbols: A, B" in report.notes[-1]


def test_several_symbols_need_a_choice_to_be_read(tmp_path):
    path = written(tmp_path, trade_frame(4, symbol=["A", "B", "A", "B"]))

    assert loaded(spec_of(path)).columns is None
    assert len(loaded(spec_of(path, symbol="A")).columns) == 2
    assert verify(spec_of(path, symbol="A")).rows == 2


def test_a_row_without_a_symbol_among_others_is_named(tmp_path):
    path = written(tmp_path, trade_frame(4, symbol=["A", None, "B", "A"]))

    assert "a row has no symbol" in verify(spec_of(path)).errors[0].message


def test_an_unreadable_cell_is_a_finding_and_no_columns(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("ts,open,high,low,close,volume\n1621382400,1,1,1,n/a,1\n")

    found = loaded(spec_of(path, timeframe="1m"))

    assert found.columns is None
    assert found.report.errors[0].message == "row 1: close is 'n/a', want a number"


def test_another_market_s_file_is_refused(tmp_path):
    """A backtest of BTC on the prices of ETH looks like a good strategy."""
    path = written(tmp_path, trade_frame(symbol=["ETHUSDT"] * 4))

    with pytest.raises(BadDataError, match=r"holds ETHUSDT, want BTC/USDT@sim; .*symbol: ETHUSDT"):
        loaded(spec_of(path, instrument=BTC))

    assert loaded(spec_of(path, instrument=BTC, symbol="ETHUSDT")).columns is not None


def test_a_file_of_ours_knows_its_market_without_a_symbol_column(tmp_path):
    path = tmp_path / "bars.parquet"
    save(bars([0, 1]), path, Origin(kind=Kind.BARS, instrument="ETH/USDT@binance"))

    with pytest.raises(BadDataError, match="holds ETH/USDT, want BTC/USDT@sim"):
        loaded(spec_of(path, instrument=BTC))


@pytest.mark.parametrize(
    ("symbol", "instrument"),
    [
        ("XBTUSD", "BTC/USD:BTC@bitmex"),
        ("BTCUSD_PERP", "BTC/USD:BTC@binance"),
        ("btc-usdt", "BTC/USDT@sim"),
        ("GOOG", "GOOG@sim"),
    ],
)
def test_a_market_is_recognized_in_its_venue_s_spelling(tmp_path, symbol, instrument):
    path = written(tmp_path, trade_frame(symbol=[symbol] * 4))

    assert loaded(spec_of(path, instrument=InstrumentId(instrument))).columns is not None


def test_a_stated_format_has_to_be_the_file_s(tmp_path):
    path = written(tmp_path, bar_frame())

    with pytest.raises(DataFileError, match="the file is parquet, not csv as stated"):
        loaded(spec_of(path, format=Format.CSV))


def test_signals_and_market_data_are_not_mixed_up(tmp_path):
    signals = tmp_path / "signals.jsonl"
    signals.write_text('{"ts_ns": 1621382400000000000}\n')

    with pytest.raises(DataFileError, match="want bars, the file is jsonl"):
        loaded(spec_of(signals, kind=Kind.BARS))
    with pytest.raises(DataFileError, match="want signals, the file is parquet"):
        loaded(spec_of(written(tmp_path, bar_frame()), kind=Kind.SIGNALS))
    assert len(loaded(spec_of(signals)).columns) == 1


def test_what_cannot_be_told_from_the_rows_is_asked_for_with_the_file_s_name(tmp_path):
    path = written(tmp_path, bar_frame([0]))

    with pytest.raises(DataFileError, match=r"file\.parquet: no timeframe can be told"):
        loaded(spec_of(path))


def test_a_file_that_runs_backwards_is_refused_unless_sorting_is_asked_for(tmp_path):
    """Web exports often have the newest row first."""
    path = written(tmp_path, bar_frame().reverse())

    assert [found.flaw for found in loaded(spec_of(path)).report.errors] == [Flaw.UNSORTED]
    assert loaded(spec_of(path), sort=True).report.is_usable
