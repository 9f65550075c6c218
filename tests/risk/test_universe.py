"""An entry only where the scanner wants one."""

from argonaut.domain.verdict import Outcome
from argonaut.risk.universe import Universe
from tests.risk.account import FakeAccount, entry, proposal


def test_what_is_on_the_list_passes():
    view = FakeAccount()

    assert Universe().verdict(proposal(entry(), view), view).outcome is Outcome.PASS


def test_what_is_not_is_refused_with_the_list():
    view = FakeAccount(off_list="not on the shortlist of ETH/USDT@sim")
    verdict = Universe().verdict(proposal(entry(), view), view)

    assert verdict.outcome is Outcome.REFUSE
    assert verdict.sentence == "refused: not on the shortlist of ETH/USDT@sim"
