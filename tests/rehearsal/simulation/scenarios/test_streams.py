import msgspec

from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.kinds import SHAPES
from argonaut.rehearsal.simulation.scenarios.streams import STREAMS
from tests.rehearsal.simulation.written import clean, order

BY_NAME = {each.name: each for each in STREAMS}


def misses(name, history):
    return " ".join(BY_NAME[name].disappointments(Case(history.evidence())))


def test_f09_wants_a_book_with_a_gap_asked_for_again():
    history = clean()
    assert "want the book asked for again, found 0" in misses("F09-book", history)

    for second in (12, 13):
        history.post(second, order())
        history.sent[-1] = msgspec.structs.replace(
            history.sent[-1], path="/api/v3/depth", method="GET"
        )
    assert "asked for again" not in misses("F09-book", history)


def test_f24_wants_what_cannot_be_dropped_and_counted():
    """A price of zero that nobody counts was perhaps believed."""
    history = clean()
    assert "want messages dropped" in misses("F24", history)

    history.changes = {"dropped": 3}
    assert "want messages dropped" not in misses("F24", history)


def test_f24_tries_every_shape_of_garbage():
    targets = {fault.target for plan in BY_NAME["F24"].plans for fault in plan.faults}

    assert {f"market {shape}" for shape in SHAPES} < targets
