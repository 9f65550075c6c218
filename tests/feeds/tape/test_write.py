"""A recording is there whole or not at all, and reads back as what it was."""

import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from argonaut.feeds.errors import FeedError
from argonaut.feeds.tape.columns import BookDeltaColumns, Kind, arrays
from argonaut.feeds.tape.spec import DataSpec
from argonaut.feeds.tape.tick_checks import Clocks
from argonaut.feeds.tape.write import Origin, origin_of, save
from tests.feeds.tape.sample import BTC, bars, funding, loaded, quotes, times, trades


def origin(kind=Kind.BARS):
    return Origin(kind=kind, instrument=BTC, timeframe="1m", source="x.csv", licence="MIT")


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (bars([0, 1], volume=[1.5, 0.0]), Kind.BARS),
        (bars([0, 1], volume=[0.0, 0.0]), Kind.MARK),
        (trades([0, 1], trade_id=np.array([7, 8]), aggressor=[1, 0]), Kind.TRADES),
        (trades([0, 1], trade_id=np.array([b"a", b"b"])), Kind.TRADES),
        (trades([0, 1]), Kind.TRADES),
        (quotes([0, 1]), Kind.QUOTES),
        (funding([0, 480], rate=[0.0001, -0.0001]), Kind.FUNDING),
    ],
)
def test_what_is_written_reads_back_the_same(tmp_path, columns, kind):
    path = tmp_path / "new folder" / "file.parquet"

    save(columns, path, origin(kind))
    found = loaded(DataSpec(path=path, instrument=BTC))

    assert found.report.kind is kind
    for name, array in arrays(columns).items():
        assert arrays(found.columns)[name].tolist() == array.tolist()


def test_ticks_keep_both_their_times(tmp_path):
    path = tmp_path / "trades.parquet"
    sample = trades([0, 1])
    clocks = Clocks(sample.ts_ns - 5_000_000, sample.ts_ns, by_received=True)

    save(sample, path, origin(Kind.TRADES), clocks=clocks)

    found = loaded(DataSpec(path=path, instrument=BTC))
    assert found.clocks.event_ns.tolist() == clocks.event_ns.tolist()
    assert found.columns.ts_ns.tolist() == sample.ts_ns.tolist()


def test_a_file_knows_where_it_came_from(tmp_path):
    path = tmp_path / "bars.parquet"
    save(bars([0, 1]), path, origin())

    assert origin_of(path) == origin()


def test_a_file_of_others_does_not_say_where_it_came_from(tmp_path):
    foreign = tmp_path / "foreign.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(foreign)

    assert origin_of(foreign) is None
    assert origin_of(tmp_path / "absent.parquet") is None


def test_a_book_has_no_layout_to_be_written_in(tmp_path):
    one = np.ones(1)
    book = BookDeltaColumns(
        BTC, times(0), snapshot=one > 0, side=one.astype(np.int8), price=one, quantity=one
    )

    with pytest.raises(FeedError, match="want bars, trades, quotes or funding, not BookDelta"):
        save(book, tmp_path / "book.parquet", origin())


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "in the way").write_text("a file where the folder should be")

    with pytest.raises(FeedError, match="could not be written"):
        save(bars([0, 1]), tmp_path / "in the way" / "bars.parquet", origin())


def test_a_full_disk_leaves_what_was_there_before(tmp_path):
    """Half a recording that looks whole would be traded on."""
    path = tmp_path / "bars.parquet"
    save(bars([0, 1]), path, origin())
    before = path.read_bytes()
    script = (
        "import resource; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "from argonaut.feeds.errors import FeedError\n"
        "from argonaut.feeds.tape.columns import Kind\n"
        "from argonaut.feeds.tape.write import Origin, save\n"
        "from tests.feeds.tape.sample import bars\n"
        "try:\n"
        f"    save(bars(list(range(500))), Path({str(path)!r}),"
        " Origin(kind=Kind.BARS, instrument='BTC/USDT@sim'))\n"
        "except FeedError as error:\n"
        "    print(error)\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )

    assert "could not be written" in run.stdout
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [path]
