"""A misread time unit moves a market by decades, a misread flag turns buyers into sellers."""

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.errors import UnreadableCellError
from argonaut.feeds.tape import cells
from argonaut.feeds.tape.tick_checks import TIME_MAX_NS, TIME_MIN_NS
from tests.feeds.tape.sample import START_NS

PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


@given(st.integers(TIME_MIN_NS // 10**9, TIME_MAX_NS // 10**9), st.sampled_from(sorted(PER_SECOND)))
def test_the_unit_of_a_unix_time_is_told_by_its_size(seconds, unit):
    """1980 to 2100 in one unit never looks like 1980 to 2100 in another."""
    read, note = cells.times(pl.Series("ts", [seconds * PER_SECOND[unit]]))

    assert (read.tolist(), note) == ([seconds * 10**9], f"ts: Unix {unit}")


@pytest.mark.parametrize(
    "written",
    [
        "2021-05-19",
        "2021-05-19 00:00",
        "2021-05-19 00:00:00",
        "2021-05-19T00:00:00Z",
        "2021-05-19T00:00:00.000Z",
        "2021-05-19 02:00:00+02:00",
        "2021-05-18T20:00:00.000-04:00",
        " 2021-05-19 00:00:00 UTC",
        "1621382400",
        "1621382400000",
        "1621382400.0",
    ],
)
def test_a_time_in_text_is_read_as_utc(written):
    assert cells.times(pl.Series("date", [written]))[0].tolist() == [START_NS]


@pytest.mark.parametrize(
    "value",
    [date(2021, 5, 19), datetime(2021, 5, 19, tzinfo=UTC), datetime(2021, 5, 19)],  # noqa: DTZ001
)
def test_a_time_of_a_typed_column_is_read_as_utc(value):
    assert cells.times(pl.Series("date", [value]))[0].tolist() == [START_NS]


def test_fractions_of_a_second_are_kept_to_the_microsecond():
    read, _ = cells.times(pl.Series("t", [1_621_382_400.123456]))

    assert read.tolist() == [START_NS + 123_456_000]


def test_two_units_in_one_file_are_refused_by_row():
    """Binance-vision spot files changed from ms to us on 2025-01-01; joined ones hold both."""
    joined = pl.Series("open_time", [1_621_382_400_000] * 3 + [1_621_382_460_000_000])

    with pytest.raises(UnreadableCellError, match="row 4: open_time is 1621382460000000, a time"):
        cells.times(joined)


def test_a_placeholder_keeps_its_value_for_the_checks_to_find():
    read, _ = cells.times(pl.Series("ts", [0, 1_621_382_400_000, 1_621_382_460_000]))

    assert read.tolist() == [0, START_NS, START_NS + 60_000_000_000]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([17, 18], "ts is 17.5, want a Unix time"),
        (["yesterday"], "row 1: ts is 'yesterday', want a Unix time or a date"),
        (["2021-05-19", "19/05/2021"], "row 2: ts is '19/05/2021'"),
        (["1621382400", "soon"], "row 2: ts is 'soon', want a number"),
        ([1_621_382_400, None], "row 2: ts is missing"),
        (["2021-05-19", None], "row 2: ts is missing"),
        ([date(2021, 5, 19), None], "row 2: ts is missing"),
    ],
)
def test_a_time_that_cannot_be_read_is_named(values, message):
    with pytest.raises(UnreadableCellError, match=message.replace("/", ".")):
        cells.times(pl.Series("ts", values))


def test_no_times_at_all_are_no_error_of_the_reader():
    assert cells.times(pl.Series("ts", [], dtype=pl.Int64))[0].tolist() == []


def test_numbers_in_text_are_read_with_blanks_around_them():
    assert cells.floats(pl.Series("p", ["1", " 2.5", "1e3"])).tolist() == [1.0, 2.5, 1000.0]


def test_not_a_number_passes_for_the_checks_to_find():
    assert np.isnan(cells.floats(pl.Series("p", ["nan"]))[0])


@pytest.mark.parametrize(
    ("read", "values", "message"),
    [
        (cells.floats, ["1.0", "n/a"], "row 2: x is 'n/a', want a number"),
        (cells.floats, [1.0, None], "row 2: x is missing"),
        (cells.integers, ["1", "1.5"], "row 2: x is '1.5', want a whole number"),
        (cells.sides, ["buy", "hold"], "row 2: x is 'hold', want buy or sell"),
        (cells.flags, ["true", "maybe"], "row 2: x is 'maybe', want true or false"),
        (cells.flags, [True, None], "row 2: x is missing"),
    ],
)
def test_a_cell_of_the_wrong_kind_is_named(read, values, message):
    with pytest.raises(UnreadableCellError, match=message):
        read(pl.Series("x", values))


def test_sides_and_flags_are_read_in_every_common_spelling():
    assert cells.sides(pl.Series(["buy", "SELL", None, "bid", "a"])).tolist() == [1, -1, 0, 1, -1]
    assert cells.flags(pl.Series(["True", "false", "1", "0"])).tolist() == [True, False] * 2
    assert cells.flags(pl.Series([True, False])).tolist() == [True, False]
    assert cells.flags(pl.Series([1, 0])).tolist() == [True, False]


def test_ids_are_numbers_where_all_are_and_bytes_where_not():
    numbers, words = (cells.identifiers(pl.Series(ids)) for ids in (["7", "8"], ["7", "x"]))

    assert numbers is not None
    assert numbers.tolist() == [7, 8]
    assert words is not None
    assert words.tolist() == [b"7", b"x"]
    assert cells.identifiers(pl.Series(["7", None])) is None
