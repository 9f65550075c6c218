import msgspec

from argonaut.rehearsal.simulation.evidence import Life
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.plan import Fault
from argonaut.rehearsal.simulation.scenarios.machine import MACHINE
from tests.rehearsal.simulation.written import S, clean, order

F04 = next(each for each in MACHINE if each.name == "F04")


def test_f04_wants_the_second_trader_refused_and_silent():
    """Two writers of one journal is the end of every promise it makes."""
    history = clean()
    assert "want the second trader refused, found none" in F04.disappointments(
        Case(history.evidence())
    )

    history.lives.append(
        Life(number=2, epoch="", began_ns=9 * S, ended_ns=10 * S, ending="refused")
    )
    history.plan = msgspec.structs.replace(history.plan, wishes=())
    assert F04.disappointments(Case(history.evidence())) == ()

    history.sent.append(msgspec.structs.replace(history.sent[0], life=2))
    assert "sent by the second" in F04.disappointments(Case(history.evidence()))[0]


def test_f03_wants_the_way_out_open_while_the_disk_is_broken():
    """A full disk must not lock anybody in (freqtrade#5621)."""
    f03 = next(each for each in MACHINE if each.name == "F03")
    history = clean()
    wish = msgspec.structs.replace(history.plan.wishes[0], signal_id="buy")
    history.plan = msgspec.structs.replace(history.plan, wishes=(wish,))

    assert "sold while the disk" not in " ".join(f03.disappointments(Case(history.evidence())))


def test_f28_wants_a_machine_that_stands_still_to_be_silent():
    f28 = next(each for each in MACHINE if each.name == "F28")
    history = clean()
    stall = Fault(kind="loop_stall", at_ns=9 * S, for_ns=2 * S)
    history.plan = msgspec.structs.replace(history.plan, faults=(stall,))

    assert "want silence in the stall" in " ".join(f28.disappointments(Case(history.evidence())))


def test_f30_wants_both_traders_halted_and_a_newcomer_silent():
    """Two bots on one account buy everything twice, each sure that it did so once."""
    by_name = {each.name: each for each in MACHINE}
    history = clean()
    line = '{"event":"condition_changed","cause":"another instance"}'
    history.changes = {"sinks": {"log": line}}
    assert "want both traders told" in _said(by_name["F30"], history)

    history.changes = {"sinks": {"log": f"{line}\n{line}"}}
    assert "want both traders told" not in _said(by_name["F30"], history)

    assert "no order of the newcomer" not in _said(by_name["F30-late"], history)
    history.true(12, order("trend-zz1-1-e"), is_ours=False)
    assert "want no order of the newcomer, found trend-zz1-1-e" in _said(
        by_name["F30-late"], history
    )


def _said(scenario, history):
    return " ".join(scenario.disappointments(Case(history.evidence())))
