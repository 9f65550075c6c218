import pytest

from argonaut.domain.verdict import Outcome
from argonaut.risk.limit import LimitError
from argonaut.risk.order_rate import OrderRate
from tests.risk.account import D, FakeAccount, entry, proposal


@pytest.mark.parametrize(
    ("count", "outcome"),
    [(0, Outcome.PASS), (29, Outcome.PASS), (30, Outcome.REFUSE), (31, Outcome.REFUSE)],
)
def test_no_more_than_the_limit_is_sent_in_a_minute(count, outcome):
    """A strategy gone wild is stopped by its speed before its losses."""
    view = FakeAccount(orders=count)
    verdict = OrderRate().verdict(proposal(entry(), view), view)

    assert (verdict.outcome, verdict.value, verdict.limit) == (outcome, D(count), D(30))


def test_the_limit_is_a_whole_number():
    with pytest.raises(LimitError, match="want max_per_minute"):
        OrderRate(max_per_minute=0)
