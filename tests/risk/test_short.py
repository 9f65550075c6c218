import pytest

from argonaut.domain.order import Side
from argonaut.domain.verdict import Outcome
from argonaut.risk.short import ShortAllowed
from tests.risk.account import FakeAccount, entry, proposal


@pytest.mark.parametrize(
    ("side", "shorts", "outcome"),
    [
        (Side.BUY, False, Outcome.PASS),
        (Side.BUY, True, Outcome.PASS),
        (Side.SELL, True, Outcome.PASS),
        (Side.SELL, False, Outcome.REFUSE),
    ],
)
def test_a_short_entry_wants_an_account_that_may_owe(side, shorts, outcome):
    view = FakeAccount(shorts=shorts)
    verdict = ShortAllowed().verdict(proposal(entry(side=side), view), view)

    assert verdict.outcome is outcome


def test_a_refusal_names_the_instrument():
    view = FakeAccount(shorts=False)
    verdict = ShortAllowed().verdict(proposal(entry(side=Side.SELL), view), view)

    assert verdict.sentence == "refused: short entries in BTC/USDT@sim are not allowed"
