import msgspec

from argonaut.rehearsal.simulation.evidence import Life
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.scenarios.machine import MACHINE
from tests.rehearsal.simulation.written import S, clean

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
