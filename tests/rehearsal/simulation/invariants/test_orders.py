from typing import Any

import msgspec
import pytest

from argonaut.domain.event import Correction, ForeignOrder
from argonaut.domain.ids import ClientOrderId, FillId, VenueOrderId
from argonaut.domain.order import (
    Canceled,
    OrderStatus,
    OutcomeUnknown,
    Rejected,
    Side,
)
from argonaut.domain.record import Anomaly
from argonaut.domain.venue_view import VenueOrder
from argonaut.rehearsal.simulation.plan import Fault
from tests.rehearsal.simulation.written import (
    BTC,
    ENTRY,
    STOP,
    D,
    S,
    Written,
    accepted,
    caught,
    clean,
    decision,
    filled,
    order,
    said,
    signalled,
    stop,
)


def looked_up(history: Written, at_s: float, name: str = ENTRY) -> None:
    """The order is asked for, and the venue does not know it."""
    question = msgspec.structs.replace(
        history.sent[0],
        at_ns=int(at_s * S),
        method="GET",
        params={"origClientOrderId": name},
        answered_ns=int((at_s + 0.05) * S),
        status=400,
    )
    history.sent.append(question)


def unknown(
    history: Written,
    *,
    ends_s: float = 40.0,
    proof: bool = True,
    looks_s: tuple[float, ...] = (20, 28, 34),
    **posted: Any,
) -> None:
    """An entry whose answer never came; at `ends_s` it is said to be absent."""
    signalled(history)
    meant = order()
    history.row(10, "decision", "trend-a1-1", decision(meant))
    history.post(10, meant, answered_ns=None, status=None, **posted)
    history.report(20, OutcomeUnknown(client_order_id=ENTRY, event_ns=20 * S, reason="timeout"))
    for at_s in looks_s:
        looked_up(history, at_s)
    if proof:
        history.row(
            ends_s,
            "correction",
            ENTRY,
            Correction(event_ns=0, what="absent", subject=ENTRY, detail=""),
        )
    history.report(
        ends_s, Rejected(client_order_id=ENTRY, event_ns=0, code="absent", reason="not found")
    )


def test_i03_two_orders_for_one_intent_are_caught():
    """The classic: a time-out was really a fill, and the retry buys twice."""
    history = clean()
    history.true(11, order(), "NEW")

    assert "2 orders" in said(history, "I03")


def test_i03_an_order_nobody_meant_is_caught():
    history = clean()
    history.true(11, order("trend-a1-9-e"), "NEW")

    assert "without an intent" in said(history, "I03")


def foreign(history: Written) -> None:
    history.true(20, order("by-hand"), "NEW", is_ours=False)


def test_i03_a_foreign_order_nobody_told_of_is_caught():
    history = clean()
    foreign(history)

    assert "a foreign order told" in said(history, "I03")


def test_i03_a_foreign_order_that_was_told_passes():
    history = clean()
    foreign(history)
    seen = VenueOrder(
        instrument_id=BTC,
        client_order_id=ClientOrderId("by-hand"),
        venue_order_id=VenueOrderId("v-by-hand"),
        side=Side.BUY,
        status=OrderStatus.ACCEPTED,
        quantity=D(1),
    )
    history.row(21, "foreign", "v-by-hand", ForeignOrder(event_ns=0, order=seen))

    assert caught(history) == set()


def test_i03_a_foreign_order_that_is_canceled_is_caught():
    history = clean()
    foreign(history)
    cancel = msgspec.structs.replace(
        history.sent[0], at_ns=22 * S, method="DELETE", params={"origClientOrderId": "by-hand"}
    )
    history.sent.append(cancel)

    assert "untouched" in said(history, "I03")


def test_i04_a_fill_that_is_never_known_is_caught():
    """One frame is missing, heartbeats go on: the position is wrong for ever."""
    history = clean()
    history.fill(20, order(), "2", "0.5")

    assert "found never" in said(history, "I04")


def test_i04_a_fill_that_is_known_too_late_is_caught_and_a_fault_gives_time():
    history = Written()
    signalled(history)
    meant = order()
    history.row(10, "decision", "trend-a1-1", decision(meant))
    history.post(10, meant)
    history.true(10.02, meant)
    history.fill(10.02, meant, "1", "1")
    history.report(10.05, accepted(meant, 10))
    history.report(50, filled(meant, 10.02))

    assert "I04" in caught(history)

    stalled = Fault(kind="stream_stall", at_ns=9 * S, for_ns=30 * S)
    history.plan = msgspec.structs.replace(history.plan, faults=(stalled,))
    assert "I04" not in caught(history)


def test_i07_a_fill_booked_twice_is_caught():
    """Told by REST and by the stream, under one id: the money is there once."""
    history = clean()
    history.report(12, filled(order(), 10, "1", "1"))

    assert "booked again" in said(history, "I07") or "I28" in caught(history)


def test_i07_a_fill_under_another_order_too_is_caught():
    history = clean()
    history.report(12, filled(stop(), 10, "1", "1"))

    assert "booked again" in said(history, "I07")


@pytest.mark.parametrize(
    "change", [{"quantity": D("0.9")}, {"price": D(101)}, {"fee": D(1), "fee_asset": "USDT"}]
)
def test_i07_a_fill_booked_otherwise_than_it_was_is_caught(change):
    history = clean()
    history.fills[0] = msgspec.structs.replace(history.fills[0], **change)

    assert "as it was" in said(history, "I07")


def test_i07_an_invented_fill_is_caught():
    history = clean()
    history.report(12, filled(stop(), 12, "77", "0.1"))

    assert "an execution of the venue's" in said(history, "I07")


def test_i06_half_a_cross_of_two_strategies_is_caught():
    """One strategy has bought, nobody has sold, and the venue knows of neither."""
    history = clean()
    crossed = msgspec.structs.replace(
        filled(stop(), 12, "77", "0.1"), fill_id=FillId(f"in/{STOP}/{ENTRY}")
    )
    history.report(12, crossed)

    assert f"in/{ENTRY}/{STOP}" in said(history, "I06")
    assert "an execution of the venue's" not in said(history, "I07")


def test_i17_absence_without_a_row_of_evidence_is_caught():
    """`Not found` three seconds after sending is what a slow venue says of a live stop."""
    history = Written()
    unknown(history, proof=False)

    assert "a correction row" in said(history, "I17")


def test_i17_absence_with_evidence_passes():
    history = Written()
    unknown(history)
    history.belief = {"positions": {}, "holdings": {}}

    assert caught(history) == set()


def test_i17_absence_before_the_lateness_bound_is_caught():
    history = Written()
    unknown(history, ends_s=22)

    assert "waited for it" in said(history, "I17")


@pytest.mark.parametrize(
    "looks_s", [(), (20, 39), (28,), (28, 30), (28, 41)], ids=lambda each: f"at {each}"
)
def test_i17_absence_that_was_not_looked_at_twice_is_caught(looks_s):
    """A venue that is slow to show an order says `not found` once; rule R3 asks again."""
    history = Written()
    unknown(history, looks_s=looks_s)

    assert "looked up twice, 5 s apart" in said(history, "I17")


@pytest.mark.parametrize(("signed_s", "is_fine"), [(7.5, True), (9.5, False), (12, False)])
def test_i17_a_request_is_late_from_its_signature_on(signed_s, is_fine):
    """A machine that stood still before the first byte has used up some of the receive window."""
    history = Written()
    unknown(history, looks_s=(25.6, 31), params={"timestamp": f"{1_000_000 + signed_s * 1000:.0f}"})
    history.changes["epoch_ns"] = 1000 * S

    assert ("looked up twice" not in said(history, "I17")) is is_fine


def test_i17_absence_of_an_order_the_venue_has_is_caught():
    history = Written()
    unknown(history)
    history.true(10.02, order(), "NEW")

    assert "the venue has it: NEW" in said(history, "I17")


def test_i17_a_cancel_the_venue_does_not_know_is_caught():
    history = Written()
    signalled(history)
    meant = order()
    history.row(10, "decision", "trend-a1-1", decision(meant))
    history.post(10, meant, answered_ns=None, status=None)
    history.report(20, OutcomeUnknown(client_order_id=ENTRY, event_ns=0, reason="timeout"))
    history.report(21, Canceled(client_order_id=ENTRY, event_ns=0))

    assert "no such order" in said(history, "I17")


def test_i18_an_end_told_twice_is_caught():
    history = clean()
    gone = Canceled(client_order_id=STOP, event_ns=0)
    history.orders[1] = msgspec.structs.replace(
        history.orders[1], status="CANCELED", ended_ns=30 * S
    )
    history.report(30, gone)
    history.report(31, gone)

    assert "told again" in said(history, "I18")


def test_i18_a_report_before_its_intent_is_caught():
    history = clean()
    history.report(12, accepted(order("trend-a1-5-e"), 12))

    assert "an intent before any report" in said(history, "I18")


def test_i28_a_step_the_table_does_not_have_is_caught():
    history = clean()
    history.report(12, Rejected(client_order_id=ENTRY, event_ns=0, code="x", reason="y"))

    assert "a step of the table" in said(history, "I28")


def test_i28_an_illegal_step_that_was_told_is_caught_unless_the_venue_lies():
    history = clean()
    history.row(12, "anomaly", "illegal transition", Anomaly(what="illegal transition", detail="x"))

    assert "no such anomaly" in said(history, "I28")

    lie = Fault(kind="wrong_cum_qty", at_ns=9 * S, for_ns=30 * S)
    history.plan = msgspec.structs.replace(history.plan, faults=(lie,))
    assert "I28" not in caught(history)


def test_i29_an_end_nobody_learned_of_is_caught():
    history = clean()
    history.orders[1] = msgspec.structs.replace(
        history.orders[1], status="CANCELED", ended_ns=30 * S
    )

    assert "at the venue CANCELED" in said(history, "I29")


def test_i29_an_order_that_lives_on_unseen_is_caught():
    """The bot believes its stop gone; it will sell what was bought since."""
    history = clean()
    history.report(30, Canceled(client_order_id=STOP, event_ns=0))

    assert "live as at the venue" in said(history, "I29")


def test_i29_fills_that_differ_at_the_end_are_caught():
    history = clean()
    history.orders[0] = msgspec.structs.replace(history.orders[0], filled=D("0.5"))

    assert "all its fills known" in said(history, "I29")
