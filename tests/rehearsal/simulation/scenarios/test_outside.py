import msgspec

from argonaut.domain.event import Adjusted
from argonaut.rehearsal.simulation.evidence import Transfer
from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.plan import Fault
from argonaut.rehearsal.simulation.scenarios.outside import OUTSIDE
from tests.rehearsal.simulation.written import D, S, answer, clean

BY_NAME = {each.name: each for each in OUTSIDE}


def misses(name, history):
    return " ".join(BY_NAME[name].disappointments(Case(history.evidence())))


def test_f21_wants_every_repeat_answered():
    history = clean()
    assert "found 0" in misses("F21", history)

    for _ in range(60):
        history.row(20, "signal", "w0", answer("duplicate"))
    assert misses("F21", history) == ""


def test_f31_wants_what_others_did_booked():
    history = clean()
    history.truth["transfers"] = (Transfer(asset="USDT", amount=D(5), at_ns=S, why="x"),)
    assert "want an adjustment within 30 s" in misses("F31", history)

    history.row(
        20, "adjustment", "USDT", Adjusted(event_ns=0, asset="USDT", amount=D(5), reason="")
    )
    assert "want an adjustment" not in misses("F31", history)


def test_f40_wants_secrets_and_places_they_could_leak_to():
    """A search for nothing in nothing finds nothing."""
    history = clean()
    assert "canaries and sinks" in misses("F40", history)

    history.changes = {"canaries": ("x-secret",), "sinks": {"log": "a line"}}
    assert "canaries and sinks" not in misses("F40", history)


def test_f46_wants_the_kill_to_hold():
    history = clean()
    assert "want KILLED at the end" in misses("F46", history)

    history.belief = {"mode": "KILLED"}
    assert misses("F46", history) == ""


def test_f38_wants_starts_under_a_mistake_refused_and_silent():
    """A wrong config that trades for six seconds has traded."""
    history = clean()
    made = Fault(kind="misconfigured", at_ns=0, for_ns=12 * S, target="checks off")
    history.plan = msgspec.structs.replace(history.plan, faults=(made,))

    said = misses("F38", history)
    assert "want life 1 refused" in said
    assert "nothing sent under a mistake, found trend-a1-1-e" in said
