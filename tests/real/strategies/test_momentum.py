"""Momentum on a real pump, a real collapse, and real prints that are neither."""

from datetime import datetime

import pytest

from argonaut.domain.order import OrderRole
from tools.strategy_runs import Played, momentum, momentum_on_brd


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp()) * 1_000_000_000


PUMP_NS = at("2021-05-02T18:00:12")
COLLAPSE_NS = at("2021-04-24T21:01:00")  # the close of the bar that fell by 40 %
MINUTE_NS = 60_000_000_000


@pytest.fixture(scope="module")
def brd(shared) -> Played:
    return momentum_on_brd(shared)


def entries_between(run, from_ns, to_ns):
    return [at_ns for at_ns, _ in run.entries if from_ns <= at_ns <= to_ns]


def test_it_buys_the_pump_of_2_may_within_two_minutes(brd):
    assert entries_between(brd, PUMP_NS, PUMP_NS + 2 * MINUTE_NS) == [at("2021-05-02T18:01:00")]


def test_the_pump_is_entered_in_the_market_and_guarded_at_once(brd):
    """48 seconds after the first buy of the pump, at the next minute's open."""
    marks = [
        mark
        for mark in brd.result.log.fill_marks
        if PUMP_NS <= mark.event_ns <= PUMP_NS + 5 * MINUTE_NS
    ]

    assert marks[0].role is OrderRole.ENTRY
    assert marks[0].event_ns - PUMP_NS < 2 * MINUTE_NS
    assert {mark.role for mark in marks[1:]} == {OrderRole.STOP}


def test_it_does_not_buy_after_the_collapse_of_24_april(brd):
    """From 9.80 to 5.89 in one minute, then rises of 5 % that lead nowhere."""
    assert entries_between(brd, COLLAPSE_NS, COLLAPSE_NS + 60 * MINUTE_NS) == []
    assert {
        each.reason.split(", but ")[1]
        for at_ns, each in brd.skips
        if COLLAPSE_NS <= at_ns <= COLLAPSE_NS + 7 * MINUTE_NS
    } == {"it is not above the baseline's high"}


@pytest.mark.parametrize("start", ["2021-04-24T20:40", "2021-04-24T20:53", "2021-04-24T20:57"])
def test_a_run_that_began_during_the_spike_does_not_buy_after_its_collapse(shared, start):
    """Whatever it did before, a position, a cooldown or nothing, must not matter."""
    run = momentum_on_brd(shared, start=start)

    assert entries_between(run, COLLAPSE_NS, COLLAPSE_NS + 60 * MINUTE_NS) == []


def test_no_position_is_opened_within_the_cooldown_of_the_last(brd):
    closed_ns = [trip.closed_ns for trip in brd.result.log.round_trips]
    for at_ns, _ in brd.entries:
        assert all(at_ns - ns >= 3 * MINUTE_NS for ns in closed_ns if ns <= at_ns)


def test_on_a_coin_that_trades_every_other_minute_it_stays_within_two_a_day(brd):
    assert len(brd.entries) == 74  # in 39.7 days


@pytest.mark.parametrize(
    ("file", "entries"),
    [
        ("binance_spot_BTCUSDT_1m_20210420_20210520", 4),
        ("binance_spot_ETHUSDT_1m_20210420_20210520", 7),
        ("binance_spot_DOGEUSDT_1m_20210420_20210520", 63),
        ("binance_spot_BTCUSDT_1m_20230316_20230501", 0),
        ("binance_usdm_SUIUSDT_1m_20250504_20250603", 2),
    ],
)
def test_on_bars_it_does_not_over_trigger(shared, file, entries):
    """A month each: one with two crashes and a mania, and ordinary ones."""
    symbol = file.split("_")[2].removesuffix("USDT")
    run = momentum(shared / "data/klines", f"{file}.parquet", f"{symbol}/USDT", kind="bars")

    assert len(run.entries) == entries


@pytest.mark.parametrize(
    ("file", "instrument"),
    [
        ("gemini_spot_ethusd_20210701", "ETH/USD"),
        ("binance_spot_xrpeth_201910", "XRP/ETH"),
        ("binance_spot_trx_20250304_positive", "TRX/USDT"),
        ("binance_spot_btcusdt_20240808", "BTC/USDT"),
    ],
)
def test_on_real_prints_without_a_breakout_it_never_buys(shared, file, instrument):
    """A day, 59 hours, 47 and 6 minutes: none holds a rise of 1.8 % over its last six minutes."""
    run = momentum(shared / "data/trades", f"{file}.parquet", instrument, kind="trades")

    assert run.result.rows_played > 9_000
    assert run.decisions == []


def test_on_real_prints_it_buys_the_few_breakouts_there_are(shared):
    """Bitcoin in its second year: 9,999 prints in 8 months, most of them hours apart."""
    run = momentum(
        shared / "data/trades", "bitstamp_spot_btcusd_2011_2012.parquet", "BTC/USD", kind="trades"
    )
    waited = [each for _, each in run.skips if each.reason.endswith("is not whole yet")]

    assert [each.signal.reason for _, each in run.entries] == [
        "rise of 10.59% on 8.5x the baseline's volume",
        "rise of 3.16% on 5.6x the baseline's volume",
        "rise of 1.82% on 132.3x the baseline's volume",
        "rise of 3.89% on 8.7x the baseline's volume",
    ]
    assert len(waited) == 34
