"""The published and computed numbers of cases.md sections 1, 4 and 5."""

import csv
import json
import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
import pytest

from argonaut.reports import drawdowns, peer_statistics, returns, statistics, trades
from tests.reports.records import sure

# cases.md section 5: total return, max drawdown, annual return, annual volatility, Sharpe, Sortino,
# Calmar, omega, tail ratio, VaR 5 %, CVaR 5 %, with empyrical-reloaded 0.7.1.
SERIES = {
    "XBTUSD 2020H1": "bitmex_inverse_XBTUSD_1m_20200101_20200630",
    "BTCUSDT 2025": "binance_spot_BTCUSDT_5m_20250101_20250618",
    "TRUMPUSDT 2025": "binance_spot_TRUMPUSDT_5m_20250119_20250616",
}


@pytest.mark.parametrize("name", SERIES)
def test_return_metrics_of_real_closes_are_those_of_empyrical(shared, name):
    """The bars are fed as equity at their close times, so the day's last close is at midnight."""
    oracle = json.loads((shared / "data/reference/oracle_metrics.json").read_text())
    expected = oracle["metrics_empyrical"][name]
    bars = pl.read_parquet(shared / f"data/klines/{SERIES[name]}.parquet")
    opens_ns = bars["ts"].to_numpy()
    close_ns = opens_ns + np.diff(opens_ns).min()
    last = returns.last_of_each_day(close_ns)

    found = statistics.summarize(close_ns[last], bars["close"].to_numpy()[last])

    assert {
        "total_return": found.return_fraction,
        "max_drawdown": -sure(found.max_drawdown_fraction),
        "annual_return_365": found.annual_return,
        "annual_volatility_365": found.annual_volatility,
        "sharpe_365": found.sharpe,
        "sortino_365": found.sortino,
        "calmar_365": found.calmar,
        "omega": found.omega,
        "tail_ratio": found.tail_ratio,
        "var_5pct": found.value_at_risk,
        "cvar_5pct": found.conditional_value_at_risk,
    } == pytest.approx(
        {
            key: value
            for key, value in expected.items()
            if key not in {"days", "stability", "last_two"}
        },
        rel=1e-8,
        abs=1e-8,
    )
    assert last.size - 1 == expected["days"]


@pytest.fixture(scope="module")
def trade_list(shared):
    return json.loads((shared / "data/reference/freqtrade_backtest_trades.json").read_text())


def test_trade_list_metrics_are_the_published_ones(trade_list):
    balance, rows = trade_list["starting_balance"], trade_list["trades"]
    profits = np.array([row["profit_abs"] for row in rows])
    opened = [datetime.fromisoformat(row["open_date"]) for row in rows]
    closed = [datetime.fromisoformat(row["close_date"]) for row in rows]
    days = (max(closed) - min(opened)).days
    closed_ns = np.array([int(each.timestamp()) * 10**9 for each in closed])

    own = sure(peer_statistics.trade_list_drawdown(closed_ns, profits, balance=0))
    account = sure(peer_statistics.trade_list_drawdown(closed_ns, profits, balance=balance))

    assert len(rows) == 179
    assert days == 19
    assert profits.sum() == pytest.approx(0.0010419029856968845)
    assert trades.expectancy(profits) == pytest.approx(5.820687070932315e-06)
    assert trades.expectancy_ratio(profits) == pytest.approx(0.07151374226574791)
    assert own[0] == pytest.approx(0.29753914)
    assert [str(np.datetime64(each, "ns"))[:16] for each in own[1:]] == [
        "2018-01-16T19:30",
        "2018-01-16T22:25",
    ]
    assert account[0] == pytest.approx(0.018740312808228732)
    run = {"balance": balance, "days": days}
    assert peer_statistics.trade_sharpe(profits, **run) == pytest.approx(44.5078669)
    assert peer_statistics.trade_sortino(profits, **run) == pytest.approx(35.17722, abs=5e-6)
    assert peer_statistics.trade_calmar(profits, **run, max_drawdown=account[0]) == pytest.approx(
        559.040508
    )


@dataclass
class Run:
    """The rule of cases.md section 1, worked out bar by bar apart from the engine."""

    open_ns: np.ndarray
    close: np.ndarray
    equity: np.ndarray
    spans_ns: list
    profits: np.ndarray
    fractions: np.ndarray


@pytest.fixture(scope="module")
def goog(shared):
    with (shared / "data/reference/GOOG.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    open_ns = np.array([row[0] for row in rows], dtype="datetime64[ns]").astype(np.int64)
    first, close = (np.array([float(row[index]) for row in rows]) for index in (1, 4))
    fast, slow = (
        np.array([close[max(i - n + 1, 0) : i + 1].mean() for i in range(close.size)])
        for n in (10, 30)
    )
    cash, held, opened, wanted = 10_000.0, 0, 0, 0
    equity, spans, sold = np.empty(close.size), [], []
    for i in range(close.size):
        is_last = i == close.size - 1
        if held and (wanted or is_last):
            cash += held * first[i]
            spans.append((int(open_ns[opened]), int(open_ns[i])))
            sold.append((held, first[opened], first[i]))
            held = 0
        if wanted and not is_last:
            held, opened = wanted * math.floor(cash / first[i]), i
            cash -= held * first[i]
        equity[i] = cash + held * close[i]
        crossed = 0 if i < 30 else int(np.sign(fast[i] - slow[i]))
        wanted = crossed if crossed and (fast[i - 1] - slow[i - 1]) * crossed < 0 else 0
    quantity, entry, exit_ = (np.array(column) for column in zip(*sold, strict=True))
    return Run(
        open_ns,
        close,
        equity,
        spans,
        quantity * (exit_ - entry),
        np.sign(quantity) * (exit_ / entry - 1),
    )


def test_goog_statistics_are_the_published_ones(goog):
    daily = returns.simple_returns(goog.equity)
    below = drawdowns.drawdown(goog.equity)
    annual = returns.annual_return(daily, periods_per_year=252)

    alpha, beta = sure(peer_statistics.alpha_beta(goog.equity, goog.close, market_from=29))

    found = {
        "trades": len(goog.profits),
        "final": goog.equity[-1],
        "peak": goog.equity.max(),
        "return": returns.total_return(goog.equity),
        "annual return": annual,
        "cagr": returns.cagr(
            goog.open_ns, goog.equity, days_per_year=peer_statistics.JULIAN_YEAR_DAYS
        ),
        "volatility": peer_statistics.compound_volatility(daily, periods_per_year=252),
        "max drawdown": drawdowns.max_drawdown(below),
        "average drawdown": drawdowns.average_drawdown(below),
        "drawdown days": drawdowns.max_drawdown_days(goog.open_ns, below),
        "sharpe": peer_statistics.annual_sharpe(daily, periods_per_year=252),
        "sortino": peer_statistics.annual_sortino(daily, periods_per_year=252),
        "calmar": returns.calmar(annual, drawdowns.max_drawdown(below)),
        "win rate": trades.win_rate(goog.profits),
        "best": goog.fractions.max(),
        "worst": goog.fractions.min(),
        "average trade": peer_statistics.geometric_average_trade(goog.fractions),
        "profit factor of fractions": trades.profit_factor(goog.fractions),
        "expectancy of fractions": trades.expectancy(goog.fractions),
        "sqn": trades.sqn(goog.profits),
        "kelly": trades.kelly(goog.profits),
        "exposure": peer_statistics.bars_exposed(goog.spans_ns, goog.open_ns),
        "alpha": alpha,
        "beta": beta,
    }

    assert found == pytest.approx(
        {
            "trades": 66,
            "final": 51422.98999999996,
            "peak": 75787.44,
            "return": 4.142298999999996,
            "annual return": 0.21191099249053224,
            "cagr": 0.21160245705962623,
            "volatility": 0.3649716090702389,
            "max drawdown": 0.4798012705007589,
            "average drawdown": 0.05925851581948801,
            "drawdown days": 584,
            "sharpe": 0.5806232244485349,
            "sortino": 1.0853434352488662,
            "calmar": 0.44166409202994605,
            "win rate": 0.4696969696969697,
            "best": 0.5359595229490424,
            "worst": -0.1839887353835481,
            "average trade": 0.02531715975158555,
            "profit factor of fractions": 2.167945974262033,
            "expectancy of fractions": 0.032748078066748834,
            "sqn": 1.0766187356697705,
            "kelly": 0.1518705127029717,
            "exposure": 0.9674115456238361,
            "alpha": 3.9437391142027462,
            "beta": 0.03803390709192,
        },
        rel=1e-10,
    )
