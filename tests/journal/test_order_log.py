from decimal import Decimal

import msgspec

from argonaut.domain.ids import (
    ClientOrderId,
    FillId,
    InstrumentId,
    SignalId,
    StrategyId,
    VenueOrderId,
)
from argonaut.domain.order import (
    Accepted,
    Canceled,
    Denied,
    Expired,
    Filled,
    Order,
    OrderRole,
    OrderStatus,
    OrderType,
    Side,
)
from argonaut.domain.record import Decision, OrderSent
from argonaut.domain.signal import Enter, Notional
from argonaut.journal.order_log import ORDER_KINDS, OrderLog
from argonaut.journal.row import Row
from tests.journal.told import told_rows

ONE = ClientOrderId("one")


def order(order_id=ONE, **more):
    return Order(
        client_order_id=order_id,
        strategy_id=StrategyId("s"),
        instrument_id=InstrumentId("BTC/USDT@sim"),
        side=Side.BUY,
        order_type=OrderType.MARKET,
        role=OrderRole.ENTRY,
        quantity=Decimal(2),
        **more,
    )


def decision(*orders, dry_run=False):
    signal = Enter(
        strategy_id=StrategyId("s"),
        instrument_id=InstrumentId("BTC/USDT@sim"),
        side=Side.BUY,
        size=Notional(Decimal(5)),
        reason="because",
        dry_run=dry_run,
    )
    return Decision(
        signal_id=SignalId("x"), signal=signal, approved=True, verdicts=(), orders=orders
    )


def fill(number, quantity):
    return Filled(
        client_order_id=ONE,
        event_ns=number,
        fill_id=FillId(f"f{number}"),
        quantity=Decimal(quantity),
        price=Decimal(10),
        fee=Decimal("0.5"),
        fee_asset="USDT",
    )


def log_of(*bodies):
    kinds: dict[type, str] = {Decision: "decision", OrderSent: "intent"}
    log = OrderLog()
    for seq, body in enumerate(bodies, 1):
        kind = kinds.get(type(body), "report")
        log.take(Row(seq, seq, seq, kind, "", msgspec.json.encode(body), b"", b""))
    return log


def test_an_order_is_followed_from_its_decision_to_its_end():
    log = log_of(decision(order()), fill(2, 1), fill(3, 1))
    (line,) = log.lines

    assert line.reason == "because"
    assert line.decided_ns == 1
    assert line.order.status is OrderStatus.FILLED
    assert line.order.average_price == 10
    assert line.fees == {"USDT": Decimal(1)}
    assert line.ended_ns == 3
    assert log.live == ()


def test_a_fill_told_twice_costs_its_fee_once():
    log = log_of(decision(order()), fill(2, 1), fill(2, 1))

    assert log.lines[0].fees == {"USDT": Decimal("0.5")}


def test_what_may_still_fill_is_live():
    accepted = Accepted(client_order_id=ONE, event_ns=2, venue_order_id=VenueOrderId("v"))
    log = log_of(decision(order()), accepted, fill(3, 1))

    (live,) = log.live
    assert live.leaves == 1
    assert log.get(ONE) is live
    assert log.get(ClientOrderId("other")) is None


def test_a_dry_run_is_logged_and_never_live():
    """Every intended order is in the log, simulated ones included."""
    log = log_of(decision(order(), dry_run=True))

    assert log.lines[0].is_dry_run
    assert log.lines[0].order.status is OrderStatus.CREATED
    assert log.live == ()


def test_an_intent_of_its_own_stands_for_the_order_it_resizes():
    log = log_of(decision(order()), OrderSent(order=order(tag="smaller"), reason="shrunk"))

    (line,) = log.lines
    assert line.reason == "shrunk"
    assert line.order.tag == "smaller"


def test_reports_of_nobody_and_out_of_order_change_nothing():
    gone = Canceled(client_order_id=ONE, event_ns=2)
    accepted = Accepted(client_order_id=ONE, event_ns=3, venue_order_id=VenueOrderId("v"))
    stranger = Canceled(client_order_id=ClientOrderId("two"), event_ns=2)
    expired = Expired(client_order_id=ONE, event_ns=4)
    log = log_of(decision(order()), stranger, gone, expired, accepted)

    (line,) = log.lines
    assert line.order.status is OrderStatus.CANCELED
    assert line.order.filled == 0


def test_the_log_of_a_run_has_no_order_left_over():
    log = OrderLog()
    for row in told_rows():
        if row.kind in ORDER_KINDS:
            log.take(row)

    assert len(log.lines) > 20
    assert all(line.order.is_final for line in log.lines)


def test_an_order_that_was_denied_here_is_over():
    """Else `status` shows it as live for ever, and somebody looks for it at the venue."""
    log = log_of(decision(order()), Denied(client_order_id=ONE, event_ns=7, reason="no room"))

    (line,) = log.lines
    assert (line.order.status, line.ended_ns) == (OrderStatus.DENIED, 7)
    assert log.live == ()


def test_an_earlier_log_goes_on():
    before = log_of(decision(order()))
    log = OrderLog(before.lines)

    assert log.line(ONE) == before.lines[0]
    assert log.line(ClientOrderId("two")) is None


def test_a_denial_of_nobody_changes_nothing():
    denied = Denied(client_order_id=ClientOrderId("two"), event_ns=7, reason="no room")

    assert log_of(denied).lines == ()
