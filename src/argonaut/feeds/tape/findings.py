"""What a check found in a recording: flaws with row, value and want, sorted into two weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from argonaut.feeds.errors import DataFileError

ROWS_LISTED_MAX = 10
GAPS_LISTED_MAX = 50


class Flaw(StrEnum):
    """Every flaw a check can find, by the name used in reports and in a config's `tolerate`."""

    EMPTY = "empty"
    UNREADABLE_VALUE = "unreadable_value"
    TIME_RANGE = "time_range"
    UNSORTED = "unsorted"
    DUPLICATE_TIME = "duplicate_time"
    WRONG_SPACING = "wrong_spacing"
    WRONG_TIMEFRAME = "wrong_timeframe"
    NOT_FINITE = "not_finite"
    PRICE_NOT_POSITIVE = "price_not_positive"
    HIGH_BELOW_LOW = "high_below_low"
    OPEN_OUTSIDE_RANGE = "open_outside_range"
    CLOSE_OUTSIDE_RANGE = "close_outside_range"
    NEGATIVE_QUANTITY = "negative_quantity"
    CROSSED_QUOTE = "crossed_quote"
    DUPLICATE_TRADE_ID = "duplicate_trade_id"
    TRADE_ID_BACKWARDS = "trade_id_backwards"
    RECEIVE_JUMP = "receive_jump"
    SEQUENCE_BREAK = "sequence_break"
    # what follows happens in honest recordings and is only reported
    GAP = "gap"
    SILENCE = "silence"
    ZERO_VOLUME = "zero_volume"
    ZERO_QUANTITY = "zero_quantity"
    OFF_GRID = "off_grid"
    PRICE_JUMP = "price_jump"
    LOCKED_QUOTE = "locked_quote"
    TRADE_ID_GAP = "trade_id_gap"
    EVENT_BACKWARDS = "event_backwards"
    CLOCK_BEHIND = "clock_behind"
    LARGE_RATE = "large_rate"


WARNINGS = frozenset(
    {
        Flaw.GAP,
        Flaw.SILENCE,
        Flaw.ZERO_VOLUME,
        Flaw.ZERO_QUANTITY,
        Flaw.OFF_GRID,
        Flaw.PRICE_JUMP,
        Flaw.LOCKED_QUOTE,
        Flaw.TRADE_ID_GAP,
        Flaw.EVENT_BACKWARDS,
        Flaw.CLOCK_BEHIND,
        Flaw.LARGE_RATE,
    }
)
# BitMEX opens a bar at the previous close; BTCUSD monthly files are read as 1d; and so on. The
# other errors would break the order of events or the arithmetic, so nobody can wave them through.
TOLERABLE = frozenset(
    {
        Flaw.WRONG_TIMEFRAME,
        Flaw.OPEN_OUTSIDE_RANGE,
        Flaw.CLOSE_OUTSIDE_RANGE,
        Flaw.CROSSED_QUOTE,
        Flaw.DUPLICATE_TRADE_ID,
        Flaw.TRADE_ID_BACKWARDS,
        Flaw.RECEIVE_JUMP,
        Flaw.SEQUENCE_BREAK,
    }
)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One flaw: how many rows have it, the first of them (1 is the first row), and a sentence."""

    flaw: Flaw
    count: int
    message: str
    rows: tuple[int, ...] = ()


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Bars or events that are not there: `after_row` is the last row before the hole."""

    after_row: int
    from_ns: int
    to_ns: int
    missing: int


class Findings:
    """Collects flaws while checks run; a tolerated error becomes a warning."""

    def __init__(self, tolerate: Iterable[str] = ()) -> None:
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []
        self.gaps: tuple[Gap, ...] = ()
        self._tolerated = frozenset(tolerable(name) for name in tolerate)

    def add(self, finding: Finding) -> None:
        """File a finding under its weight."""
        is_warning = finding.flaw in WARNINGS or finding.flaw in self._tolerated
        (self.warnings if is_warning else self.errors).append(finding)

    def rows(
        self, flaw: Flaw, bad: NDArray[np.bool_], sentence: Callable[[int], str], *, first: int = 1
    ) -> None:
        """File the rows where `bad` holds; `sentence(index)` tells value and want of one.

        `first` is the row number of `bad[0]`: 2 where `bad` compares each row with the one before.
        """
        found = np.flatnonzero(bad)
        if not len(found):
            return
        rows = tuple(int(index) + first for index in found[:ROWS_LISTED_MAX])
        more = f" ({len(found)} such rows)" if len(found) > 1 else ""
        message = f"row {rows[0]}: {sentence(int(found[0]))}{more}"
        self.add(Finding(flaw=flaw, count=len(found), message=message, rows=rows))

    def values(
        self, flaw: Flaw, bad: NDArray[np.bool_], name: str, values: NDArray[Any], want: str
    ) -> None:
        """File the rows whose `values` are bad."""
        self.rows(flaw, bad, lambda index: f"{name} is {values[index]}, want {want}")


def tolerable(name: str) -> Flaw:
    """Return the flaw a config may tolerate under `name`.

    Raises:
        DataFileError: No such flaw, or one that cannot be tolerated.
    """
    if name in TOLERABLE:
        return Flaw(name)
    known = sorted(flaw.value for flaw in TOLERABLE)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(known)}"
    raise DataFileError(f"tolerate: {name!r} cannot be tolerated; {hint}")


def utc(time_ns: int) -> str:
    """Return `time_ns` as people read it, to the second unless it has a fraction."""
    whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=time_ns // 1_000_000_000)
    fraction = f"{time_ns % 1_000_000_000:09d}".rstrip("0")
    return f"{whole:%Y-%m-%d %H:%M:%S}{'.' if fraction else ''}{fraction}Z"
