"""The statistics of a run in one struct: from equity samples and closed trades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from argonaut.domain.number import to_float
from argonaut.domain.roundtrip import RoundTrip
from argonaut.reports import drawdowns, returns, trades, usage
from argonaut.reports.returns import DAY_NS, DAYS_PER_YEAR, Floats, Times


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """What a run amounted to. Money in the account's quote asset; None where not defined.

    Returns and ratios are of daily returns, drawdowns of every sample. `average_loss` is negative.
    Fractions named `*_trade_fraction` are of a trade's entry notional, net of fees.
    """

    start_ns: int | None
    end_ns: int | None
    days: float | None
    equity_start: float | None
    equity_final: float | None
    equity_peak: float | None
    return_fraction: float | None
    cagr: float | None
    annual_return: float | None
    annual_volatility: float | None
    sharpe: float | None
    sortino: float | None
    calmar: float | None
    omega: float | None
    tail_ratio: float | None
    value_at_risk: float | None  # a day's return, 5 %
    conditional_value_at_risk: float | None
    max_drawdown_fraction: float | None
    max_drawdown_days: float | None
    average_drawdown_fraction: float | None
    trades: int
    win_rate: float | None
    profit_factor: float | None
    expectancy: float | None
    expectancy_ratio: float | None
    sqn: float | None
    kelly: float | None
    average_win: float | None
    average_loss: float | None
    best_trade_fraction: float | None
    worst_trade_fraction: float | None
    average_trade_fraction: float | None
    average_holding_days: float | None
    exposure_fraction: float | None
    turnover: float | None


def summarize(
    equity_ns: Sequence[int] | Times,
    equity: Sequence[float] | Floats,
    round_trips: Iterable[RoundTrip] = (),
    *,
    open_since_ns: Sequence[int] = (),
    traded_quote: float | None = None,
    periods_per_year: float = DAYS_PER_YEAR,
) -> Statistics:
    """Return the statistics of one run. Never raises for a flat, short or gapped one.

    Args:
        equity_ns: Times of the samples, UTC nanoseconds, not decreasing.
        equity: Equity at each of them; a sample that is not finite is left out.
        round_trips: What was closed.
        open_since_ns: When each position still open at the end was opened, for the exposure.
        traded_quote: Notional of all fills; None sums entry and exit of the round trips.
        periods_per_year: Daily returns in a year: 365, or 252 for a market with weekends.
    """
    times, values = _clean(equity_ns, equity)
    trips = list(round_trips)
    figures = _of_returns(times, values, periods_per_year)
    figures |= _of_drawdowns(times, values, figures["annual_return"])
    figures |= _of_trades(trips)
    spans = [(trip.opened_ns, trip.closed_ns) for trip in trips]
    start_ns, end_ns = (int(times[0]), int(times[-1])) if times.size else (None, None)
    if start_ns is not None and end_ns is not None:
        spans += [(since_ns, end_ns) for since_ns in open_since_ns]
        figures["exposure_fraction"] = usage.exposure_fraction(spans, start_ns, end_ns)
        figures["days"] = (end_ns - start_ns) / DAY_NS
    traded = sum(map(_traded, trips)) if traded_quote is None else traded_quote
    figures["turnover"] = usage.turnover(traded, values)
    absent = dict.fromkeys(Statistics.__struct_fields__)
    return msgspec.convert(
        absent | figures | {"start_ns": start_ns, "end_ns": end_ns, "trades": len(trips)},
        Statistics,
    )


def _clean(
    equity_ns: Sequence[int] | Times, equity: Sequence[float] | Floats
) -> tuple[Times, Floats]:
    times = np.asarray(equity_ns, dtype=np.int64)
    values = np.asarray(equity, dtype=np.float64)
    finite = np.isfinite(values)
    return (times, values) if finite.all() else (times[finite], values[finite])


def _of_returns(times: Times, values: Floats, periods_per_year: float) -> dict[str, float | None]:
    daily = returns.simple_returns(values[returns.last_of_each_day(times)])
    return {
        "equity_start": float(values[0]) if values.size else None,
        "equity_final": float(values[-1]) if values.size else None,
        "equity_peak": float(values.max()) if values.size else None,
        "return_fraction": returns.total_return(values),
        "cagr": returns.cagr(times, values),
        "annual_return": returns.annual_return(daily, periods_per_year=periods_per_year),
        "annual_volatility": returns.annual_volatility(daily, periods_per_year=periods_per_year),
        "sharpe": returns.sharpe(daily, periods_per_year=periods_per_year),
        "sortino": returns.sortino(daily, periods_per_year=periods_per_year),
        "omega": returns.omega(daily),
        "tail_ratio": returns.tail_ratio(daily),
        "value_at_risk": returns.value_at_risk(daily),
        "conditional_value_at_risk": returns.conditional_value_at_risk(daily),
    }


def _of_drawdowns(
    times: Times, values: Floats, annual_return: float | None
) -> dict[str, float | None]:
    below = drawdowns.drawdown(values)
    deepest = drawdowns.max_drawdown(below)
    return {
        "max_drawdown_fraction": deepest,
        "max_drawdown_days": drawdowns.max_drawdown_days(times, below),
        "average_drawdown_fraction": drawdowns.average_drawdown(below),
        "calmar": returns.calmar(annual_return, deepest),
    }


def _of_trades(trips: Sequence[RoundTrip]) -> dict[str, float | None]:
    profits = np.array([to_float(trip.pnl) for trip in trips], dtype=np.float64)
    fractions = np.array([profit_fraction(trip) for trip in trips], dtype=np.float64)
    held_ns = [trip.closed_ns - trip.opened_ns for trip in trips]
    return {
        "win_rate": trades.win_rate(profits),
        "profit_factor": trades.profit_factor(profits),
        "expectancy": trades.expectancy(profits),
        "expectancy_ratio": trades.expectancy_ratio(profits),
        "sqn": trades.sqn(profits),
        "kelly": trades.kelly(profits),
        "average_win": trades.average_win(profits),
        "average_loss": trades.average_loss(profits),
        "best_trade_fraction": float(fractions.max()) if trips else None,
        "worst_trade_fraction": float(fractions.min()) if trips else None,
        "average_trade_fraction": float(fractions.mean()) if trips else None,
        "average_holding_days": sum(held_ns) / len(held_ns) / DAY_NS if held_ns else None,
    }


def profit_fraction(trip: RoundTrip) -> float:
    """Return P&L over the entry's notional in float64; 0 for an entry at price 0."""
    notional = to_float(trip.entry_price) * to_float(trip.quantity) * to_float(trip.contract_size)
    return to_float(trip.pnl) / notional if notional else 0.0


def _traded(trip: RoundTrip) -> float:
    """Return the notional of entry and exit."""
    return (
        (to_float(trip.entry_price) + to_float(trip.exit_price))
        * to_float(trip.quantity)
        * to_float(trip.contract_size)
    )
