"""What a source answers, read with distrust."""

import contextlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.errors import AnswerError, AnswerShapeError, EmptyAnswerError, NotJsonError
from argonaut.feeds.social.answer import (
    ANSWER_BYTES_MAX,
    Number,
    read_answer,
    read_items,
    said,
    utc_ns,
)


class Thing(msgspec.Struct):
    number: float
    raw: list[msgspec.Raw] = []


def test_a_number_written_as_a_string_is_a_number() -> None:
    assert read_answer("x", b'{"number": "40"}', Thing).number == 40.0


def test_a_nan_in_quotes_is_no_number() -> None:
    """JSON has no NaN, and a source that writes all numbers as strings has one all the same."""

    class Told(msgspec.Struct):
        number: Number

    for odd in (b'"NaN"', b'"nan"', b'"inf"', b"1e300"):
        with pytest.raises(AnswerShapeError):
            read_answer("x", b'{"number": ' + odd + b"}", Told)


@pytest.mark.parametrize("body", [b"", b" \n\t"])
def test_nothing_is_an_error_of_its_own(body: bytes) -> None:
    with pytest.raises(EmptyAnswerError, match="reddit: an empty answer"):
        read_answer("reddit", body, Thing)


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><body>Just a moment...</body></html>",
        b'{"number": 4',
        b"\xff\xfe\x00",
        b'{"other":' + b"[" * 100_000,
        b'{"number": NaN}',
        b" " + b"1" * ANSWER_BYTES_MAX,
    ],
)
def test_what_is_no_json_says_so(body: bytes) -> None:
    """A challenge page is a sick feed, not a quiet one."""
    with pytest.raises(NotJsonError, match="reddit: want"):
        read_answer("reddit", body, Thing)


def test_json_of_another_shape_names_the_field() -> None:
    with pytest.raises(AnswerShapeError, match="number"):
        read_answer("reddit", b'{"other": 1}', Thing)


def test_one_odd_item_does_not_hide_the_others() -> None:
    raw = [msgspec.Raw(b'{"number": null}'), msgspec.Raw(b'{"number": 2}')]

    assert [thing.number for thing in read_items("x", raw, Thing)] == [2.0]


def test_only_odd_items_mean_that_the_source_has_changed() -> None:
    with pytest.raises(AnswerShapeError, match="none of 2 items"):
        read_items("x", [msgspec.Raw(b"{}"), msgspec.Raw(b"3")], Thing)


def test_no_items_are_no_fault() -> None:
    assert read_items("x", [], Thing) == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-01-02T03:04:05.000006Z", 1_767_323_045_000_006_000),
        ("2026-01-02T03:04:05+01:00", 1_767_319_445_000_000_000),
        ("2026-01-02 03:04:05", 1_767_323_045_000_000_000),
        ("2026-01-02", 1_767_312_000_000_000_000),
        ("tomorrow", None),
        ("9999-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("1950-01-01", None),
    ],
)
def test_a_time_is_utc_nanoseconds_or_unknown(text: str, wanted: int | None) -> None:
    assert utc_ns(text) == wanted


def test_a_foreign_text_is_told_plain_and_short() -> None:
    told = said("<b>no</b>\n\x1b[31mway " + "x" * 500)

    assert told.startswith("no [31mway xxx")
    assert len(told) <= 80


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_the_declared_errors(body: bytes) -> None:
    with contextlib.suppress(AnswerError):
        assert isinstance(read_answer("x", body, Thing), Thing)
