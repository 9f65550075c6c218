"""cases.md §3: two take profits that fall with the minutes, on real 5m candles, net of fees."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from argonaut.domain.order import OrderRole
from tests.real.cases.runs import Run, play

BARS = {
    "path": "klines/freqtrade_testdata_UNITTESTBTC_5m.parquet",
    "instrument": "UNITTEST/BTC",
    "kind": "bars",
    "timeframe": "5m",
    "start": "2018-01-29T12:10",
}
ENTERED = ("2018-01-29T18:40", "2018-01-30T03:30")  # the peer's strategy decided on these
LEFT = ("2018-01-29T22:35", "2018-01-30T04:10")
ENTRY = ("0.104445", "0.10302485")
AMOUNT = (0.00957442, 0.0097064)
STOP = (0.0940005, 0.09272236)
EXIT = (0.10496853383458644, 0.10354126528822055)  # entry x (1 + fee) / (1 - fee)
FIVE_MINUTES = 300


def bar_at(moment: str) -> int:
    start, at = (
        datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (BARS["start"], moment)
    )
    return int((at - start).total_seconds()) // FIVE_MINUTES


def roi(shared, tick: str) -> Run:
    return play(
        shared / "data",
        BARS,
        "exit_table.ExitTable",
        {
            "enter_bars": [bar_at(each) - 1 for each in ENTERED],
            "stop": 0.1,
            "roi": {0: 0.04, 20: 0.02, 30: 0.01, 40: 0.0},
            "fee": 0.0025,
        },
        commission="0.0025",
        cash="0.0010025",  # the stake of 0.001 and its fee
        rules={"tick_size": tick, "lot_size": "0.00000001"},
    )


@pytest.mark.parametrize("tick", ["0.00000001", "0.000000000000001"])
def test_the_two_trades_are_the_published_ones(shared, tick):
    """A moved target rests at the nearest tick: the recording's own, and one as fine as floats."""
    run = roi(shared, tick)

    trips = list(run.result.log.round_trips)
    fills = [mark.role for mark in run.result.log.fill_marks]
    stops = [each.price for each in run.result.log.levels(0) if each.role is OrderRole.STOP]

    assert fills == [OrderRole.ENTRY, OrderRole.TARGET] * 2
    assert run.noted("in") == [bar_at(each) for each in ENTERED]
    assert run.noted("out") == [bar_at(each) for each in LEFT]
    assert [trip.entry_price for trip in trips] == [Decimal(each) for each in ENTRY]
    assert [float(trip.quantity) for trip in trips] == pytest.approx(AMOUNT, abs=1.01e-8)
    assert stops == pytest.approx(STOP, abs=1e-8)
    for trip, exact in zip(trips, EXIT, strict=True):
        assert float(trip.exit_price) == pytest.approx(exact, rel=0, abs=0.51 * float(tick))
        assert float(trip.pnl_fraction) == pytest.approx(0.0, abs=float(tick) / exact)
