"""`argonaut data`: what is there, and how it got there."""

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.feeds.errors import BadDataError, DataFileError, FeedError
from argonaut.feeds.tape.catalogue import import_file, list_recordings
from argonaut.feeds.tape.columns import Kind
from argonaut.feeds.tape.findings import Flaw
from argonaut.feeds.tape.sniff import Format
from argonaut.feeds.tape.spec import DataSpec
from tests.feeds.tape.sample import BTC, RECORDINGS, START_NS, bar_frame, loaded

CSV = (
    "Date,Open,High,Low,Close,Volume\n"
    "2021-05-19 00:00:00,10,12,9,11,5\n"
    "2021-05-19 00:01:00,11,12,10,10,0\n"
)


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "bars.csv"
    path.write_text(CSV)
    return path


def spec_of(path, **options):
    return DataSpec(path=path, instrument=BTC, timeframe="1m", **options)


def test_a_folder_lists_what_it_holds(tmp_path, csv):
    (tmp_path / "README.md").write_text("not a recording")
    (tmp_path / "MANIFEST.json").write_text('["not candles"]')
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    (tmp_path / "deep").mkdir()
    bar_frame(range(3)).write_parquet(tmp_path / "deep" / "bars.parquet")
    (tmp_path / "signals.jsonl").write_text(f'{{"ts_ns": {START_NS}}}\n')

    listed = {info.path.removeprefix(f"{tmp_path}/"): info for info in list_recordings(tmp_path)}

    assert list(listed) == ["bars.csv", "broken.parquet", "deep/bars.parquet", "signals.jsonl"]
    assert (listed["bars.csv"].format, listed["bars.csv"].rows) == (Format.CSV, 2)
    assert listed["deep/bars.parquet"].timeframe == "1m"
    assert listed["deep/bars.parquet"].from_ns == START_NS
    assert listed["signals.jsonl"].kind is Kind.SIGNALS
    assert "cannot be read as parquet" in str(listed["broken.parquet"].problem)


def test_a_listed_file_names_its_markets():
    listed = {info.path: info for info in list_recordings(RECORDINGS)}

    assert listed[str(RECORDINGS / "bars_gap.parquet")].markets == ("BTC/USDT@binance",)
    assert "ETHUSDT" in listed[str(RECORDINGS / "trades_symbols.parquet")].markets


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataFileError, match="absent: no such folder"):
        list_recordings(tmp_path / "absent")


def test_an_imported_file_reads_like_its_source(tmp_path, csv):
    target = tmp_path / "imported" / "bars.parquet"
    steps = []

    done = import_file(
        spec_of(csv), target, licence="MIT", progress=lambda step, part: steps.append((step, part))
    )

    assert not done.was_there
    assert done.report.warnings[0].flaw is Flaw.ZERO_VOLUME
    assert loaded(spec_of(target)).columns.high.tolist() == [12.0, 12.0]
    assert [step for step, _ in steps] == ["hash", "read", "write", "done"]
    assert sorted(part for _, part in steps) == [part for _, part in steps]


def test_an_import_repeated_leaves_the_file_alone(tmp_path, csv):
    target = tmp_path / "bars.parquet"
    import_file(spec_of(csv), target)
    before = target.stat().st_mtime_ns

    again = import_file(spec_of(csv), target)

    assert again.was_there
    assert target.stat().st_mtime_ns == before


def test_an_import_of_changed_bytes_replaces_the_file(tmp_path, csv):
    target = tmp_path / "bars.parquet"
    import_file(spec_of(csv), target)
    csv.write_text(CSV.replace(",11,5", ",12,5"))

    again = import_file(spec_of(csv), target)

    assert not again.was_there
    assert loaded(spec_of(target)).columns.close.tolist() == [12.0, 10.0]


def test_an_import_of_bad_data_writes_nothing(tmp_path, csv):
    csv.write_text(CSV.replace(",11,5", ",0,5"))
    target = tmp_path / "bars.parquet"

    with pytest.raises(BadDataError, match=r"bars\.csv: row 1: close is 0\.0"):
        import_file(spec_of(csv), target)

    assert not target.exists()


def test_newest_first_is_put_in_order_on_request(tmp_path, csv):
    head, first, second = CSV.splitlines()
    csv.write_text(f"{head}\n{second}\n{first}\n")
    target = tmp_path / "bars.parquet"

    with pytest.raises(BadDataError, match="row 2: opens at"):
        import_file(spec_of(csv), target)
    import_file(spec_of(csv), target, sort=True)

    assert loaded(spec_of(target)).columns.open.tolist() == [10.0, 11.0]


def test_both_clocks_of_ticks_survive_an_import(tmp_path):
    source = DataSpec(path=RECORDINGS / "trades_positive.parquet")
    target = tmp_path / "trades.parquet"

    import_file(source, target)

    before, after = loaded(source).clocks, loaded(DataSpec(path=target)).clocks
    assert before.event_ns.tolist() == after.event_ns.tolist()
    assert before.received_ns.tolist() == after.received_ns.tolist()


def test_signals_are_not_imported(tmp_path):
    path = tmp_path / "signals.jsonl"
    path.write_text(f'{{"ts_ns": {START_NS}}}\n')

    with pytest.raises(FeedError, match="signals are used as they are"):
        import_file(DataSpec(path=path), tmp_path / "x.parquet")


def test_a_source_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataFileError, match=r"gone\.csv: cannot be read"):
        import_file(DataSpec(path=tmp_path / "gone.csv"), tmp_path / "x.parquet")


def test_an_instrument_of_the_import_is_kept(tmp_path, csv):
    target = tmp_path / "bars.parquet"
    import_file(
        DataSpec(path=csv, instrument=InstrumentId("DOGE/USDT@binance"), timeframe="1m"), target
    )

    (listed,) = (info for info in list_recordings(tmp_path) if info.path == str(target))
    assert listed.markets == ("DOGE/USDT@binance",)
