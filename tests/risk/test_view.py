import pytest

from argonaut.domain.signal import CashFraction
from argonaut.risk.view import Exposure, Proposal
from tests.risk.account import D, FakeAccount, entry, instrument, proposal


def test_a_proposal_is_nothing_until_it_is_sized():
    """A check that ran too early must not see a size by accident."""
    asked = Proposal(entry(), instrument())

    assert (asked.quantity, asked.price, asked.notional, asked.worst_notional) == (D(0),) * 4


def test_a_proposal_is_never_enlarged():
    asked = proposal(entry(), FakeAccount())

    with pytest.raises(AssertionError, match="enlarged"):
        asked.shrink(asked.quantity + D("0.001"))


def test_shrinking_lowers_what_an_entry_sized_by_cash_may_spend():
    """Otherwise a clipped order would still spend all the cash."""
    asked = proposal(entry(size=CashFraction()), FakeAccount(free=D(1_000)))
    asked.shrink(D(4))

    assert (asked.quantity, asked.quote_quantity, asked.worst_notional) == (D(4), D(400), D(400))


def test_shrinking_never_raises_what_may_be_spent():
    asked = proposal(entry(size=CashFraction()), FakeAccount(free=D("1000.05")))
    asked.shrink(asked.quantity)

    assert asked.quote_quantity == D(1_000)


def test_a_view_need_not_tell_directions():
    exposure = Exposure(D(1), D(-1))

    assert (exposure.net_long, exposure.net_short) == (None, None)
