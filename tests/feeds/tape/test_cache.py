"""A stale cache is a backtest on yesterday's data; a broken one must never be worse than none."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

from argonaut.feeds.tape.cache import ColumnCache, let_go
from argonaut.feeds.tape.columns import Kind, arrays
from argonaut.feeds.tape.quality import assess
from argonaut.feeds.tape.tick_checks import Clocks
from tests.feeds.tape.sample import bars, funding, quotes, trades

SMAPS = Path("/proc/self/smaps")


@pytest.fixture
def cache(tmp_path):
    return ColumnCache(tmp_path / "cache")


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source.parquet"
    path.write_bytes(b"first content")
    return path


def report_on(columns, kind):
    clocks = None
    if kind in {Kind.TRADES, Kind.QUOTES}:
        clocks = Clocks(columns.ts_ns, None, by_received=False)
    return assess(columns, path="source.parquet", kind=kind, clocks=clocks)


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (bars([0, 1, 5]), Kind.BARS),
        (trades([0, 1], trade_id=np.array([b"a", b"bc"])), Kind.TRADES),
        (trades([0, 1]), Kind.TRADES),
        (quotes([0, 1]), Kind.QUOTES),
        (funding([0, 1]), Kind.FUNDING),
    ],
)
def test_what_was_stored_is_loaded_to_the_last_bit(cache, source, columns, kind):
    entry = cache.entry(source, b"manner")
    report = report_on(columns, kind)

    cache.store(entry, columns, report)
    loaded, told = cache.load(entry)

    assert told == report
    assert type(loaded) is type(columns)
    assert loaded.instrument_id == columns.instrument_id
    for name, array in arrays(columns).items():
        kept = arrays(loaded)[name]
        assert (kept.dtype, kept.tobytes()) == (array.dtype, array.tobytes())
        assert not kept.flags.writeable


def resident_kib(array):
    """How much of the mapping an array lies in counts as memory of this process."""
    address = array.__array_interface__["data"][0]
    own = False
    for line in SMAPS.read_text().splitlines():
        if match := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            own = int(match[1], 16) <= address < int(match[2], 16)
        elif own and line.startswith("Rss:"):
            return int(line.split()[1])
    raise AssertionError("the array lies nowhere")


@pytest.mark.skipif(not SMAPS.exists(), reason="only Linux tells")
def test_columns_that_are_let_go_take_no_memory_until_they_are_read_again(cache, source):
    """A year of ticks that was played once may not fill the machine."""
    columns = bars(range(20_000))
    entry = cache.entry(source, b"manner")
    cache.store(entry, columns, report_on(columns, Kind.BARS))
    loaded, _ = cache.load(entry)
    assert loaded.close.sum() == columns.close.sum()
    assert resident_kib(loaded.close) > 100

    let_go(loaded)

    assert resident_kib(loaded.close) == 0
    for name, array in arrays(columns).items():
        assert arrays(loaded)[name].tobytes() == array.tobytes()


def test_columns_in_memory_stay_when_let_go():
    columns = bars([0, 1, 5])
    before = columns.close.tobytes()

    let_go(columns)

    assert columns.close.tobytes() == before


def test_an_entry_belongs_to_one_content_and_one_manner_of_reading(cache, source):
    first = cache.entry(source, b"manner")

    assert cache.entry(source, b"manner") == first
    assert cache.entry(source, b"another manner") != first
    source.write_bytes(b"other content, of another length")
    assert cache.entry(source, b"manner") != first


def test_a_file_rewritten_with_its_old_size_and_times_is_another_file(cache, source):
    """Restored from a backup with its dates: the file system's change time still tells."""
    first = cache.entry(source, b"manner")
    status = source.stat()

    source.write_bytes(b"FIRST CONTENT")
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert cache.entry(source, b"manner") != first


def test_nothing_is_loaded_where_nothing_was_stored(cache, source):
    assert cache.load(cache.entry(source, b"manner")) is None


@pytest.mark.parametrize(
    "damage", [b"", b"nonsense" * 20, b"ARGOCOLS\xff\xff\xff\x00\x00\x00\x00\x00x"]
)
def test_a_damaged_entry_counts_as_none(cache, source, damage):
    entry = cache.entry(source, b"manner")
    cache.store(entry, bars([0, 1]), report_on(bars([0, 1]), Kind.BARS))

    entry.write_bytes(damage)

    assert cache.load(entry) is None


def test_a_torn_entry_counts_as_none(cache, source):
    entry = cache.entry(source, b"manner")
    cache.store(entry, bars([0, 1]), report_on(bars([0, 1]), Kind.BARS))

    entry.write_bytes(entry.read_bytes()[:-8])

    assert cache.load(entry) is None


def test_a_folder_that_cannot_be_made_harms_nobody(tmp_path, source):
    (tmp_path / "in the way").write_text("a file where the folder should be")
    cache = ColumnCache(tmp_path / "in the way" / "cache")
    entry = cache.entry(source, b"manner")

    assert not cache.store(entry, bars([0]), report_on(bars([0]), Kind.BARS))
    assert cache.load(entry) is None


def test_the_folder_stays_within_its_bound_and_drops_what_was_unused_longest(tmp_path, source):
    sample = bars(list(range(100)))
    cache = ColumnCache(tmp_path / "cache", bytes_max=12_000)  # an entry takes about 5.5 KB
    entries = [cache.entry(source, bytes([number])) for number in range(4)]

    for age, entry in enumerate(entries):
        cache.store(entry, sample, report_on(sample, Kind.BARS))
        os.utime(entry, ns=(age, age))

    assert [entry.exists() for entry in entries] == [False, True, True, True]
