"""TrendFollow on five symbols of 2025: a handful of entries a week, each with an end."""

from decimal import Decimal
from itertools import pairwise

import pytest

from argonaut.domain.order import OrderRole
from tools.strategy_runs import FIVE, Played, trend_follow

FOUR_HOURS_NS = 4 * 3_600 * 1_000_000_000


@pytest.fixture(scope="module")
def run(shared) -> Played:
    return trend_follow(shared)


def test_five_symbols_make_a_handful_of_entries_a_week(run):
    """Hundreds a day would feed the venue, none would feed nobody."""
    counts = run.entries_a_week()

    assert len(run.entries) == 66
    assert all(1 <= count <= 30 for count in counts.values())
    assert max(counts.values()) == 13


def test_every_symbol_is_traded(run):
    """An average over five could hide four that never warm up."""
    traded = {each.signal.instrument_id for _, each in run.entries}

    assert traded == {f"{each}/USDT@sim" for each in FIVE}


def test_it_says_that_it_waits_and_enters_only_once_it_is_warm(run):
    """200 bars of 4h are 33 days and 8 hours."""
    first_ns = min(int(each.open_ns[0]) for each in run.bars())
    waits = {each.reason for _, each in run.skips if each.reason.startswith("waits")}

    assert waits == {
        "waits for history: 200 bars of 4h, 400 bars of 1h",
        "waits for history: 200 bars of 4h",
    }
    assert min(at_ns for at_ns, _ in run.entries) >= first_ns + 200 * FOUR_HOURS_NS


def test_reasons_are_told_when_they_change_and_not_on_every_bar(run):
    """Five symbols close 5,043 bars of 4h; a row for each would bury the reasons."""
    assert 100 < len(run.skips) < 250


def test_every_entry_rests_between_a_stop_and_a_target(run):
    for _, each in run.entries:
        protection, price = each.signal.protection, float(each.market_price)

        assert protection.stop_price < price < protection.targets[0].price


def test_stops_and_targets_both_really_exit(run):
    ends = [mark.role for mark in run.result.log.fill_marks if mark.role is not OrderRole.ENTRY]

    assert (ends.count(OrderRole.STOP), ends.count(OrderRole.TARGET)) == (39, 27)


def test_every_exit_is_recorded_with_its_tags_and_its_gain(run):
    trips = run.result.log.round_trips

    assert len(trips) == 66
    assert {(trip.tag, trip.exit_tag) for trip in trips} == {
        ("trend_follow_long", "trend_follow_exit")
    }
    for trip in trips:
        assert trip.pnl_fraction == pytest.approx(
            trip.exit_price / trip.entry_price - 1 - trip.fees / (trip.entry_price * trip.quantity)
        )


def test_a_stop_is_only_ever_tightened(run):
    """Of what rested at the venue, not of what was asked for."""
    moved = 0
    stops = [each for each in run.result.log.levels(2**62) if each.role is OrderRole.STOP]
    stops.sort(key=lambda level: (level.instrument_id, level.from_ns))
    for before, after in pairwise(stops):
        if before.ending == "moved":
            moved += 1
            assert after.instrument_id == before.instrument_id
            assert after.price > before.price

    assert moved > 100


def test_three_bars_pass_between_an_exit_and_the_next_entry(run):
    for at_ns, each in run.entries:
        ended_ns = [
            trip.closed_ns
            for trip in run.result.log.round_trips
            if trip.instrument_id == each.signal.instrument_id and trip.closed_ns <= at_ns
        ]

        assert all(at_ns - ns >= 3 * FOUR_HOURS_NS for ns in ended_ns)


def test_positions_are_75_to_one_and_a_half_percent_of_equity(run):
    """1.5 % of about 10,000 is more than the 75 it has to be at least."""
    for _, each in run.entries:
        assert Decimal(145) < each.quantity * each.market_price < Decimal(151)


def test_with_the_required_regime_170_days_are_too_short_and_it_says_so(shared):
    """200 days of bars do not fit into 168; a silent strategy would look broken."""
    run = trend_follow(shared, ("BTC",), regime="required")

    assert run.entries == []
    assert run.skips[-1][1].reason == "waits for history: 200 bars of 1d"


def test_shorter_regime_lengths_warm_up_and_trade_as_rarely(shared):
    run = trend_follow(
        shared, ("BTC", "ETH"), regime="required", regime_fast_bars=10, regime_slow_bars=30
    )

    assert 10 <= len(run.entries) <= 60
    assert {each.signal.reason.split(";")[0] for _, each in run.entries} == {
        "averages point up on 4h, 1h, 1d"
    }
