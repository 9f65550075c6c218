"""The content says what a file is; a wrong guess would read prices from the wrong column."""

import gzip
import zipfile

import pytest

from argonaut.feeds.errors import DataFileError
from argonaut.feeds.tape.sniff import Format, content_of, separator_of, sniff
from tests.feeds.tape.sample import bar_frame

KLINE = b"1621382400000,1,1,1,1,1,1621382459999,1,1,1,1,0\n"


def written(folder, content, name="file"):
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "format_"),
    [
        (b"ts,open,high\n1,2,3\n", Format.CSV),
        (b"\xef\xbb\xbfDate;Open;High\n2004-08-19;1;2\n", Format.CSV),
        (b",Open,High\n2004-08-19,1,2\n", Format.CSV),
        (KLINE, Format.BINANCE_VISION),
        (b"1,2.5,3,7.5,1621382400000,True,True\n", Format.BINANCE_VISION),
        (b"[[1621382400000, 1, 1, 1, 1, 1]]", Format.JSON),
        (b" [\n  []]", Format.JSON),
        (b'{"ts_ns": 1}\n', Format.JSONL),
        (b"ARROW1\0\0", Format.FEATHER),
        (b"PAR1", Format.PARQUET),
    ],
)
def test_a_format_is_told_by_its_first_bytes(tmp_path, content, format_):
    assert sniff(written(tmp_path, content)) is format_


def test_a_parquet_file_is_parquet_whatever_its_name(tmp_path):
    path = tmp_path / "bars.csv"
    bar_frame().write_parquet(path)

    assert sniff(path) is Format.PARQUET


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \n ", "the file is empty"),
        (b"FEA1....", "feather version 1"),
        (b"just some words\n", "no known format"),
        (b"\x00\x01,\x02\x03\n", "no known format"),
        (b'["a", "b"]', "no known format"),
        (b"1,2,3\n", "3 columns without a header"),
    ],
)
def test_what_fits_no_format_is_refused(tmp_path, content, message):
    with pytest.raises(DataFileError, match=message):
        sniff(written(tmp_path, content))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataFileError, match=r"absent\.parquet: no such file"):
        sniff(tmp_path / "absent.parquet")


def test_packed_files_are_looked_into(tmp_path):
    packed = written(tmp_path, gzip.compress(KLINE))
    archive = tmp_path / "klines.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("klines.csv", KLINE)

    assert [sniff(packed), sniff(archive)] == [Format.BINANCE_VISION] * 2
    assert content_of(archive) == content_of(packed) == KLINE


def test_an_archive_of_several_files_is_refused(tmp_path):
    archive = tmp_path / "klines.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", KLINE)
        file.writestr("b.csv", KLINE)

    with pytest.raises(DataFileError, match="want one file in the archive, not 2"):
        sniff(archive)


@pytest.mark.parametrize("content", [b"\x1f\x8b damaged", b"PK\x03\x04 damaged"])
def test_a_damaged_archive_is_refused(tmp_path, content):
    with pytest.raises(DataFileError, match="cannot be read"):
        sniff(written(tmp_path, content))


@pytest.mark.parametrize(("line", "separator"), [("a,b", ","), ("a;b,c;d", ";"), ("a\tb", "\t")])
def test_the_commonest_separator_separates(line, separator):
    assert separator_of(line) == separator
