"""Checks of candles: times on their grid, prices in their range, holes counted."""

from __future__ import annotations

import numpy as np

from argonaut.domain.timeframe import format_timeframe, grid_offset_ns
from argonaut.feeds.tape.columns import BarColumns, Times
from argonaut.feeds.tape.findings import GAPS_LISTED_MAX, Finding, Findings, Flaw, Gap, utc
from argonaut.feeds.tape.tick_checks import check_price_jumps, check_prices, check_time_range


def check_bars(bars: BarColumns, findings: Findings, *, has_volume: bool) -> None:
    """File every flaw of `bars`; without volume (mark prices) volume is not looked at."""
    check_time_range("open time", bars.open_ns, findings)
    if _check_order(bars.open_ns, findings):
        _check_spacing(bars, findings)
    for name in ("open", "high", "low", "close"):
        check_prices(name, getattr(bars, name), findings)
    _check_ranges(bars, findings)
    check_price_jumps(bars.close, findings)
    if has_volume:
        _check_volume(bars, findings)


def _check_order(open_ns: Times, findings: Findings) -> bool:
    step = np.diff(open_ns)
    findings.rows(
        Flaw.UNSORTED,
        step < 0,
        lambda at: (
            f"opens at {utc(int(open_ns[at + 1]))}, want a time after {utc(int(open_ns[at]))}"
        ),
        first=2,
    )
    findings.rows(
        Flaw.DUPLICATE_TIME,
        step == 0,
        lambda at: f"opens at {utc(int(open_ns[at]))} like the row before, want one bar per time",
        first=2,
    )
    return bool((step > 0).all())


def _check_spacing(bars: BarColumns, findings: Findings) -> None:
    """File steps that are no multiple of the timeframe, and holes."""
    timeframe_ns, open_ns = bars.timeframe_ns, bars.open_ns
    timeframe = format_timeframe(timeframe_ns)
    step = np.diff(open_ns)
    uneven = step % timeframe_ns != 0
    findings.rows(
        Flaw.WRONG_SPACING,
        uneven,
        lambda at: (
            f"opens {step[at] / 1e9:g} s after the row before, want a multiple of {timeframe}"
        ),
        first=2,
    )
    if len(step) and not uneven.any() and int(step.min()) > timeframe_ns:
        closest = int(step.min()) / 1e9
        message = f"bars are at least {closest:g} s apart, want {timeframe}"
        findings.add(Finding(flaw=Flaw.WRONG_TIMEFRAME, count=len(step), message=message))
    off_grid = (open_ns - grid_offset_ns(timeframe_ns)) % timeframe_ns != 0
    findings.rows(
        Flaw.OFF_GRID,
        off_grid,
        lambda at: f"opens at {utc(int(open_ns[at]))}, want a multiple of {timeframe} in UTC",
    )
    _list_gaps(bars, step, findings)


def _list_gaps(bars: BarColumns, step: Times, findings: Findings) -> None:
    missing = step // bars.timeframe_ns - 1
    holes = np.flatnonzero(missing > 0)
    if not len(holes):
        return
    gaps = tuple(
        Gap(
            after_row=int(at) + 1,
            from_ns=int(bars.open_ns[at]) + bars.timeframe_ns,
            to_ns=int(bars.open_ns[at + 1]),
            missing=int(missing[at]),
        )
        for at in holes
    )
    longest = max(gaps, key=lambda gap: gap.missing)
    message = (
        f"{len(gaps)} gap(s), {int(missing[holes].sum())} bars missing, the longest "
        f"{longest.missing} from {utc(longest.from_ns)} to {utc(longest.to_ns)}"
    )
    rows = tuple(gap.after_row for gap in gaps[:10])
    findings.add(Finding(flaw=Flaw.GAP, count=len(gaps), message=message, rows=rows))
    findings.gaps = gaps[:GAPS_LISTED_MAX]


def _check_ranges(bars: BarColumns, findings: Findings) -> None:
    high, low = bars.high, bars.low
    findings.rows(
        Flaw.HIGH_BELOW_LOW,
        high < low,
        lambda at: f"high {high[at]} is below low {low[at]}, want high >= low",
    )
    for name, flaw in (
        ("open", Flaw.OPEN_OUTSIDE_RANGE),
        ("close", Flaw.CLOSE_OUTSIDE_RANGE),
    ):
        price = getattr(bars, name)
        outside = ((price > high) | (price < low)) & (high >= low)
        findings.rows(
            flaw,
            outside,
            lambda at, name=name, price=price: (  # type: ignore[misc]
                f"{name} is {price[at]}, want it within low {low[at]} and high {high[at]}"
            ),
        )


def _check_volume(bars: BarColumns, findings: Findings) -> None:
    volume = bars.volume
    findings.values(Flaw.NOT_FINITE, ~np.isfinite(volume), "volume", volume, "a finite number")
    findings.values(Flaw.NEGATIVE_QUANTITY, volume < 0, "volume", volume, "0 or more")
    start, length = longest_run(volume == 0)
    if length:
        count = int((volume == 0).sum())
        message = (
            f"{count} bars without volume, the longest run {length} "
            f"from {utc(int(bars.open_ns[start]))}"
        )
        findings.add(
            Finding(flaw=Flaw.ZERO_VOLUME, count=count, message=message, rows=(start + 1,))
        )


def longest_run(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, int]:
    """Return start and length of the longest run of true flags; (0, 0) when there is none."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(starts):
        return 0, 0
    at = int(np.argmax(stops - starts))
    return int(starts[at]), int(stops[at] - starts[at])
