import msgspec

from argonaut.rehearsal.simulation.oracle import INVARIANTS, judge, same_run
from tests.rehearsal.simulation.written import clean


def test_a_clean_history_breaks_nothing():
    """An oracle that cries at good runs is switched off, and then it guards no money."""
    assert [each.sentence for each in judge(clean().evidence())] == []


def test_every_invariant_a_run_can_show_is_there():
    elsewhere = {20, 21, 22, 27}  # of two runs, other loops, prices, transfers

    assert {int(name[1:]) for name in INVARIANTS} == set(range(1, 31)) - elsewhere


def test_violations_come_in_the_order_things_happened():
    history = clean()
    history.belief = {"is_ready": False}
    history.sent[0] = msgspec.structs.replace(history.sent[0], durable_seq=0)

    found = judge(history.evidence())

    assert [each.at_ns for each in found] == sorted(each.at_ns for each in found)
    assert {each.invariant for each in found} == {"I01", "I29"}
    assert found[0].sentence.startswith("I01 at 10.000 s, trend-a1-1-e: want ")


def test_i20_two_runs_of_one_seed_are_one_run():
    """A seed that cannot be run again is no evidence of anything."""
    one = clean().evidence()
    other = msgspec.structs.replace(one, trace_hash="b")

    assert same_run(one, one) == ()
    assert [each.invariant for each in same_run(one, other)] == ["I20"]
