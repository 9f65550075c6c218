from decimal import Decimal

import numpy as np
import pytest

from argonaut.domain.command import Record
from argonaut.domain.order import OrderRole, Side
from argonaut.domain.record import Anomaly
from argonaut.ledger.attribution import Attribution
from argonaut.reports.candles import Candles
from argonaut.reports.diagnosis import Facts, diagnose
from argonaut.reports.run_log import RunLog
from argonaut.reports.statistics import summarize
from tests.reports.records import (
    BTC,
    DAY_NS,
    MINUTE_NS,
    approval,
    canceled,
    candles,
    fill,
    intent,
    order,
    played_log,
    refusal,
    trip,
)


def findings(log, *, bars=None, **account):
    at, equity = log.equity_columns()
    statistics = summarize(at, equity, log.round_trips)
    facts = Facts(
        log=log,
        statistics=statistics,
        account=Attribution(**account),
        candles={} if bars is None else {BTC: bars},
    )
    return {finding.code: finding for finding in diagnose(facts)}


def log_of(*trips):
    log = RunLog()
    for number, each in enumerate(trips):
        log.sample(number * DAY_NS, 1000.0 + number)
        log(0, 1, Record("round_trip", "x", each))
    return log


def test_a_sound_run_has_nothing_to_say():
    log = log_of(*(trip(is_long=number % 2 == 0) for number in range(30)))

    assert findings(log, realized=Decimal(100), fees=Decimal(5), bars=candles()) == {}


def test_an_equity_that_never_moved_is_told_with_its_samples():
    log = RunLog()
    for day in range(5):
        log.sample(day * DAY_NS, 1000.0)

    assert findings(log)["flat_equity"].sentence == (
        "equity stayed at 1,000.00 over 5 samples: 0 orders, 0 fills, 0 reasons to do nothing"
    )
    assert "no equity was sampled" in findings(RunLog())["flat_equity"].sentence


def test_a_long_standstill_is_told_with_its_start():
    log = RunLog()
    for day, equity in enumerate([1000, 1001, 1001, 1001, 1001, 1001, 1002, 1003]):
        log.sample(day * DAY_NS, float(equity))

    assert findings(log)["flat_equity"].sentence == (
        "equity did not move for 5.0 days, 71.43 % of the run, from 1970-01-02 00:00:00"
    )


def test_few_trades_leave_the_win_rate_open():
    said = findings(log_of(*[trip()] * 6, *[trip("-1")] * 4))["few_trades"]

    assert said.weight == "warning"
    assert said.sentence == (
        "10 trades, fewer than 30: a win rate of 60.00 % could as well be anything "
        "from 31.27 % to 83.18 %"
    )


def test_no_trade_is_told_with_the_wishes():
    log = RunLog()
    log(0, 1, refusal())

    assert findings(log)["few_trades"].sentence == (
        "no trade was closed; entries were wished for 1 time"
    )


def test_trades_of_one_side_are_held_against_the_market():
    said = findings(log_of(trip(), trip()), bars=candles(12))["one_side"].sentence

    assert said == "all 2 trades were long, while the market moved: BTC/USDT@sim +1.00 %"
    assert "were short" in findings(log_of(*[trip(is_long=False)] * 2))["one_side"].sentence


def test_fees_and_slippage_that_eat_the_profit():
    found = findings(
        log_of(trip()), realized=Decimal(4), fees=Decimal(6), slippage_quote=Decimal(5)
    )

    assert found["fees_eat_profit"].sentence == (
        "fees of 6.00 took 60.00 % of 10.00 earned before fees"
    )
    assert found["slippage_eats_profit"].sentence == "slippage of 5.00 took 55.56 % of 9.00"


def test_the_check_that_refused_most_is_named():
    log = RunLog()
    for code in ("collar", "drawdown", "drawdown"):
        log(0, 1, refusal(code))
    log(0, 1, approval(order()))

    assert findings(log)["most_refused"].sentence == (
        "3 of 4 entries were refused, 2 of them by drawdown"
    )


def test_gaps_are_told_with_the_fills_behind_them():
    """The last price before a hole was old: a fill in the first bar behind it is doubtful."""
    whole = candles(60)
    kept = np.flatnonzero(~np.isin(np.arange(60), [10, 11, 12, 40]))
    bars = Candles(*(getattr(whole, name)[kept] for name in Candles.__slots__))
    log = RunLog()
    for number, minute in enumerate((5, 13, 14)):
        log(0, 1, approval(order(f"o-{number}")))
        log(0, minute * MINUTE_NS + 1, fill(f"o-{number}"))

    assert findings(log, bars=bars)["gaps"].sentence == (
        "BTC/USDT@sim: 2 gaps, 4 bars missing, longest 3 before 1970-01-01 00:13:00; "
        "1 fill in the first bar behind a gap"
    )
    assert findings(log, bars=bars)["gaps"].weight == "warning"
    assert findings(RunLog(), bars=bars)["gaps"].weight == "note"


@pytest.mark.parametrize(("stop", "target", "is_told"), [("99", "101", True), ("90", "101", False)])
def test_a_stop_and_a_target_inside_one_bar_are_counted(stop, target, is_told):
    bars = Candles(
        np.array([0, MINUTE_NS]),
        np.full(2, 100.0),
        np.full(2, 102.0),
        np.full(2, 98.0),
        np.full(2, 100.0),
    )
    log = RunLog()
    log(0, 1, intent(order("s", role=OrderRole.STOP, side=Side.SELL, trigger_price=Decimal(stop))))
    log(0, 1, intent(order("t", role=OrderRole.TARGET, side=Side.SELL, price=Decimal(target))))
    log(0, MINUTE_NS, fill("s", price=stop))
    log(0, MINUTE_NS, canceled("t"))

    found = findings(log, bars=bars)

    assert ("stop_and_target_in_one_bar" in found) is is_told
    if is_told:
        assert found["stop_and_target_in_one_bar"].sentence.startswith("1 of 1 protective exits")


def test_protection_without_candles_is_no_ambiguity():
    assert "stop_and_target_in_one_bar" not in findings(played_log())


def test_anomalies_come_first():
    log = played_log()
    log(0, 1, Record("anomaly", "x", Anomaly(what="foreign report", detail="fill of x-9")))

    first = next(iter(findings(log).values()))

    assert (first.code, first.weight) == ("notices", "warning")
    assert "1 notice (anomaly 1)" in first.sentence
    assert "foreign report: fill of x-9" in first.sentence
