from argonaut.domain.order import OutcomeUnknown
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.lanes import lanes
from argonaut.rehearsal.simulation.oracle import judge
from tests.rehearsal.simulation.written import STOP, Written, clean, order


def drawn(history):
    evidence = history.evidence()
    return lanes(Case(evidence), judge(evidence))


def test_each_order_has_a_lane_with_what_was_true_and_what_was_told():
    shown = drawn(clean())

    assert shown.count('class="lane"') == 2
    assert shown.count('class="true"') == 2
    assert "told: accepted" in shown
    assert shown.count('class="sent"') == 2
    assert shown.count('class="fill"') == 1


def test_doubt_and_violations_are_seen_at_once():
    history = clean()
    history.report(20, OutcomeUnknown(client_order_id=STOP, event_ns=0, reason="timeout"))
    history.post(25, order(), status=503)
    shown = drawn(history)

    assert 'class="unknown"' in shown
    assert 'class="lost"' in shown
    assert 'class="bad"' in shown


def test_a_run_without_orders_is_drawn_too():
    assert "<svg" in drawn(Written())
