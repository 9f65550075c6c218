"""cases.md §1, the other published facts: a trailing stop on GOOG, a cross of monthly bars."""

from __future__ import annotations

import numpy as np
import pytest

from argonaut.indicators import Sma
from tests.real.cases.runs import play

GOOG = {"path": "reference/GOOG.csv", "instrument": "GOOG/USD", "kind": "bars", "timeframe": "1d"}
# Months read as days, because no timeframe of ours has 28 to 31 of them; the times stay its own.
MONTHS = {
    "path": "reference/BTCUSD.csv",
    "instrument": "BTC/USD",
    "kind": "bars",
    "timeframe": "1d",
    "tolerate": ["wrong_timeframe"],
    "start": "2015-01-01",
}


def test_a_stop_three_average_ranges_below_gives_the_published_trades(shared):
    """56 end at their stop; the last is closed with the recording, as the peer does."""
    run = play(
        shared / "data",
        GOOG,
        "trailing_atr.TrailingAtr",
        {"last_bar": 2146},
        rules={"tick_size": "0.000001", "lot_size": "1"},
    )

    exits = [trip.exit_tag for trip in run.result.log.round_trips]

    assert len(exits) == 57
    assert exits.count("stop") == 56


def test_a_cross_of_monthly_means_gives_the_published_trades(shared):
    run = play(
        shared / "data",
        MONTHS,
        "sma_cross.SmaCross",
        {"fast_bars": 2, "slow_bars": 3, "last_bar": 118, "cash": "100", "lot": "0.000001"},
        cash="100",
        rules={"tick_size": "0.01", "lot_size": "0.000001"},
    )

    (fast,) = Sma(2).columns(run.bars.close)
    first = run.result.log.round_trips[0]
    entered = int(np.searchsorted(run.bars.open_ns, first.opened_ns))

    assert run.result.log.trades == 42
    assert str(first.entry_price) == "236.69"
    assert fast[entered] == pytest.approx(234.14, rel=1e-12)
