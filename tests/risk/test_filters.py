import pytest

from argonaut.domain.signal import Quantity
from argonaut.domain.verdict import Outcome
from argonaut.risk.filters import Filters
from tests.risk.account import D, FakeAccount, entry, proposal


@pytest.mark.parametrize(
    ("base", "fault"),
    [
        ("0.099", "notional 9.90000 is below the minimum 10"),
        ("0.1", None),
        ("5", None),
        ("5.001", "quantity 5.001 is above the maximum 5"),
    ],
)
def test_an_order_the_venue_would_reject_is_not_sent(base, fault):
    view = FakeAccount(price=D("100.00"))
    asked = proposal(entry(size=Quantity(D(base))), view, min_notional=D(10), max_quantity=D(5))
    verdict = Filters().verdict(asked, view)

    assert verdict.outcome is (Outcome.REFUSE if fault else Outcome.PASS)
    assert verdict.sentence.endswith(fault or "meets the venue's rules")
