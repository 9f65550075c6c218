"""Trades and quotes lie in their ids and clocks as well as in their prices."""

import numpy as np
import pytest

from argonaut.feeds.tape.columns import TradeColumns
from argonaut.feeds.tape.findings import Findings, Flaw
from argonaut.feeds.tape.tick_checks import Clocks, check_funding, check_quotes, check_trades
from tests.feeds.tape.sample import funding, quotes, times, trades

SECOND = 1_000_000_000


def findings_of(columns, clocks=None, tolerate=()):
    findings = Findings(tolerate)
    clocks = clocks or Clocks(columns.ts_ns, None, by_received=False)
    if isinstance(columns, TradeColumns):
        check_trades(columns, clocks, findings)
    else:
        check_quotes(columns, clocks, findings)
    return findings


def errors_of(columns, clocks=None, **options):
    return {found.flaw: found.message for found in findings_of(columns, clocks, **options).errors}


def warnings_of(columns, clocks=None, **options):
    return {found.flaw: found.message for found in findings_of(columns, clocks, **options).warnings}


def received(columns, *delays_s):
    delays = np.array([round(delay * SECOND) for delay in delays_s])
    return Clocks(columns.ts_ns, columns.ts_ns + delays, by_received=True)


@pytest.mark.parametrize("columns", [trades([0, 1]), quotes([0, 1])])
def test_clean_ticks_have_no_flaw(columns):
    findings = findings_of(columns)

    assert (findings.errors, findings.warnings) == ([], [])


@pytest.mark.parametrize(
    ("columns", "flaw"),
    [
        (trades([0], [float("nan")]), Flaw.NOT_FINITE),
        (trades([0], [0.0]), Flaw.PRICE_NOT_POSITIVE),
        (trades([0], [-1.0]), Flaw.PRICE_NOT_POSITIVE),
        (trades([0], quantity=[-1.0]), Flaw.NEGATIVE_QUANTITY),
        (trades([1, 0]), Flaw.UNSORTED),
        (trades([0, 1], trade_id=np.array([7, 7])), Flaw.DUPLICATE_TRADE_ID),
        (trades([0, 1], trade_id=np.array([b"a", b"a"])), Flaw.DUPLICATE_TRADE_ID),
        (trades([0, 1], trade_id=np.array([7, 6])), Flaw.TRADE_ID_BACKWARDS),
        (quotes([0], bid=[12.0]), Flaw.CROSSED_QUOTE),
        (quotes([0], ask=[float("inf")]), Flaw.NOT_FINITE),
        (quotes([0], bid=[0.0]), Flaw.PRICE_NOT_POSITIVE),
    ],
)
def test_an_impossible_tick_is_an_error(columns, flaw):
    assert flaw in errors_of(columns)


@pytest.mark.parametrize(
    ("columns", "flaw"),
    [
        (trades([0], quantity=[0.0]), Flaw.ZERO_QUANTITY),
        (trades([0, 1], [10.0, 100.0]), Flaw.PRICE_JUMP),
        (trades([0, 1], trade_id=np.array([7, 9])), Flaw.TRADE_ID_GAP),
        (trades([0, 6]), Flaw.SILENCE),
        (quotes([0], bid=[11.0]), Flaw.LOCKED_QUOTE),
    ],
)
def test_an_unlikely_tick_is_only_reported(columns, flaw):
    assert flaw in warnings_of(columns)
    assert not errors_of(columns)


def test_a_crossed_quote_names_both_sides():
    assert errors_of(quotes([0, 1], bid=[9.0, 12.0]))[Flaw.CROSSED_QUOTE] == (
        "row 2: bid 12.0 is above ask 11.0, want bid < ask"
    )


def test_a_recorder_whose_clock_jumps_alone_is_an_error():
    """The injected fault of the TRX capture: a day added to one receive time."""
    sample = trades([0, 0.1])

    message = errors_of(sample, received(sample, 0.01, 86_400))[Flaw.RECEIVE_JUMP]

    assert message.startswith("row 2: receive time jumps 86406 s while the venue's clock moved 6 s")


def test_a_quiet_market_is_no_jump_of_the_recorder():
    sample = trades([0, 120])

    assert not errors_of(sample, received(sample, 0.01, 0.01))


def test_a_tape_in_receive_order_may_hold_older_events_behind_newer():
    """Symbols interleave and messages carry levels with times of their own."""
    event_ns = times(1, 0.99)
    sample = trades([1, 1.01])

    clocks = Clocks(event_ns, sample.ts_ns, by_received=True)

    assert Flaw.EVENT_BACKWARDS in warnings_of(sample, clocks)
    assert not errors_of(sample, clocks)


def test_receive_times_that_step_back_are_an_error_where_they_order_the_tape():
    sample = trades([0, 0.01])
    clocks = received(sample, 5, 0)

    assert Flaw.UNSORTED in errors_of(sample, clocks)
    assert not errors_of(sample, Clocks(clocks.event_ns, clocks.received_ns, by_received=False))


def test_a_recorder_behind_the_venue_is_reported():
    """Recorded 1.27 s behind: its quotes would meet another file's trades too early."""
    sample = trades([0, 1])

    assert (
        "1.270 s behind" in warnings_of(sample, received(sample, -1.27, -1.27))[Flaw.CLOCK_BEHIND]
    )


def test_a_placeholder_among_event_times_is_an_error_even_in_receive_order():
    sample = trades([0, 1])
    clocks = Clocks(np.array([0, sample.ts_ns[1]]), sample.ts_ns, by_received=True)

    assert "1970-01-01" in errors_of(sample, clocks)[Flaw.TIME_RANGE]


@pytest.mark.parametrize(
    ("payments", "flaw"),
    [
        (funding([1, 0]), Flaw.UNSORTED),
        (funding([0, 0]), Flaw.DUPLICATE_TIME),
        (funding([0], [float("nan")]), Flaw.NOT_FINITE),
    ],
)
def test_an_impossible_payment_is_an_error(payments, flaw):
    findings = Findings()
    check_funding(payments, findings)

    assert flaw in {found.flaw for found in findings.errors}


def test_a_rate_no_venue_charges_is_reported():
    """Percent taken for a fraction."""
    findings = Findings()
    check_funding(funding([0], [0.75]), findings)

    assert [found.flaw for found in findings.warnings] == [Flaw.LARGE_RATE]
