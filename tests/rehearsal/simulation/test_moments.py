import msgspec

from argonaut.rehearsal.simulation.evidence import Life
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.moments import fault_words, moments, sent_words
from argonaut.rehearsal.simulation.plan import Fault
from tests.rehearsal.simulation.written import S, clean


def test_everything_is_told_in_the_order_it_happened():
    history = clean()
    history.lives = [
        Life(number=1, epoch="a1", began_ns=0, ready_ns=S, ended_ns=30 * S, ending="crash"),
        Life(number=2, epoch="a2", began_ns=31 * S),
    ]
    crash = Fault(kind="crash", at_ns=30 * S)
    history.plan = msgspec.structs.replace(history.plan, faults=(crash,))
    told = moments(Case(history.evidence()))

    assert [each.at_ns for each in told] == sorted(each.at_ns for each in told)
    whats = [each.what for each in told]
    assert whats.count("request") == 2
    assert whats.count("fill at the venue") == 1
    assert "fault crash" in whats
    assert {"life 1", "life 2"} <= set(whats)
    assert "READY" in [each.detail for each in told]


def test_a_request_says_what_came_back():
    sent = clean().sent[0]
    lost = msgspec.structs.replace(sent, answered_ns=None, status=None)

    assert sent_words(sent).endswith("newClientOrderId=trend-a1-1-e: 200 after 50 ms")
    assert sent_words(lost).endswith("never answered")


def test_a_fault_says_what_it_was_set_to():
    fault = Fault(kind="reply_late", at_ns=1, for_ns=5, target="POST /api/v3/order")

    assert fault_words(fault) == "for_ns 5, target POST /api/v3/order"
