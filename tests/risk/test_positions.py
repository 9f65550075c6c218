import pytest

from argonaut.domain.verdict import Outcome
from argonaut.risk.limit import LimitError
from argonaut.risk.positions import MaxPositions
from tests.risk.account import D, FakeAccount, entry, proposal


@pytest.mark.parametrize(
    ("count", "is_held", "outcome", "value"),
    [
        (8, False, Outcome.PASS, 9),
        (9, False, Outcome.PASS, 10),
        (10, False, Outcome.REFUSE, 11),
        (10, True, Outcome.PASS, 10),
        (11, True, Outcome.PASS, 11),
    ],
)
def test_no_position_is_opened_beyond_the_maximum(count, is_held, outcome, value):
    """Adding to a position that is open opens no other."""
    view = FakeAccount(positions=count, is_held=is_held)
    verdict = MaxPositions().verdict(proposal(entry(), view), view)

    assert (verdict.outcome, verdict.value, verdict.limit) == (outcome, D(value), D(10))


def test_the_limit_is_a_whole_number():
    with pytest.raises(LimitError, match="want max_count, a whole number > 0, not 0"):
        MaxPositions(max_count=0)
