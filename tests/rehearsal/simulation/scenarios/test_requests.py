from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.scenarios.requests import REQUESTS
from tests.rehearsal.simulation.written import clean, decision, order

BY_NAME = {each.name: each for each in REQUESTS}


def misses(name, history):
    return " ".join(BY_NAME[name].disappointments(Case(history.evidence())))


def test_f13_wants_no_refusal_that_was_earned():
    history = clean()
    history.truth["refused_for_rate"] = 2

    assert BY_NAME["F13"].disappointments(Case(history.evidence())) == (
        "want no refusal of the venue's own, found 2",
    )


def test_the_outcomes_of_f10_differ_in_market_wish_and_money():
    """A grid whose cells are alike would prove one cell many times."""
    names = ("F10", "F10-partially", "F10-accepted", "F10-rejected")
    plans = [plan for name in names for plan in BY_NAME[name].plans]
    kinds = {
        (plan.market.level_lots, plan.wishes[0].limit_offset, len(plan.faults)) for plan in plans
    }

    assert len(kinds) == 4


def test_f10_wants_the_outcome_its_name_says():
    """A grid of outcomes that did not come out is a grid of one."""
    history = clean()

    history.row(11, "decision", "x", decision(order(), tag="buy"))
    assert misses("F10", history) == ""
    assert "want the order partially" in misses("F10-partially", history)
    assert "want the order accepted" in misses("F10-accepted", history)
    assert "want the order refused" in misses("F10-rejected", history)
