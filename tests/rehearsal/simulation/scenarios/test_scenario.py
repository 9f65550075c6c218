import msgspec
import pytest

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import OutcomeUnknown
from argonaut.rehearsal.simulation.evidence import Life
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.scenarios.scenario import (
    buy,
    dies,
    doubts,
    enters_at_all,
    enters_never,
    enters_once,
    fault,
    plan,
    scenario,
    sell,
)
from tests.rehearsal.simulation.written import ENTRY, S, clean, decision, order


def case_of(history):
    return Case(history.evidence())


def test_a_plan_sorts_its_events_and_a_scenario_names_and_seeds_its_plans():
    made = scenario(
        "F99",
        "A title",
        [plan(sell(9), fault("crash", 7), buy(3)), plan(buy(1))],
        core=1,
    )

    assert [each.signal_id for each in made.plans[0].wishes] == ["buy", "sell"]
    assert [each.scenario for each in made.plans] == ["F99.0", "F99.1"]
    assert [each.seed for each in made.plans] == [0, 1]
    assert made.core is made.plans[1]
    assert made.plans[0].faults[0].at_ns == 7 * S


@pytest.mark.parametrize(
    ("expectation", "met"),
    [
        (enters_once, True),
        (enters_at_all, True),
        (enters_never, False),
        (dies, False),
        (doubts, False),
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


def test_a_scenario_tells_what_it_misses():
    made = scenario("F99", "A title", [plan(buy(1))], dies, doubts)

    assert len(made.disappointments(case_of(clean()))) == 2
