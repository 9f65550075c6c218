"""What the bar-based peer prints about a run, worked out from what our run left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from argonaut.reports import drawdowns, peer_statistics, returns, statistics, trades
from argonaut.reports.returns import Floats
from tests.real.cases.runs import Run

_RISK = ("Sharpe Ratio",)


def profits_of(run: Run) -> tuple[Floats, Floats]:
    """Return (profit in quote units, profit as a fraction of the entry) of each trade, net."""
    trips = run.result.log.round_trips
    return (
        np.array([float(trip.pnl) for trip in trips]),
        np.array([statistics.profit_fraction(trip) for trip in trips]),
    )


def exposure_of(run: Run) -> float | None:
    """Return the fraction of bars that touch a position."""
    spans = [(trip.opened_ns, trip.closed_ns) for trip in run.result.log.round_trips]
    return peer_statistics.bars_exposed(spans, run.bars.open_ns)


def printed(run: Run) -> dict[str, Any]:
    """Return the figures of one run under the peer's own names."""
    profits, fractions = profits_of(run)
    total, rate = returns.total_return(run.equity), trades.win_rate(profits)
    deepest, exposed = drawdowns.max_drawdown(drawdowns.drawdown(run.equity)), exposure_of(run)
    assert None not in (total, rate, deepest, exposed), "the run traded"
    return {
        "# Trades": profits.size,
        "Equity Final [$]": float(run.result.balances[run.quote]),
        "Equity Peak [$]": float(run.equity.max()),
        "Return [%]": 100 * (total or 0),
        "Max. Drawdown [%]": -100 * (deepest or 0),
        "Win Rate [%]": 100 * (rate or 0),
        "Profit Factor": trades.profit_factor(fractions),
        "Best Trade [%]": 100 * fractions.max(),
        "Worst Trade [%]": 100 * fractions.min(),
        "Exposure Time [%]": 100 * (exposed or 0),
        "Commissions [$]": float(run.result.log.fees.get(run.quote, 0)),
    }


def computed(shared: Path, name: str) -> dict[str, Any]:
    """Return what the collector computed with the peer library, without what it prints apart.

    Left out: the Sharpe ratio, which has a test of its own, and the first trades.
    """
    reference = json.loads((shared / "data/reference/oracle_metrics.json").read_text())
    figures = dict(reference["backtesting_py"][name])
    figures["Commissions [$]"] = figures["Commissions [$]"] or 0.0
    return {key: value for key, value in figures.items() if key not in ("first_trades", *_RISK)}


def first_trades(shared: Path, name: str) -> list[list[float]]:
    """Return [signed size, entry bar, entry price, exit price, P&L] of the first trades."""
    reference = json.loads((shared / "data/reference/oracle_metrics.json").read_text())
    trips: list[list[float]] = reference["backtesting_py"][name]["first_trades"]
    return trips
