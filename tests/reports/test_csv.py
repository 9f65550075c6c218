import csv
import io

import numpy as np

from argonaut.domain.ids import StrategyId
from argonaut.reports.csv import (
    DRY_RUN_COLUMN,
    TRADE_COLUMNS,
    write_equity_csv,
    write_trades_csv,
)
from tests.reports.records import DAY_NS, trip


def test_trades_read_back_with_every_digit():
    file = io.StringIO()

    write_trades_csv(file, [trip("1E-10", entry_price="0.00001000", tag='a "b", c')])

    (row,) = csv.DictReader(io.StringIO(file.getvalue()))
    assert tuple(row) == TRADE_COLUMNS
    assert (row["pnl_quote"], row["entry_price"]) == ("0.0000000001", "0.00001000")
    assert (row["side"], row["closed_ns"], row["tag"]) == ("long", str(DAY_NS), 'a "b", c')


def test_a_name_is_never_a_formula():
    """A spreadsheet runs a cell that starts with an equals sign; strategy names come from files."""
    file = io.StringIO()

    write_trades_csv(file, [trip("-5", strategy_id=StrategyId("=cmd()"), tag="@x", is_long=False)])

    (row,) = csv.DictReader(io.StringIO(file.getvalue()))
    assert (row["strategy_id"], row["tag"], row["pnl_quote"]) == ("'=cmd()", "'@x", "-5")
    assert row["side"] == "short"


def test_a_trial_says_in_every_line_that_it_is_one():
    """A file is copied, renamed and added up; what was never money must not become money there."""
    trades, equity = io.StringIO(), io.StringIO()

    write_trades_csv(trades, [trip("-5"), trip("7")], is_dry_run=True)
    write_equity_csv(equity, np.array([1]), np.array([0.1]), is_dry_run=True)

    rows = list(csv.DictReader(io.StringIO(trades.getvalue())))
    assert tuple(rows[0]) == (*TRADE_COLUMNS, DRY_RUN_COLUMN)
    assert [row[DRY_RUN_COLUMN] for row in rows] == ["true", "true"]
    assert equity.getvalue() == "event_ns,dry_run_equity_quote\n1,0.1\n"


def test_equity_reads_back_exactly():
    file = io.StringIO()

    write_equity_csv(file, np.array([1, 2**60]), np.array([0.1, 1e6 / 3]))

    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert [int(row["event_ns"]) for row in rows] == [1, 2**60]
    assert [float(row["equity_quote"]) for row in rows] == [0.1, 1e6 / 3]
