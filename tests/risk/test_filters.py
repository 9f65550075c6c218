import pytest

from argonaut.domain.order import Side
from argonaut.domain.signal import Protection, Quantity
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


@pytest.mark.parametrize(
    ("protection", "is_refused"),
    [
        (Protection(stop_price=95.0), True),  # 0.104 at 95 is 9.88
        (Protection(stop_price=97.0), False),
        (Protection(stop_fraction=0.05), True),
        (Protection(trail_fraction=0.05), True),
        (Protection(), False),
    ],
)
def test_an_entry_whose_stop_the_venue_would_not_take_is_refused(protection, is_refused):
    """It would be bought, could not be protected, and would be sold again at once."""
    view = FakeAccount(price=D("100.00"))
    asked = entry(size=Quantity(D("0.104")), protection=protection)
    verdict = Filters().verdict(proposal(asked, view, min_notional=D(10)), view)

    assert verdict.outcome is (Outcome.REFUSE if is_refused else Outcome.PASS)
    assert ("its stop would be worth 9.88, below the minimum 10" in verdict.sentence) is is_refused


def test_the_stop_of_a_short_is_worth_more_than_its_entry():
    view = FakeAccount(price=D("100.00"))
    protection = Protection(stop_fraction=0.05)
    asked = entry(side=Side.SELL, size=Quantity(D("0.104")), protection=protection)

    assert (
        Filters().verdict(proposal(asked, view, min_notional=D(10)), view).outcome is Outcome.PASS
    )
