"""Lengths of bars as people write them: `5m`, `4h`, `1d`, and the UTC grid they sit on."""

from __future__ import annotations

import re
from typing import Final

from argonaut.domain.errors import InvalidValueError

SECOND_NS: Final = 1_000_000_000
MINUTE_NS: Final = 60 * SECOND_NS
HOUR_NS: Final = 60 * MINUTE_NS
DAY_NS: Final = 24 * HOUR_NS
WEEK_NS: Final = 7 * DAY_NS

_UNITS = {"w": WEEK_NS, "d": DAY_NS, "h": HOUR_NS, "m": MINUTE_NS, "s": SECOND_NS}
_SPELLING = re.compile(r"([1-9][0-9]{0,5})([smhdw])")
_FIRST_MONDAY_NS = 4 * DAY_NS  # the Unix epoch was a Thursday, venues start weeks on Monday


def parse_timeframe(text: str) -> int:
    """Return the nanoseconds of `30s`, `5m`, `4h`, `1d` or `1w`.

    Raises:
        InvalidValueError: Any other spelling. `1M` is refused: months differ in length.
    """
    match = _SPELLING.fullmatch(text)
    if match is None:
        raise InvalidValueError(
            f"want a timeframe such as 30s, 5m, 4h, 1d or 1w (lower case), not {text!r}"
        )
    return int(match[1]) * _UNITS[match[2]]


def format_timeframe(timeframe_ns: int) -> str:
    """Return the shortest spelling of `timeframe_ns`: `1h`, never `60m`.

    Raises:
        InvalidValueError: Not a positive whole number of seconds.
    """
    if timeframe_ns <= 0 or timeframe_ns % SECOND_NS:
        raise InvalidValueError(f"want whole seconds above zero, not {timeframe_ns} ns")
    fitting = ((letter, unit) for letter, unit in _UNITS.items() if timeframe_ns % unit == 0)
    letter, unit_ns = next(fitting)
    return f"{timeframe_ns // unit_ns}{letter}"


def grid_offset_ns(timeframe_ns: int) -> int:
    """Return where the grid of a timeframe starts: the epoch, and for weeks the first Monday."""
    return _FIRST_MONDAY_NS if timeframe_ns % WEEK_NS == 0 else 0
