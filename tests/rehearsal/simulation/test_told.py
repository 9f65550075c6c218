import msgspec
import pytest

from argonaut.domain.order import (
    Canceled,
    CancelRequested,
    Denied,
    OrderStatus,
    OutcomeUnknown,
    Rejected,
)
from argonaut.domain.record import OrderSent
from argonaut.ports import NOT_SENT
from argonaut.rehearsal.simulation.evidence import Commit
from argonaut.rehearsal.simulation.told import Story
from tests.rehearsal.simulation.written import (
    BTC,
    ENTRY,
    STOP,
    TREND,
    D,
    S,
    Written,
    accepted,
    clean,
    decision,
    filled,
    order,
    signalled,
    stop,
)


def story(history):
    return Story(history.evidence())


def test_orders_are_folded_from_their_rows():
    told = story(clean()).orders

    assert told[ENTRY].order.status is OrderStatus.FILLED
    assert told[STOP].order.status is OrderStatus.ACCEPTED
    assert told[STOP].reason == "stop"
    assert told[ENTRY].key == (TREND, BTC)


def test_a_row_has_the_time_it_became_durable():
    """The trader's clock may be an hour wrong; the disk's commits are not."""
    entries = {each.row.kind: each for each in story(clean()).entries}

    assert entries["decision"].at_ns == 10 * S
    assert entries["decision"].life == 1


def test_a_row_belongs_to_the_life_that_wrote_it():
    """A life that dies on its way out of a commit has told nobody; the next one's covers it."""
    evidence = clean().evidence()
    rows = tuple(msgspec.structs.replace(row, pid=1) for row in evidence.rows)
    commits = (Commit(60 * S, 2, rows[-1].seq),)
    told = Story(msgspec.structs.replace(evidence, rows=rows, commits=commits))

    assert {each.life for each in told.entries} == {1}


def test_a_row_moved_in_from_the_emergency_log_belongs_to_the_life_that_saved_it():
    """It bears the stamp of the process that moved it."""
    evidence = clean().evidence()
    rows = tuple(msgspec.structs.replace(row, pid=2) for row in evidence.rows)
    told = Story(msgspec.structs.replace(evidence, rows=rows))

    assert {each.life for each in told.entries} == {1}


def test_an_order_that_waited_over_a_restart_and_left_after_it_was_never_in_doubt():
    """An exit that waits for its stop to be taken out has not left when the process dies."""
    history = Written()
    signalled(history)
    history.row(10, "decision", "1", decision(order()))
    history.life = 2
    history.post(12, order())
    history.report(13, Rejected(client_order_id=ENTRY, event_ns=0, code="-2010", reason="no"))

    told = story(history).orders[ENTRY]

    assert not told.was_unknown
    assert told.order.status is OrderStatus.REJECTED


def test_holdings_are_what_was_known_at_a_time_less_fees_in_base():
    history = clean()
    taken = msgspec.structs.replace(filled(order(), 20, "2", "0.5"), fee=D("0.1"), fee_asset="BTC")
    history.report(20, taken)
    told = story(history)

    assert told.holdings() == {(TREND, BTC): D("1.4")}
    assert told.holdings(to_ns=19 * S) == {(TREND, BTC): D(1)}
    assert told.holdings(to_ns=9 * S) == {}


def test_a_dry_run_and_a_refusal_mean_no_order():
    history = Written()
    signalled(history)
    history.row(10, "decision", "1", decision(order(), approved=False))

    assert story(history).orders == {}


def test_an_order_that_waited_and_was_dropped_is_denied():
    history = Written()
    signalled(history)
    history.row(10, "decision", "1", decision(order()))
    history.report(11, Denied(client_order_id=ENTRY, event_ns=0, reason="killed"))

    assert story(history).orders[ENTRY].order.status is OrderStatus.DENIED


def test_an_order_worded_anew_before_it_was_sent_is_one_order():
    """An entry that waited for an exit is trimmed to what is left of it."""
    history = Written()
    signalled(history)
    history.row(10, "decision", "1", decision(order(quantity="2")))
    history.row(11, "intent", ENTRY, OrderSent(order=order(quantity="1"), reason="trimmed"))
    told = story(history)

    assert told.twice == []
    assert told.orders[ENTRY].order.quantity == 1


def test_an_intent_that_waited_through_a_restart_may_be_worded_anew():
    """It has not left; the next life knows how much there still is to close."""
    history = Written()
    history.row(10, "intent", ENTRY, OrderSent(order=order(quantity="2"), reason="out"))
    history.life = 2
    history.row(20, "intent", ENTRY, OrderSent(order=order(quantity="1"), reason="trimmed"))
    history.post(20, order(quantity="1"))
    told = story(history)

    assert told.twice == []
    assert told.orders[ENTRY].intent.quantity == 1


@pytest.mark.parametrize(("has_left", "before"), [(False, "submitted"), (True, "unknown")])
def test_an_order_that_waited_through_a_restart_and_may_not_leave_was_never_in_doubt(
    has_left, before
):
    """An exit waits for its stops to be gone; when they are, the venue wants silence (35738)."""
    history = Written()
    history.row(10, "intent", ENTRY, OrderSent(order=order(), reason="out"))
    if has_left:
        history.post(10, order())
    history.life = 2
    refused = Rejected(client_order_id=ENTRY, event_ns=0, code=NOT_SENT, reason="silence")
    history.report(20, refused)

    assert story(history).orders[ENTRY].steps[0].before.value == before


def test_an_order_that_waited_through_a_restart_and_is_taken_out_was_never_in_doubt():
    """It had not left; its size had grown, and another went in its place (seed 69669)."""
    history = Written()
    history.row(10, "intent", ENTRY, OrderSent(order=order(), reason="out"))
    history.life = 2
    history.report(20, CancelRequested(client_order_id=ENTRY, event_ns=0))
    history.report(20, Rejected(client_order_id=ENTRY, event_ns=0, code=NOT_SENT, reason="out"))

    assert not story(history).orders[ENTRY].was_unknown


def test_an_intent_that_has_left_is_not_worded_anew_by_the_next_life():
    history = Written()
    history.row(10, "intent", ENTRY, OrderSent(order=order(quantity="2"), reason="out"))
    history.post(10, order(quantity="2"))
    history.life = 2
    history.row(20, "intent", ENTRY, OrderSent(order=order(quantity="1"), reason="trimmed"))

    assert len(story(history).twice) == 1


def test_what_was_unknown_once_is_remembered():
    history = clean()
    history.report(20, OutcomeUnknown(client_order_id=STOP, event_ns=0, reason="amendment"))
    history.report(21, Canceled(client_order_id=STOP, event_ns=0))
    told = story(history).orders

    assert told[STOP].was_unknown
    assert not told[ENTRY].was_unknown


def test_a_report_on_nobodys_order_is_a_stray():
    history = clean()
    history.report(20, filled(stop("trend-a1-9-s9"), 20))

    assert [each.row.subject for each in story(history).strays] == ["trend-a1-9-s9"]


def test_an_order_without_an_answer_is_unknown_to_the_next_life():
    """The process died with the answer: whether the order left nobody knows any more."""
    history = Written()
    signalled(history)
    history.row(10, "decision", "1", decision(order()))
    history.life = 2
    history.report(20, accepted(order(), 20))

    assert story(history).orders[ENTRY].was_unknown
