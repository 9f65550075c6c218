"""Drawdowns: how far, how long and how often equity stood below its own peak.

A drawdown is 1 - equity / peak so far, a fraction that is never negative. An episode runs from the
last sample at a peak to the first sample back at it, or to the end.
"""

from __future__ import annotations

import numpy as np

from argonaut.reports.returns import DAY_NS, SMALLEST, Floats, Times


def drawdown(equity: Floats) -> Floats:
    """Return the drawdown at every sample; 0 while there was nothing to lose."""
    peak = np.maximum.accumulate(equity)
    below: Floats = np.zeros(equity.size)
    np.divide(peak - equity, peak, out=below, where=peak > SMALLEST)
    return below


def max_drawdown(below: Floats) -> float | None:
    """Return the deepest drawdown of a `drawdown` column, or None without samples."""
    return float(below.max()) if below.size else None


def max_drawdown_days(event_ns: Times, below: Floats) -> float | None:
    """Return the days of the longest episode, 0 without one, None without samples."""
    if not below.size:
        return None
    starts, ends = _episodes(below)
    return float((event_ns[ends] - event_ns[starts]).max()) / DAY_NS if starts.size else 0.0


def average_drawdown(below: Floats) -> float | None:
    """Return the mean over all episodes of how deep each went, 0 without one."""
    if not below.size:
        return None
    starts, _ = _episodes(below)
    # From one start to the next there is one episode and then nothing but peaks, which are 0.
    return float(np.maximum.reduceat(below, starts).mean()) if starts.size else 0.0


def _episodes(below: Floats) -> tuple[Times, Times]:
    """Return (last index at the peak, first index back at it or the last one) of each."""
    at_peak = np.flatnonzero(below == 0).astype(np.int64)
    last = below.size - 1
    bounds = at_peak if at_peak.size and at_peak[-1] == last else np.append(at_peak, last)
    is_episode = np.diff(bounds) > 1
    if below[-1] > 0 and bounds.size > 1:
        is_episode[-1] = True  # under water at the last sample only: one step deep, not recovered
    return bounds[:-1][is_episode], bounds[1:][is_episode]
