"""Returns and what they say about reward against risk.

Conventions: simple returns, risk-free rate 0, sums over a year scaled by `periods_per_year` (365
for daily returns of a market that never closes). A figure that is not defined is None: no samples,
no deviation, an equity that was not positive.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

DAY_NS = 86_400 * 1_000_000_000
DAYS_PER_YEAR = 365.0
SMALLEST = 1e-9  # quote units; an equity of less is nothing, and nothing can be divided by it
_ROUNDING = 1e-14  # deviations below this are float64 noise of a constant return


def last_of_each_day(event_ns: Times) -> NDArray[np.intp]:
    """Return the index of the last sample of every UTC day that has one.

    A sample at midnight sharp closes the day that ends. Days without a sample are left out, not
    filled: a market that sleeps on weekends has no returns there.
    """
    if not event_ns.size:
        return np.empty(0, dtype=np.intp)
    days = (event_ns - 1) // DAY_NS
    return np.append(np.flatnonzero(days[1:] != days[:-1]), event_ns.size - 1)


def simple_returns(equity: Floats) -> Floats:
    """Return the change from each sample to the next, leaving out steps from nothing or debt."""
    before, after = equity[:-1], equity[1:]
    defined = before > SMALLEST
    returns: Floats = after[defined] / before[defined] - 1
    return returns


def total_return(equity: Floats) -> float | None:
    """Return last over first, less one."""
    if not equity.size or equity[0] <= SMALLEST:
        return None
    return float(equity[-1] / equity[0] - 1)


def cagr(event_ns: Times, equity: Floats, *, days_per_year: float = DAYS_PER_YEAR) -> float | None:
    """Return the compound annual growth rate over calendar time.

    (last / first) ** (days_per_year / days) - 1. None for less than a day, which no year follows
    from, and for a growth too large for a float.
    """
    if equity.size < 2 or equity[0] <= SMALLEST or equity[-1] < 0:
        return None
    days = float(event_ns[-1] - event_ns[0]) / DAY_NS
    return _compounded(float(equity[-1] / equity[0]), days_per_year / days) if days >= 1 else None


def annual_return(returns: Floats, *, periods_per_year: float = DAYS_PER_YEAR) -> float | None:
    """Return the product of (1 + r), to the power of periods_per_year / n, less one."""
    if not returns.size or (returns < -1).any():
        return None
    with np.errstate(over="ignore"):  # what is too large for a float ends as None
        growth = float(np.prod(1 + returns))
    return _compounded(growth, periods_per_year / returns.size)


def annual_volatility(returns: Floats, *, periods_per_year: float = DAYS_PER_YEAR) -> float | None:
    """Return the sample standard deviation (ddof 1) times the root of periods_per_year."""
    deviation = _deviation(returns)
    return None if deviation is None else deviation * math.sqrt(periods_per_year)


def sharpe(returns: Floats, *, periods_per_year: float = DAYS_PER_YEAR) -> float | None:
    """Return mean over sample standard deviation, times the root of periods_per_year.

    Source: W. F. Sharpe, The Sharpe Ratio, Journal of Portfolio Management 21 (1994).
    """
    deviation = _deviation(returns)
    if not deviation:
        return None
    return float(returns.mean()) / deviation * math.sqrt(periods_per_year)


def sortino(returns: Floats, *, periods_per_year: float = DAYS_PER_YEAR) -> float | None:
    """Return mean over downside deviation against 0, times the root of periods_per_year.

    The downside deviation is the root of the mean of min(r, 0) ** 2 over all periods.
    Source: F. A. Sortino and L. N. Price, Journal of Investing 3 (1994).
    """
    downside = downside_deviation(returns)
    if not downside:
        return None
    return float(returns.mean()) / downside * math.sqrt(periods_per_year)


def downside_deviation(returns: Floats) -> float | None:
    """Return the root of the mean of min(r, 0) ** 2, per period."""
    if not returns.size:
        return None
    return math.sqrt(float(np.mean(np.minimum(returns, 0.0) ** 2)))


def calmar(annual_return: float | None, max_drawdown: float | None) -> float | None:
    """Return annual return over maximum drawdown, both fractions (T. W. Young, 1991)."""
    if annual_return is None or not max_drawdown:
        return None
    return annual_return / max_drawdown


def omega(returns: Floats) -> float | None:
    """Return the sum of gains over the sum of losses, threshold 0.

    Source: C. Keating and W. F. Shadwick, A Universal Performance Measure (2002).
    """
    losses = -float(returns[returns < 0].sum())
    return float(returns[returns > 0].sum()) / losses if losses else None


def tail_ratio(returns: Floats) -> float | None:
    """Return the 95th percentile over the 5th, both without sign: above 1 the gains reach out."""
    if not returns.size:
        return None
    low, high = (abs(_quantile(returns, share)) for share in (0.05, 0.95))
    return high / low if low else None


def value_at_risk(returns: Floats, *, tail: float = 0.05) -> float | None:
    """Return the return that the worst `tail` of all periods falls below (historical)."""
    return _quantile(returns, tail) if returns.size else None


def _quantile(values: Floats, share: float) -> float:
    """Return what `numpy.quantile` does, which loads masked arrays first: 10 ms of a backtest."""
    place = share * (values.size - 1)
    low, high = math.floor(place), math.ceil(place)
    ordered = np.partition(values, (low, high))
    return float(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


def conditional_value_at_risk(returns: Floats, *, tail: float = 0.05) -> float | None:
    """Return the mean of the worst `tail` of all periods, at least one of them."""
    if not returns.size:
        return None
    last = int((returns.size - 1) * tail)
    return float(np.partition(returns, last)[: last + 1].mean())


def monthly_returns(event_ns: Times, equity: Floats) -> dict[tuple[int, int], float]:
    """Return the return of every (year, month) that has a sample, in order of time.

    A month runs from the last sample of the month before, the first one from the first sample;
    a sample at midnight sharp closes the month that ends.
    """
    if not equity.size:
        return {}
    months = (event_ns - 1).astype("datetime64[ns]").astype("datetime64[M]").astype(np.int64)
    ends = np.append(np.flatnonzero(months[1:] != months[:-1]), months.size - 1).tolist()
    before = float(equity[0])
    table: dict[tuple[int, int], float] = {}
    if ends[0] == 0 and len(ends) > 1:
        del ends[0]  # a first sample alone in its month is only where the next one starts
    for end in ends:
        after = float(equity[end])
        years, month = divmod(int(months[end]), 12)
        if before > SMALLEST:
            table[1970 + years, month + 1] = after / before - 1
        before = after
    return table


def _deviation(returns: Floats) -> float | None:
    """Return the sample standard deviation; 0 where it is only rounding, None below two."""
    if returns.size < 2:
        return None
    deviation = float(returns.std(ddof=1))
    return 0.0 if deviation < _ROUNDING else deviation


def _compounded(growth: float, power: float) -> float | None:
    try:
        annual = growth**power - 1
    except OverflowError:
        return None
    return annual if math.isfinite(annual) else None
