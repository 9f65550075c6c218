"""The door everyone comes through: read, refuse, remember."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from argonaut.domain.errors import ExitCode
from argonaut.domain.ids import InstrumentId
from argonaut.feeds.errors import BadDataError, DataFileError
from argonaut.feeds.tape.cache import ColumnCache
from argonaut.feeds.tape.read import (
    read,
    read_bars,
    read_funding,
    read_quotes,
    read_signals,
    read_trades,
)
from argonaut.feeds.tape.spec import DataSpec
from tests.feeds.tape.sample import BTC, RECORDINGS, bar_frame, trade_frame

BUNDLED = Path(__file__).resolve().parents[3] / "data" / "recordings"


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "bars.parquet"
    bar_frame([0, 1, 5]).write_parquet(path)
    return path


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.parquet"
    bar_frame([0, 1], close=[10.0, 0.0]).write_parquet(path)
    return path


def test_bars_come_with_a_report_on_their_gaps(good):
    bars, report = read_bars(good, BTC, "1m")

    assert (len(bars), bars.instrument_id, report.gaps[0].missing) == (3, BTC, 3)


def test_bad_bars_are_refused_unless_only_a_report_is_wanted(bad):
    with pytest.raises(BadDataError, match=r"bad\.parquet: row 2: close is 0\.0, want more than 0"):
        read_bars(bad, BTC, "1m")

    bars, report = read_bars(bad, BTC, "1m", on_bad="report")
    assert (len(bars), report.is_usable) == (2, False)


def test_a_cell_that_cannot_be_read_leaves_no_columns_to_report_on(tmp_path):
    path = tmp_path / "bars.csv"
    path.write_text("ts,open,high,low,close,volume\n1621382400,1,1,1,x,1\n")

    with pytest.raises(BadDataError, match=r"bars\.csv: row 1: close is 'x', want a number"):
        read_bars(path, BTC, "1m", on_bad="report")


@pytest.mark.parametrize("with_cache", [True, False])
def test_a_missing_file_is_a_mistake_of_the_config(tmp_path, with_cache):
    cache = ColumnCache(tmp_path / "cache") if with_cache else None

    with pytest.raises(DataFileError, match=r"gone\.parquet: ") as error:
        read_bars(tmp_path / "gone.parquet", BTC, "1m", cache=cache)

    assert error.value.exit_code is ExitCode.USAGE


def test_each_kind_has_its_reader(tmp_path):
    signals = tmp_path / "signals.jsonl"
    signals.write_text('{"ts_ns": 1621382400000000000}\n')
    ticks = tmp_path / "trades.parquet"
    trade_frame().write_parquet(ticks)
    quotes = BUNDLED / "gemini_spot_ETHUSD_quotes_20210701.parquet"

    assert len(read_trades(ticks, BTC)[0]) == 4
    assert len(read_quotes(quotes, InstrumentId("ETH/USD@gemini"))[0]) == 12_605
    assert len(read_funding(RECORDINGS / "funding.parquet", BTC)[0]) == 60
    assert len(read_signals(signals)[0]) == 1


def test_what_was_read_once_is_remembered_until_the_file_changes(tmp_path, good):
    cache = ColumnCache(tmp_path / "cache")

    first, first_report = read_bars(good, BTC, "1m", cache=cache)
    again, again_report = read_bars(good, BTC, "1m", cache=cache)
    bar_frame([0, 1, 2, 3]).write_parquet(good)
    changed, _ = read_bars(good, BTC, "1m", cache=cache)

    assert first_report == again_report
    assert first.close.tolist() == again.close.tolist()
    assert len(changed) == 4


def test_bad_data_is_never_remembered(tmp_path, bad):
    """A refusal must not turn into an approval on the second run."""
    cache = ColumnCache(tmp_path / "cache")
    read_bars(bad, BTC, "1m", on_bad="report", cache=cache)

    with pytest.raises(BadDataError):
        read_bars(bad, BTC, "1m", cache=cache)


def test_what_was_just_kept_is_read_from_where_it_is_kept(tmp_path, good):
    """The first backtest on a recording may not take more memory than the second."""
    bars, _ = read_bars(good, BTC, "1m", cache=ColumnCache(tmp_path / "cache"))
    without, _ = read_bars(good, BTC, "1m")

    owner = bars.close.base
    assert owner is not None
    assert isinstance(owner.base, np.memmap)
    assert bars.close.tolist() == without.close.tolist()


def test_a_cached_recording_needs_no_polars(tmp_path, good):
    """Its import is a tenth of the second a small backtest may take."""
    script = (
        "import sys; from pathlib import Path\n"
        "from argonaut.feeds.tape.cache import ColumnCache\n"
        "from argonaut.feeds.tape.read import read_bars\n"
        f"bars, _ = read_bars(Path({str(good)!r}), 'BTC/USDT@sim', '1m',"
        f" cache=ColumnCache(Path({str(tmp_path / 'cache')!r})))\n"
        "print(len(bars), 'polars' in sys.modules)"
    )

    runs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]

    assert [run.stdout.split() for run in runs] == [["3", "True"], ["3", "False"]]


@pytest.mark.parametrize("path", sorted(BUNDLED.glob("*.parquet")), ids=lambda path: path.stem)
def test_every_bundled_recording_is_usable(path):
    assert read(DataSpec(path=path))[1].is_usable
