"""An entry never takes a strategy beyond its budget."""

import pytest

from argonaut.domain.verdict import Outcome
from argonaut.risk.budget import Budget
from argonaut.risk.limit import OnExcess
from argonaut.risk.view import Exposure
from tests.risk.account import D, FakeAccount, entry, proposal


def used(quote: str) -> Exposure:
    return Exposure(D(quote), D(quote), D(quote), D(0))


@pytest.mark.parametrize(
    ("held", "outcome", "keep"),
    [("0", Outcome.PASS, None), ("900", Outcome.PASS, None), ("950", Outcome.CLIP, D("0.5"))],
)
def test_an_entry_is_clipped_to_what_is_left_of_the_budget(held, outcome, keep):
    view = FakeAccount(allowed=D(1000), strategy=used(held))
    verdict = Budget().verdict(proposal(entry(), view), view)

    assert (verdict.outcome, verdict.keep, verdict.limit) == (outcome, keep, D(1000))


def test_nothing_left_is_refused():
    view = FakeAccount(allowed=D(1000), strategy=used("1000"))

    assert Budget().verdict(proposal(entry(), view), view).outcome is Outcome.REFUSE


def test_what_is_too_large_is_refused_where_that_is_wanted():
    view = FakeAccount(allowed=D(1000), strategy=used("950"))
    verdict = Budget(on_excess=OnExcess.REFUSE).verdict(proposal(entry(), view), view)

    assert verdict.outcome is Outcome.REFUSE


@pytest.mark.parametrize(
    "unknown", [{"allowed": None}, {"strategy": Exposure(D("Infinity"), D("Infinity"))}]
)
def test_what_is_not_known_refuses(unknown):
    view = FakeAccount(**unknown)
    verdict = Budget().verdict(proposal(entry(), view), view)

    assert (verdict.outcome, verdict.value) == (Outcome.REFUSE, None)
