from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.scenarios.requests import REQUESTS
from tests.rehearsal.simulation.written import clean

BY_NAME = {each.name: each for each in REQUESTS}


def test_f13_wants_no_refusal_that_was_earned():
    history = clean()
    history.truth["refused_for_rate"] = 2

    assert BY_NAME["F13"].disappointments(Case(history.evidence())) == (
        "want no refusal of the venue's own, found 2",
    )


def test_the_outcomes_of_f10_differ_in_market_wish_and_money():
    """A grid whose cells are alike would prove one cell many times."""
    plans = BY_NAME["F10"].plans
    kinds = {
        (plan.market.level_lots, plan.wishes[0].limit_offset, len(plan.faults)) for plan in plans
    }

    assert len(kinds) == 4
