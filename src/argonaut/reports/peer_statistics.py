"""Figures as other backtesters define them, where they differ from ours, to compare with theirs.

Two conventions. Bar-based (published by backtesting.py): risk figures are ratios of annual figures,
volatility is compounded, trades are averaged geometrically. Trade-based (published by freqtrade):
returns are trades, not days. The formulas were derived from published numbers and each reproduces
them to the last digits printed; the data and numbers stand in the tests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from argonaut.reports import returns
from argonaut.reports.returns import DAYS_PER_YEAR, Floats, Times

JULIAN_YEAR_DAYS = 365.25  # the bar-based peer's year for the CAGR


# bar-based


def compound_volatility(daily: Floats, *, periods_per_year: float) -> float | None:
    """Return the annual volatility of compounded returns.

    Root of (s² + (1 + g)²)ⁿ - (1 + g)²ⁿ, with s² the sample variance of the returns, g their
    geometric mean and n the periods in a year.
    """
    if daily.size < 2 or (daily <= -1).any():
        return None
    growth = math.exp(float(np.log1p(daily).mean())) ** 2
    spread = (float(daily.var(ddof=1)) + growth) ** periods_per_year - growth**periods_per_year
    return math.sqrt(spread) if spread > 0 else 0.0


def annual_sharpe(daily: Floats, *, periods_per_year: float) -> float | None:
    """Return annual return over compounded annual volatility."""
    annual = returns.annual_return(daily, periods_per_year=periods_per_year)
    volatility = compound_volatility(daily, periods_per_year=periods_per_year)
    return annual / volatility if annual is not None and volatility else None


def annual_sortino(daily: Floats, *, periods_per_year: float) -> float | None:
    """Return annual return over the downside deviation scaled by the root of the year."""
    annual = returns.annual_return(daily, periods_per_year=periods_per_year)
    downside = returns.downside_deviation(daily)
    if annual is None or not downside:
        return None
    return annual / (downside * math.sqrt(periods_per_year))


def alpha_beta(
    equity: Floats, market: Floats, *, market_from: int = 0
) -> tuple[float, float] | None:
    """Return Jensen's alpha of the whole run and beta, against a market of one price a sample.

    Beta is the covariance of log returns over the market's variance; alpha the total return less
    beta times the market's, which counts from the sample `market_from` (the first one that a
    strategy could act on). None for a market that stood still.
    """
    if equity.size < 3 or equity.size != market.size or min(equity.min(), market.min()) <= 0:
        return None
    covariance = np.cov(np.diff(np.log(equity)), np.diff(np.log(market)))
    if not covariance[1, 1]:
        return None
    beta = float(covariance[0, 1] / covariance[1, 1])
    gained = float(equity[-1] / equity[0] - 1)
    held = float(market[-1] / market[market_from] - 1)
    return gained - beta * held, beta


def geometric_average_trade(fractions: Floats) -> float | None:
    """Return the geometric mean of (1 + trade return), less one."""
    if not fractions.size or (fractions <= -1).any():
        return None
    return math.expm1(float(np.log1p(fractions).mean()))


def bars_exposed(spans_ns: Iterable[tuple[int, int]], bars_ns: Times) -> float | None:
    """Return the fraction of bars that touch a position, the bars of entry and exit included.

    Args:
        spans_ns: (opened_ns, closed_ns) of each trade.
        bars_ns: Open time of every bar, rising.
    """
    if not bars_ns.size:
        return None
    steps = np.zeros(bars_ns.size + 1, dtype=np.int64)
    for opened_ns, closed_ns in spans_ns:
        first, last = np.searchsorted(bars_ns, (opened_ns, closed_ns), side="right") - 1
        steps[max(first, 0)] += 1
        steps[last + 1] -= 1
    return float((np.cumsum(steps)[:-1] > 0).mean())


# trade-based


def trade_sharpe(profits: Floats, *, balance: float, days: int) -> float | None:
    """Return (sum of r / days) over the population deviation of r, times the root of 365.

    r is each trade's profit over the starting `balance`; `days` counts whole days from the first
    opening to the last closing.
    """
    relative = profits / balance
    return _trade_ratio(relative, relative, days)


def trade_sortino(profits: Floats, *, balance: float, days: int) -> float | None:
    """Return the same as `trade_sharpe` over the population deviation of the losses alone."""
    relative = profits / balance
    return _trade_ratio(relative, relative[relative < 0], days)


def trade_calmar(
    profits: Floats, *, balance: float, days: int, max_drawdown: float
) -> float | None:
    """Return (total profit in percent of `balance` / days) over drawdown, times the root of 365."""
    if not max_drawdown or not profits.size:
        return None
    percent_a_day = 100 * float(profits.sum()) / balance / max(days, 1)
    return percent_a_day / max_drawdown * math.sqrt(DAYS_PER_YEAR)


def trade_list_drawdown(
    closed_ns: Times, profits: Floats, *, balance: float
) -> tuple[float, int, int] | None:
    """Return (fraction, peak_ns, trough_ns) of the largest fall in money of summed profits.

    The fall is measured against `balance` plus the profit at the peak; with a balance of 0 against
    that profit alone. Trades that close at one instant count together: a curve has one value at
    one time. None when nothing fell, or fell from zero.
    """
    if not profits.size:
        return None
    order = np.argsort(closed_ns, kind="stable")
    times, sums = closed_ns[order], np.cumsum(profits[order])
    is_last = np.append(times[1:] != times[:-1], True)
    times, sums = times[is_last], sums[is_last]
    peaks = np.maximum(np.maximum.accumulate(sums), 0.0)
    trough = int(np.argmax(peaks - sums))
    base = balance + float(peaks[trough])
    fall = float(peaks[trough] - sums[trough])
    if fall <= 0 or base <= 0:
        return None
    return fall / base, int(times[np.argmax(sums[: trough + 1])]), int(times[trough])


def _trade_ratio(relative: Floats, spread: Floats, days: int) -> float | None:
    deviation = float(spread.std()) if spread.size else 0.0
    if not deviation:
        return None
    return float(relative.sum()) / max(days, 1) / deviation * math.sqrt(DAYS_PER_YEAR)
