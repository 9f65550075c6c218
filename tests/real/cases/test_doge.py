"""cases.md §1 on DOGEUSDT 1m: a count of trades that hangs on the last bit of a mean."""

from __future__ import annotations

import pytest

from tests.real.cases import bar_peer
from tests.real.cases.runs import Run, play

NAME = "DOGEUSDT 1m SMA10/30 commission 0.001 cash 10000"
BARS = {
    "path": "klines/binance_spot_DOGEUSDT_1m_20210420_20210520.parquet",
    "instrument": "DOGE/USDT",
    "kind": "bars",
    "timeframe": "1m",
}
LAST_BAR = 42_913
TIES = [8_808, 14_394, 22_611, 29_534]  # bars at which the two exact means are equal
# Kind of mean: trades, and which of the tied bars it takes for a tie.
COUNTS = {
    "polars": (1640, [22_611]),
    "ours": (1640, [22_611]),
    "plain": (1639, [8_808, 22_611]),
    "running": (1641, []),
    "exact": (1637, TIES),
}


def cross(shared, mean: str) -> Run:
    return play(
        shared / "data",
        BARS,
        "sma_cross.SmaCross",
        {"last_bar": LAST_BAR, "commission": "0.001", "mean": mean},
        commission="0.001",
        rules={"tick_size": "0.0000001", "lot_size": "1"},
    )


@pytest.mark.parametrize("mean", ["polars", "ours"])
def test_the_run_is_the_one_computed_with_the_peer(shared, mean):
    """With polars' mean as the input column, and with our own, which is the same to the bit."""
    run = cross(shared, mean)

    assert bar_peer.printed(run) == pytest.approx(bar_peer.computed(shared, NAME), rel=1e-12)
    for ours, theirs in zip(run.first_trades(3), bar_peer.first_trades(shared, NAME), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("mean", COUNTS)
def test_each_mean_sees_its_own_ties_and_so_its_own_trades(shared, mean):
    run = cross(shared, mean)

    assert (run.result.log.trades, run.noted("tie")) == COUNTS[mean]
