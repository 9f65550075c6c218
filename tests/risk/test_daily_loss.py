import pytest

from argonaut.domain.verdict import Outcome
from argonaut.risk.daily_loss import DailyLoss
from argonaut.risk.limit import LimitError
from tests.risk.account import D, FakeAccount, entry, proposal


@pytest.mark.parametrize(
    ("loss", "outcome"),
    [
        ("-500", Outcome.PASS),
        ("99.99", Outcome.PASS),
        ("100", Outcome.REFUSE),
        ("100.01", Outcome.REFUSE),
    ],
)
def test_the_day_ends_at_the_loss_limit(loss, outcome):
    view = FakeAccount(loss=D(loss))
    verdict = DailyLoss().verdict(proposal(entry(), view), view)

    assert (verdict.outcome, verdict.value, verdict.limit) == (outcome, D(loss), D(100))


@pytest.mark.parametrize("loss", ["NaN", "-Infinity"])
def test_an_unknown_loss_is_refused_by_name(loss):
    view = FakeAccount(loss=D(loss))
    verdict = DailyLoss().verdict(proposal(entry(), view), view)

    assert verdict.sentence == "refused: today's loss is not known"


def test_the_limit_is_quote_units():
    with pytest.raises(LimitError, match="want limit_quote"):
        DailyLoss(limit_quote=D(0))
