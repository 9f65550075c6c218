import msgspec
import pytest

from argonaut.domain.event import Condition
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OutcomeUnknown, Rejected
from argonaut.rehearsal.simulation.evidence import Life
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.scenarios.expect import (
    cancels_sent,
    dies,
    doubts,
    ends_flat,
    ends_guarded,
    ends_holding,
    enters_at_all,
    enters_never,
    enters_not,
    enters_once,
    fills_become_known,
    leaves_when_told,
    limits,
    never_placed_is_told,
    says,
    says_nothing_of,
    strikes,
)
from argonaut.rehearsal.simulation.scenarios.scenario import fault
from tests.rehearsal.simulation.written import ENTRY, STOP, S, clean, decision, order


def case_of(history):
    return Case(history.evidence())


def misses(expectation, history):
    return list(expectation(case_of(history)))


@pytest.mark.parametrize(
    ("expectation", "met"),
    [
        (enters_once, True),
        (enters_at_all, True),
        (enters_never, False),
        (dies, False),
        (doubts, False),
        (ends_flat, False),
        (ends_holding, True),
        (ends_guarded, True),
        (enters_not("w0"), False),
        (enters_not("w1"), True),
        (fills_become_known, True),
        (leaves_when_told, False),
        (limits("clock"), False),
        (never_placed_is_told, True),
        (says("a line"), False),
        (says_nothing_of("-1021"), True),
        (strikes, True),
    ],
)
def test_a_clean_buy_enters_once_and_nobody_dies_or_doubts(expectation, met):
    assert (list(expectation(case_of(clean()))) == []) is met


def test_two_orders_for_one_signal_disappoint():
    history = clean()
    history.true(20, order(ENTRY), "NEW")

    assert list(enters_once(case_of(history))) == ["w0: want at most one order, found 2"]


def test_a_scenario_in_which_nothing_happens_disappoints():
    """A scenario that never trades passes every check and proves nothing."""
    history = clean()
    history.orders.clear()

    assert list(enters_at_all(case_of(history)))


def test_death_and_doubt_are_seen():
    history = clean()
    history.lives.append(Life(number=2, epoch="a2", began_ns=S))
    history.report(20, OutcomeUnknown(client_order_id=ENTRY, event_ns=0, reason="x"))
    other = msgspec.structs.replace(order(), client_order_id=ClientOrderId("trend-a1-7-e"))
    history.row(21, "decision", "x", decision(other, tag="w9"))
    history.report(
        22, OutcomeUnknown(client_order_id=other.client_order_id, event_ns=0, reason="x")
    )

    assert list(dies(case_of(history))) == []
    assert list(doubts(case_of(history))) == []


def test_a_fault_that_did_nothing_disappoints():
    history = clean()
    history.plan = msgspec.structs.replace(history.plan, faults=(fault("crash", 5),))

    history.changes = {"struck": (1,)}
    assert misses(strikes, history) == []
    history.changes = {"struck": (0,)}
    assert misses(strikes, history) == ["want crash of 5 s to strike, found that it did not"]


def test_a_holding_without_its_stop_is_seen():
    history = clean()
    history.orders[-1] = msgspec.structs.replace(history.orders[-1], status="CANCELED", ended_ns=S)

    assert misses(ends_guarded, history) == [
        "want a stop for all that is held, found 1 BTC/USDT without"
    ]


def test_a_fill_that_is_told_late_or_never_is_seen():
    """Half a minute is what a missing frame may cost."""
    history = clean()
    history.fill(11, order(), "2", "0.1")

    assert misses(fills_become_known, history) == ["want fill 2 of 11.0 s known, found never"]


def test_an_order_that_never_was_has_to_be_told_so():
    history = clean()
    name = ClientOrderId("trend-a1-9-e")
    lost = msgspec.structs.replace(order(), client_order_id=name)
    history.row(20, "decision", "x", decision(lost, tag="w9"))
    history.post(20, lost)

    assert misses(never_placed_is_told, history) == [
        f"want {name} told as not placed by 47.0 s, found never"
    ]
    history.report(40, Rejected(client_order_id=name, event_ns=0, code="x", reason="never placed"))
    assert misses(never_placed_is_told, history) == []


def test_an_entry_that_leaves_while_a_cause_holds_is_seen():
    """A limit that is told and not obeyed is worse than none."""
    history = clean()
    held = Condition(event_ns=0, cause="clock", mode=TradingMode.NO_NEW_RISK)
    history.row(12, "condition", "clock", held)
    assert misses(limits("clock"), history) == []

    late = msgspec.structs.replace(order(), client_order_id=ClientOrderId("trend-a1-9-e"))
    history.row(13, "decision", "x", decision(late, tag="w9"))
    history.post(13, late)
    assert "found trend-a1-9-e" in misses(limits("clock"), history)[0]


def test_what_was_said_and_answered_is_searched():
    history = clean()
    history.changes = {"sinks": {"log": "a line"}}
    assert misses(says("a line"), history) == []

    history.sent[0] = msgspec.structs.replace(history.sent[0], answer='{"code":-1021}')
    assert misses(says_nothing_of("-1021"), history) == ["want no answer with -1021, found 1"]


def test_cancels_are_told_from_other_requests():
    history = clean()
    assert cancels_sent(case_of(history)) == []

    history.post(30, order(), params={"origClientOrderId": STOP})
    history.sent[-1] = msgspec.structs.replace(history.sent[-1], method="DELETE")
    assert [each.cancels for each in cancels_sent(case_of(history))] == [STOP]
