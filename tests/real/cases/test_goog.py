"""cases.md §1 on GOOG: the SMA cross with every published statistic."""

from __future__ import annotations

import pytest

from argonaut.reports import drawdowns, peer_statistics, returns, statistics, trades
from tests.real.cases import bar_peer
from tests.real.cases.runs import Run, play

BARS = {"path": "reference/GOOG.csv", "instrument": "GOOG/USD", "kind": "bars", "timeframe": "1d"}
LAST_BAR = 2146  # at its close everything is sold, to fill at the open of the last bar
YEAR = 252  # periods of a market with weekends
FIRST_BAR = 29  # with both means, from where the peer counts buy and hold

PUBLISHED = {
    "trades": 66,
    "equity final": 51422.98999999996,
    "equity peak": 75787.44,
    "return": 4.142298999999996,
    "buy and hold": 5.220601851851852,
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
    "best trade": 0.5359595229490424,
    "worst trade": -0.1839887353835481,
    "average trade": 0.02531715975158555,
    "profit factor": 2.167945974262033,
    "expectancy": 0.032748078066748834,
    "sqn": 1.0766187356697705,
    "kelly": 0.1518705127029717,
    "exposure": 0.9674115456238361,
    "alpha": 3.9437391142027462,
    "beta": 0.03803390709192,
}
# What `argonaut backtest` prints otherwise for this run, and why.
OWN = {
    "cagr": (0.21144328913506993, "a year of 365 days, not 365.25"),
    "annual_volatility": (0.29489208540737183, "deviation of returns, not compounded"),
    "sharpe": (0.7983515642116693, "mean over deviation of returns, not of annual figures"),
    "sortino": (1.2057881055550694, "mean over downside deviation, not of annual figures"),
    "profit_factor": (1.4778410020970654, "of money, not of trades' fractions"),
    "average_trade_fraction": (0.03274807806674884, "arithmetic, not geometric"),
    "exposure_fraction": (0.9672657252888318, "of time, not of bars touched"),
}


@pytest.fixture(scope="module")
def runs(shared) -> dict[str, Run]:
    """The run without and the run with commission."""
    return {
        commission: play(
            shared / "data",
            BARS,
            "sma_cross.SmaCross",
            {"last_bar": LAST_BAR, "commission": commission},
            commission=commission,
            rules={"tick_size": "0.01", "lot_size": "1"},
        )
        for commission in ("0", "0.002")
    }


def test_the_statistics_are_the_published_ones(runs):
    run = runs["0"]
    equity, open_ns, close = run.equity, run.bars.open_ns, run.bars.close
    daily, below = returns.simple_returns(equity), drawdowns.drawdown(equity)
    profits, fractions = bar_peer.profits_of(run)

    annual = returns.annual_return(daily, periods_per_year=YEAR)
    against = peer_statistics.alpha_beta(equity, close, market_from=FIRST_BAR)
    assert against is not None

    assert {
        "trades": profits.size,
        "equity final": equity[-1],
        "equity peak": equity.max(),
        "return": returns.total_return(equity),
        "buy and hold": returns.total_return(close[FIRST_BAR:]),
        "annual return": annual,
        "cagr": returns.cagr(open_ns, equity, days_per_year=peer_statistics.JULIAN_YEAR_DAYS),
        "volatility": peer_statistics.compound_volatility(daily, periods_per_year=YEAR),
        "max drawdown": drawdowns.max_drawdown(below),
        "average drawdown": drawdowns.average_drawdown(below),
        "drawdown days": drawdowns.max_drawdown_days(open_ns, below),
        "sharpe": peer_statistics.annual_sharpe(daily, periods_per_year=YEAR),
        "sortino": peer_statistics.annual_sortino(daily, periods_per_year=YEAR),
        "calmar": returns.calmar(annual, drawdowns.max_drawdown(below)),
        "win rate": trades.win_rate(profits),
        "best trade": fractions.max(),
        "worst trade": fractions.min(),
        "average trade": peer_statistics.geometric_average_trade(fractions),
        "profit factor": trades.profit_factor(fractions),
        "expectancy": trades.expectancy(fractions),
        "sqn": trades.sqn(profits),
        "kelly": trades.kelly(profits),
        "exposure": bar_peer.exposure_of(run),
        "alpha": against[0],
        "beta": against[1],
    } == pytest.approx(PUBLISHED, rel=1e-12)


def test_money_is_exact_where_the_peer_has_float_dust(runs):
    assert str(runs["0"].result.balances["USD"]) == "51422.99"
    assert str(runs["0.002"].result.balances["USD"]) == "39280.73682"
    assert str(runs["0.002"].result.log.fees["USD"]) == "8731.11318"


@pytest.mark.parametrize("commission", ["0", "0.002"])
def test_each_run_is_the_one_computed_with_the_peer(shared, runs, commission):
    name = f"GOOG SMA10/30 commission {commission}"

    assert bar_peer.printed(runs[commission]) == pytest.approx(
        bar_peer.computed(shared, name), rel=1e-12
    )
    for ours, theirs in zip(
        runs[commission].first_trades(3), bar_peer.first_trades(shared, name), strict=True
    ):
        assert ours == pytest.approx(theirs, rel=1e-12)


def test_the_sharpe_ratio_with_commission_is_the_computed_one(runs):
    daily = returns.simple_returns(runs["0.002"].equity)

    sharpe = peer_statistics.annual_sharpe(daily, periods_per_year=YEAR)

    assert sharpe == pytest.approx(0.49337158225272637, rel=1e-12)


def test_our_own_statistics_differ_by_their_definitions_only(runs):
    run = runs["0"]

    ours = statistics.summarize(
        run.bars.close_ns(), run.equity, run.result.log.round_trips, periods_per_year=YEAR
    )

    assert {name: getattr(ours, name) for name in OWN} == pytest.approx(
        {name: value for name, (value, _) in OWN.items()}, rel=1e-12
    )
    same = {
        "return": ours.return_fraction,
        "annual return": ours.annual_return,
        "equity peak": ours.equity_peak,
        "max drawdown": ours.max_drawdown_fraction,
        "average drawdown": ours.average_drawdown_fraction,
        "drawdown days": ours.max_drawdown_days,
        "calmar": ours.calmar,
        "win rate": ours.win_rate,
        "best trade": ours.best_trade_fraction,
        "worst trade": ours.worst_trade_fraction,
        "sqn": ours.sqn,
        "kelly": ours.kelly,
    }
    assert same == pytest.approx({name: PUBLISHED[name] for name in same}, rel=1e-12)
