from decimal import Decimal

import pytest

from argonaut.domain.command import Record
from argonaut.domain.event import DetectorSignal, OperatorCommand
from argonaut.domain.ids import ClientOrderId, SignalId, VenueOrderId
from argonaut.domain.order import Accepted, Amended, OrderRole, Side
from argonaut.domain.record import (
    Anomaly,
    DetectorAnswer,
    ModeChanged,
    ProtectionMoved,
    StrategyPaused,
)
from argonaut.domain.signal import Protect, Skip
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.reports.run_log import RunLog
from tests.reports.records import (
    BTC,
    DAY_NS,
    TREND,
    approval,
    canceled,
    enter,
    fill,
    intent,
    leave,
    order,
    refusal,
    trip,
)


@pytest.fixture
def log():
    return RunLog()


def stop_of(order_id="s-1", quantity="1", trigger="95"):
    return order(
        order_id, quantity, role=OrderRole.STOP, side=Side.SELL, trigger_price=Decimal(trigger)
    )


def test_a_decision_its_fill_and_its_trade_are_counted(log):
    log(1, 10, approval(order()))
    log(2, 10, fill(fee=Decimal("0.1"), fee_asset="USDT", slippage_quote=Decimal("0.05")))
    log(3, 20, Record("round_trip", "o-2", trip()))

    assert (log.decisions, log.entries, log.approved) == (1, 1, 1)
    assert (log.orders, log.fills, log.trades) == (1, 1, 1)
    assert log.fees == {"USDT": Decimal("0.1")}
    assert log.slippage_quote == Decimal("0.05")
    assert list(log.round_trips) == [trip()]


def test_fees_are_summed_by_the_asset_they_were_paid_in(log):
    for asset in ("USDT", "BNB", "USDT"):
        log(1, 10, fill(fee=Decimal("0.1"), fee_asset=asset))

    assert log.fees == {"USDT": Decimal("0.2"), "BNB": Decimal("0.1")}


def test_refusals_are_counted_by_the_check_that_refused(log):
    log(1, 10, refusal("collar"))
    log(2, 10, refusal("drawdown"))
    log(3, 10, refusal("collar"))
    log(4, 10, refusal("holding", signal=leave()))

    assert log.refusals == {"collar": 2, "drawdown": 1, "holding": 1}
    assert log.entry_refusals == {"collar": 2, "drawdown": 1}
    assert (log.decisions, log.entries, log.approved, log.orders) == (4, 3, 0, 0)


def test_a_reduction_names_the_check_that_clipped(log):
    clip = Verdict("max_notional", Outcome.CLIP, Decimal(200), Decimal(100), keep=Decimal(1))

    log(1, 10, approval(order(), requested="2", verdicts=(clip,)))
    log(2, 10, approval(order("o-2"), requested="1.0004"))

    assert (log.reduced, log.reductions) == (1, {"max_notional": 1})


def test_a_dry_run_sends_no_order(log):
    log(1, 10, approval(order(), signal=enter(dry_run=True)))

    assert (log.approved, log.orders) == (1, 0)


def test_an_order_that_was_decided_and_then_resized_counts_once(log):
    log(1, 10, approval(order("o-1", "2")))
    log(2, 10, intent(order("o-1", "1")))
    log(3, 10, intent(stop_of()))

    assert log.orders == 2


def test_a_fill_is_marked_with_what_its_order_was_for(log):
    log(1, 10, approval(order("o-1", "2", tag="dip")))
    log(2, 30, fill("o-1", "2", "101.5"))

    (mark,) = log.fill_marks
    assert (mark.event_ns, mark.strategy_id, mark.instrument_id) == (30, TREND, BTC)
    assert (mark.side, mark.role, mark.tag) == (Side.BUY, OrderRole.ENTRY, "dip")
    assert (mark.price, mark.quantity) == (Decimal("101.5"), Decimal(2))


def test_a_fill_told_after_the_cancel_is_still_marked(log):
    """The money is real; the chart must show where it came from."""
    log(1, 10, approval(order()))
    log(2, 20, canceled("o-1"))
    log(3, 30, fill())

    assert len(log.fill_marks) == 1


def test_a_fill_of_an_unknown_order_is_counted_and_not_marked(log):
    log(1, 10, fill("foreign"))

    assert (log.fills, len(log.fill_marks)) == (1, 0)


def test_orders_are_forgotten_once_filled_and_canceled_ones_after_a_thousand(log):
    for number in range(1500):
        log(1, 10, approval(order(f"o-{number}", "2")))
        log(2, 10, fill(f"o-{number}", "1"))
        log(3, 10, fill(f"o-{number}", "1") if number % 2 else canceled(f"o-{number}"))
    for number in range(1500):
        log(1, 10, approval(order(f"c-{number}")))
        log(2, 10, canceled(f"c-{number}"))

    assert not log._working
    assert len(log._ended) == 1000
    assert log.fills == 2250


def test_a_stop_rests_from_its_intent_until_it_fills(log):
    log(1, 10, intent(stop_of()))
    log(2, 20, fill("s-1", "1", "94.8"))

    (level,) = log.levels(99)
    assert (level.role, level.price, level.ending) == (OrderRole.STOP, 95.0, "filled")
    assert (level.from_ns, level.to_ns) == (10, 20)


def test_a_partial_fill_leaves_the_rest_of_the_stop_at_its_level(log):
    log(1, 10, intent(stop_of(quantity="2")))
    log(2, 20, fill("s-1", "1"))
    log(3, 30, canceled("s-1"))

    assert [(level.to_ns, level.ending) for level in log.levels(99)] == [(30, "canceled")]


def test_a_stop_that_moves_is_a_step(log):
    moved = Amended(
        client_order_id=ClientOrderId("s-1"),
        event_ns=20,
        quantity=Decimal(3),
        trigger_price=Decimal(97),
    )

    log(1, 10, intent(stop_of()))
    log(2, 20, Record("report", "s-1", moved))

    assert [
        (level.price, level.from_ns, level.to_ns, level.ending) for level in log.levels(50)
    ] == [(95.0, 10, 20, "moved"), (97.0, 20, 50, "resting")]


def test_an_amendment_of_the_quantity_alone_moves_no_level(log):
    grown = Amended(client_order_id=ClientOrderId("s-1"), event_ns=20, quantity=Decimal(2))

    log(1, 10, intent(stop_of()))
    log(2, 20, Record("report", "s-1", grown))
    log(3, 30, fill("s-1", "1"))
    log(4, 30, Record("report", "nobody", Amended(client_order_id=ClientOrderId("x"), event_ns=1)))

    assert [level.ending for level in log.levels(50)] == ["resting"]


def test_acceptances_and_unknown_rows_change_nothing(log):
    accepted = Accepted(
        client_order_id=ClientOrderId("o-1"), event_ns=1, venue_order_id=VenueOrderId("v-1")
    )

    log(1, 10, Record("report", "o-1", accepted))
    log(2, 10, Record("operator", "halt", OperatorCommand(event_ns=1, verb="halt")))

    assert (log.fills, log.decisions, log.levels(20)) == (0, 0, [])


def test_the_last_signals_come_newest_first_with_their_reasons(log):
    skip = Skip(strategy_id=TREND, instrument_id=BTC, reason="volume too low")
    moved = ProtectionMoved(
        signal=Protect(strategy_id=TREND, instrument_id=BTC, reason="trail", stop_price=97.0),
        moved=True,
        detail="stop to 97",
    )

    log(1, 10, approval(order()))
    log(2, 20, Record("skip", TREND, skip))
    log(3, 30, refusal("collar"))
    log(4, 40, Record("protection", TREND, moved))

    assert [line.wish for line in log.last_signals(5)] == ["protect", "buy", "buy"]
    assert [line.wish for line in log.last_signals(2)] == ["protect", "buy"]
    assert [line.wish for line in log.last_signals(5, with_skips=True)] == [
        "protect",
        "buy",
        "skip",
        "buy",
    ]
    assert log.skips == 1


def test_detector_answers_are_counted(log):
    signal = DetectorSignal(
        event_ns=1, signal_id=SignalId("d"), source="radar", instrument_id=BTC, side="buy"
    )
    for answer in ("accepted", "duplicate", "duplicate"):
        log(1, 10, Record("signal", "d", DetectorAnswer(signal=signal, answer=answer)))

    assert log.detector_answers == {"accepted": 1, "duplicate": 2}
    assert log.last_signals(1)[0].who == "radar"


def test_what_is_out_of_the_ordinary_is_noted(log):
    paused = StrategyPaused(strategy_id=TREND, instrument_id=BTC, error="ValueError: no")
    changed = ModeChanged(mode="KILLED", who="operator", reason="lunch")

    log(1, 10, Record("anomaly", "dust", Anomaly(what="dust", detail="0.001 below one lot")))
    log(2, 20, Record("strategy_paused", TREND, paused))
    log(3, 30, Record("mode", "KILLED", changed))

    assert [notice.sentence for notice in log.notices] == [
        "dust: 0.001 below one lot",
        "trend at BTC/USDT@sim was paused: ValueError: no",
        "mode KILLED by operator: lunch",
    ]


def test_a_bounded_log_keeps_the_last_and_counts_all():
    """A paper run may last for months."""
    log = RunLog(kept=10, decisions_kept=5)
    for number in range(100):
        log(1, number, approval(order(f"o-{number}")))
        log(2, number, fill(f"o-{number}"))
        log(3, number, Record("round_trip", "x", trip(closed_ns=number)))
        log(4, number, intent(stop_of(f"s-{number}")))
        log(5, number, canceled(f"s-{number}"))

    assert (log.trades, log.fills, log.decisions) == (100, 100, 100)
    assert [each.closed_ns for each in log.round_trips] == list(range(90, 100))
    assert len(log.fill_marks) == len(log.levels(1)) == 10
    assert len(log.last_signals(50)) == 5


def test_zeros_before_the_first_money_are_no_equity(log):
    """The first step of a run marks an empty account; a return from 0 is infinite."""
    log.sample(1, 0.0)
    log.sample(2, 1000.0)
    log.sample(3, 0.0)

    at, equity = log.equity_columns()
    assert (at.tolist(), equity.tolist()) == ([2, 3], [1000, 0])
    assert (log.equity_start, log.equity_last) == (1000, 0)


def test_the_columns_are_copies_so_that_the_log_may_go_on(log):
    log.sample(1, 1000.0)
    _, equity = log.equity_columns()

    log.sample(2, 1001.0)

    assert equity.tolist() == [1000]


def test_thinning_keeps_the_first_and_last_sample_and_the_last_of_every_day():
    hour_ns = DAY_NS // 24
    log = RunLog(samples_kept=100)
    for hour in range(24 * 30):
        log.sample(hour * hour_ns, 1000.0 + hour)

    at, equity = log.equity_columns()
    assert len(at) <= 4 * 30 + 1
    assert (at[0], at[-1]) == (0, (24 * 30 - 1) * hour_ns)
    assert {hour_ns * 24 * day for day in range(30)} <= set(at.tolist())
    assert equity.tolist() == [1000.0 + each // hour_ns for each in at.tolist()]
