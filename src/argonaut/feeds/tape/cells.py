"""One column of a file turned into one array; a cell that cannot be read is named by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from argonaut.feeds.errors import UnreadableCellError
from argonaut.feeds.tape.columns import Floats, Times
from argonaut.feeds.tape.tick_checks import TIME_MAX_NS, TIME_MIN_NS

_TICKS_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_SECOND_NS = 1_000_000_000
_TEXT_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f%z",
)
_BUYER_WORDS = {
    "buy": 1,
    "sell": -1,
    "b": 1,
    "s": -1,
    "bid": 1,
    "a": -1,
    "ask": -1,
    "": 0,
    "unknown": 0,
}
_FLAG_WORDS = {"true": True, "false": False, "1": True, "0": False}


def floats(series: pl.Series) -> Floats:
    """Return float64; NaN and infinity pass, text and missing cells do not."""
    numbers = _cast(series, pl.Float64(), "a number")
    return np.ascontiguousarray(numbers.to_numpy())


def integers(series: pl.Series) -> NDArray[np.int64]:
    """Return int64; missing cells do not pass."""
    return np.ascontiguousarray(_cast(series, pl.Int64(), "a whole number").to_numpy())


def sides(series: pl.Series) -> NDArray[np.int8]:
    """Return +1 for buy or bid, -1 for sell or ask, 0 where it is not told."""
    return _words(series.fill_null(""), _BUYER_WORDS, "buy or sell").astype(np.int8)


def flags(series: pl.Series) -> NDArray[np.bool_]:
    """Return booleans from booleans, `true`/`false` or 1/0."""
    if series.dtype == pl.Boolean and not series.null_count():
        return series.to_numpy().astype(np.bool_)
    return _words(series, _FLAG_WORDS, "true or false").astype(np.bool_)


def identifiers(series: pl.Series) -> NDArray[np.int64] | NDArray[np.bytes_] | None:
    """Return int64 where every id is a number, bytes where not, None where one is missing."""
    if series.null_count():
        return None
    numbers = series.cast(pl.Int64, strict=False)
    if not numbers.null_count():
        return np.ascontiguousarray(numbers.to_numpy())
    return np.array(series.cast(pl.String).to_list(), dtype=np.bytes_)


def times(series: pl.Series) -> tuple[Times, str]:
    """Return UTC nanoseconds and a note on how the file wrote them.

    Raises:
        UnreadableCellError: A time is missing or unreadable, or the file mixes units.
    """
    if series.dtype.is_temporal():
        _refuse_missing(series)
        return _from_datetimes(series), f"{series.name}: dates, read as UTC"
    if series.dtype == pl.String:
        _refuse_missing(series)
        numbers = series.cast(pl.Int64, strict=False)
        if numbers.null_count():
            numbers = series.cast(pl.Float64, strict=False)
        if numbers.null_count() == len(numbers):
            return _from_text(series), f"{series.name}: dates, read as UTC"
    return _from_numbers(series)


def _from_numbers(series: pl.Series) -> tuple[Times, str]:
    whole = series.cast(pl.Int64, strict=False)
    is_whole = whole.null_count() == series.null_count() and not series.dtype.is_float()
    numbers: NDArray[Any] = integers(series) if is_whole else floats(series)
    unit = _unit_of(series.name, numbers)
    low, high = _range_of(unit)
    inside = (numbers >= low) & (numbers <= high)
    _refuse_mixture(series.name, numbers, unit, inside)
    per_tick_ns = _SECOND_NS // _TICKS_PER_SECOND[unit]
    if is_whole and inside.all():  # nearly every file, and a column takes megabytes
        return numbers * per_tick_ns, f"{series.name}: Unix {unit}"
    if not is_whole:
        # Fractions of a float second are exact to a microsecond, not to a nanosecond.
        micros = np.round(np.where(inside, numbers, 0) * (per_tick_ns / 1000.0))
        scaled = micros.astype(np.int64) * 1000
    else:
        scaled = np.where(inside, numbers, 0) * per_tick_ns
    # A placeholder such as 0 keeps its value, so that the checks find it out of range.
    bounded = np.nan_to_num(np.clip(numbers, -TIME_MAX_NS, TIME_MAX_NS + 1))
    return np.where(inside, scaled, bounded.astype(np.int64)), f"{series.name}: Unix {unit}"


def _unit_of(name: str, numbers: NDArray[Any]) -> str:
    """Return the unit most rows are in, told by magnitude: the ranges do not overlap."""
    middle = float(np.median(numbers)) if len(numbers) else 0.0
    for unit in _TICKS_PER_SECOND:
        low, high = _range_of(unit)
        if low <= middle <= high:
            return unit
    if not len(numbers):
        return "ns"
    raise UnreadableCellError(f"{name} is {middle:.17g}, want a Unix time in s, ms, us or ns")


def _refuse_mixture(name: str, numbers: NDArray[Any], unit: str, inside: NDArray[np.bool_]) -> None:
    # Binance-vision spot files changed from ms to us on 2025-01-01; joined ones hold both.
    for other in _TICKS_PER_SECOND:
        low, high = _range_of(other)
        strays = np.flatnonzero(~inside & (numbers >= low) & (numbers <= high))
        if len(strays):
            row = int(strays[0])
            raise UnreadableCellError(
                f"row {row + 1}: {name} is {numbers[row]}, a time in {other}, while most rows are "
                f"in {unit}; want one unit"
            )


def _range_of(unit: str) -> tuple[int, int]:
    per_tick_ns = _SECOND_NS // _TICKS_PER_SECOND[unit]
    return TIME_MIN_NS // per_tick_ns, TIME_MAX_NS // per_tick_ns


def _from_text(series: pl.Series) -> Times:
    text = series.str.strip_chars().str.strip_suffix("Z").str.strip_suffix(" UTC")
    attempts = [_parse(text, pattern) for pattern in _TEXT_FORMATS]
    best = min(attempts, key=lambda parsed: parsed.null_count())
    _refuse_unread(series, best, "a Unix time or a date such as 2021-05-19 12:55:00")
    return _from_datetimes(best)


def _parse(text: pl.Series, pattern: str) -> pl.Series:
    parsed = text.str.to_datetime(pattern, time_unit="ns", strict=False)
    return parsed.dt.convert_time_zone("UTC") if pattern.endswith("%z") else parsed


def _from_datetimes(series: pl.Series) -> Times:
    return np.ascontiguousarray(
        series.cast(pl.Datetime("ns")).dt.replace_time_zone(None).cast(pl.Int64).to_numpy()
    )


def _cast(series: pl.Series, dtype: pl.DataType, want: str) -> pl.Series:
    _refuse_missing(series)
    cast = series.cast(dtype, strict=False)
    if cast.null_count() and series.dtype == pl.String:
        cast = series.str.strip_chars().cast(dtype, strict=False)
    _refuse_unread(series, cast, want)
    return cast


def _words(series: pl.Series, meaning: dict[str, Any], want: str) -> NDArray[Any]:
    _refuse_missing(series)
    words = series.cast(pl.String).str.strip_chars().str.to_lowercase()
    unknown = ~words.is_in(list(meaning))
    if unknown.any():
        row = int(unknown.arg_true()[0])
        raise UnreadableCellError(f"row {row + 1}: {series.name} is {series[row]!r}, want {want}")
    return words.replace_strict(meaning).to_numpy()


def _refuse_missing(series: pl.Series) -> None:
    if series.null_count():
        row = int(series.is_null().arg_true()[0])
        raise UnreadableCellError(
            f"row {row + 1}: {series.name} is missing, want a value in every row"
        )


def _refuse_unread(series: pl.Series, read: pl.Series, want: str) -> None:
    if read.null_count():
        row = int(read.is_null().arg_true()[0])
        raise UnreadableCellError(f"row {row + 1}: {series.name} is {series[row]!r}, want {want}")
