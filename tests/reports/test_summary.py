import json
from decimal import Decimal

from argonaut.reports.attribution_tables import AttributionTables
from argonaut.reports.diagnosis import Facts, diagnose
from argonaut.reports.run_log import RunLog
from argonaut.reports.statistics import summarize
from argonaut.reports.summary import backtest_summary
from tests.reports.records import played_log, report

# What scripts were promised; more may be added, none renamed.
PROMISED = {
    "orders",
    "fills",
    "trades",
    "equity_start",
    "equity_final",
    "return_fraction",
    "cagr",
    "max_drawdown_fraction",
    "max_drawdown_days",
    "sharpe",
    "sortino",
    "calmar",
    "win_rate",
    "profit_factor",
    "avg_win",
    "avg_loss",
    "fees_quote",
    "slippage_quote",
    "exposure_fraction",
    "turnover",
    "by_strategy",
    "by_instrument",
    "balances",
    "journal_sha256",
}


def summary_of(log, tables=None):
    tables = tables or AttributionTables()
    at, equity = log.equity_columns()
    statistics = summarize(at, equity, log.round_trips)
    facts = Facts(log=log, statistics=statistics, account=tables.total)
    return backtest_summary(
        log,
        statistics,
        tables,
        balances={"USDT": Decimal("1007.70"), "BTC": Decimal("0.5")},
        journal_sha256="ab" * 32,
        diagnosis=diagnose(facts),
    )


def test_every_promised_key_is_there():
    found = summary_of(played_log(), report().attribution)

    assert set(found) >= PROMISED
    assert (found["orders"], found["fills"], found["trades"]) == (9, 6, 3)
    assert found["equity_final"] == 1002
    assert found["avg_loss"] == -2.1
    assert found["fees_quote"] == 0.6
    assert found["balances"] == {"BTC": 0.5, "USDT": 1007.7}
    assert found["by_strategy"]["trend"]["wins"] == 2
    assert found["refusals"] == {"max_notional": 1}


def test_an_empty_run_is_told_without_nan():
    """NaN is no JSON: a script would fail on the one run it is needed for."""
    found = summary_of(RunLog())

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["sharpe"] is None
    assert found["trades"] == 0


def test_refusals_come_with_the_most_frequent_first():
    log = RunLog()
    log.refusals.update({"a": 1, "c": 5, "b": 5})

    assert list(summary_of(log)["refusals"]) == ["b", "c", "a"]
