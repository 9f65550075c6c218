import pytest

from argonaut.domain.event import Correction
from argonaut.domain.order import Canceled, Denied, OutcomeUnknown, Rejected
from argonaut.rehearsal.simulation.history import history_is_consistent, outcome_of
from argonaut.rehearsal.simulation.invariants.case import Case
from tests.rehearsal.simulation.written import (
    ENTRY,
    S,
    Written,
    accepted,
    clean,
    decision,
    filled,
    order,
    signalled,
)

UNKNOWN = OutcomeUnknown(client_order_id=ENTRY, event_ns=0, reason="timeout")
ABSENT = Rejected(client_order_id=ENTRY, event_ns=0, code="absent", reason="not found")
REFUSED = Rejected(client_order_id=ENTRY, event_ns=0, code="-2010", reason="no money")
CANCELED = Canceled(client_order_id=ENTRY, event_ns=0)
ACCEPTED = accepted(order(), 10)
FILLED = filled(order(), 10)


def history(*reports, true=None, fills=True):
    written = Written()
    signalled(written)
    written.row(10, "decision", "1", decision(order()))
    for number, report in enumerate(reports):
        written.report(11 + number, report)
    if true:
        written.true(10.5, order(), true)
        if true == "FILLED" and fills:
            written.fill(10.5, order(), "1", "1")
    return written


def found(written):
    return [each.sentence for each in history_is_consistent(Case(written.evidence()))]


@pytest.mark.parametrize(
    ("reports", "outcome"),
    [
        ((), "never"),
        ((ACCEPTED,), "ok"),
        ((FILLED,), "ok"),
        ((CANCELED,), "ok"),
        ((REFUSED,), "fail"),
        ((Denied(client_order_id=ENTRY, event_ns=0, reason="killed"),), "fail"),
        ((UNKNOWN,), "info"),
        ((UNKNOWN, ABSENT), "info"),
    ],
)
def test_the_first_answer_says_how_a_placement_ended(reports, outcome):
    told = Case(history(*reports).evidence()).story.orders[ENTRY]

    assert outcome_of(told) == outcome


@pytest.mark.parametrize(
    ("reports", "true"),
    [
        ((), None),  # died before it left
        ((), "NEW"),  # died after it left
        ((ACCEPTED,), "NEW"),
        ((ACCEPTED, FILLED), "FILLED"),
        ((REFUSED,), None),
        ((REFUSED,), "REJECTED"),
        ((UNKNOWN,), None),
        ((UNKNOWN,), "NEW"),
        ((UNKNOWN, ABSENT), None),
        ((UNKNOWN, ACCEPTED, CANCELED), "CANCELED"),
        ((UNKNOWN, FILLED), "FILLED"),
        ((ACCEPTED, CANCELED), "EXPIRED"),
    ],
)
def test_a_history_that_can_have_happened_passes(reports, true):
    assert found(history(*reports, true=true)) == []


@pytest.mark.parametrize(
    ("reports", "true", "says"),
    [
        ((ACCEPTED,), None, "ok: exactly one"),
        ((REFUSED,), "NEW", "fail: none"),
        ((UNKNOWN, ABSENT), "FILLED", "unknown, then rejected"),
        ((UNKNOWN, CANCELED), None, "unknown, then canceled"),
        ((UNKNOWN, CANCELED), "FILLED", "unknown, then canceled"),
    ],
)
def test_a_history_that_cannot_have_happened_is_caught(reports, true, says):
    assert says in " ".join(found(history(*reports, true=true)))


def test_two_orders_for_one_placement_are_caught():
    written = history(UNKNOWN, true="NEW")
    written.true(20, order(), "NEW")

    assert "at most one" in " ".join(found(written))


def test_a_fill_the_venue_does_not_have_is_caught():
    assert "fills among none" in " ".join(
        found(history(ACCEPTED, FILLED, true="FILLED", fills=False))
    )


def test_a_clean_history_passes():
    written = clean()
    written.row(20, "correction", "x", Correction(event_ns=S, what="found", subject="x", detail=""))

    assert found(written) == []
