from argonaut.domain.mode import TradingMode
from argonaut.domain.verdict import Outcome
from argonaut.risk.mode import Mode
from argonaut.risk.view import Proposal
from tests.risk.account import FakeAccount, entry, instrument


def test_entries_pass_in_active_mode_only():
    """Every mode but one exists to keep new risk out."""
    asked = Proposal(entry(), instrument())
    passed = [
        mode
        for mode in TradingMode
        if Mode().verdict(asked, FakeAccount(mode=mode)).outcome is Outcome.PASS
    ]

    assert passed == [TradingMode.ACTIVE]


def test_a_refusal_names_the_mode():
    asked = Proposal(entry(), instrument())
    verdict = Mode().verdict(asked, FakeAccount(mode=TradingMode.KILLED))

    assert verdict.sentence == "refused: trading mode is killed"
