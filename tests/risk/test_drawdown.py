import pytest

from argonaut.domain.signal import Quantity
from argonaut.domain.verdict import Outcome
from argonaut.risk.drawdown import Drawdown
from argonaut.risk.limit import LimitError
from tests.risk.account import D, FakeAccount, entry, proposal


def verdict_on(equity, peak="1000", **limits):
    view = FakeAccount(money=None if equity is None else D(equity), peak=D(peak))
    asked = proposal(entry(size=Quantity(D(8))), FakeAccount())
    return Drawdown(**limits).verdict(asked, view)


@pytest.mark.parametrize(
    ("equity", "drawdown", "outcome", "keep"),
    [
        ("1100", "0", Outcome.PASS, None),
        ("1000", "0", Outcome.PASS, None),
        ("950", "0.05", Outcome.PASS, None),
        ("925", "0.075", Outcome.PASS, None),  # half the limit: factor 1
        ("910", "0.09", Outcome.CLIP, "6.4"),  # 2 * (1 - 0.09 / 0.15) = 0.8
        ("865", "0.135", Outcome.CLIP, "1.6"),
        ("850", "0.15", Outcome.REFUSE, None),
        ("849", "0.151", Outcome.REFUSE, None),
        ("-10", "1.01", Outcome.REFUSE, None),
    ],
)
def test_size_shrinks_from_half_the_limit_to_nothing_at_it(equity, drawdown, outcome, keep):
    verdict = verdict_on(equity)

    assert (verdict.outcome, verdict.value, verdict.limit) == (outcome, D(drawdown), D("0.15"))
    assert verdict.keep is None if keep is None else verdict.keep == D(keep)


def test_the_limit_is_the_operators():
    assert verdict_on("910", limit_fraction=D("0.09")).outcome is Outcome.REFUSE
    assert verdict_on("910", limit_fraction=D("0.2")).outcome is Outcome.PASS


@pytest.mark.parametrize("equity", [None, "NaN", "Infinity"])
def test_unknown_equity_is_refused_by_name(equity):
    assert verdict_on(equity).sentence == "refused: equity is not known"


@pytest.mark.parametrize("peak", ["0", "NaN", "-1"])
def test_an_unknown_peak_is_refused_by_name(peak):
    """A peak of zero would make any loss look like none."""
    assert verdict_on("1000", peak).sentence == "refused: no equity peak is known"


def test_a_percentage_is_refused():
    wanted = r"want 0 < limit_fraction <= 1 \(0.15 is fifteen percent\), not 15$"
    with pytest.raises(LimitError, match=wanted):
        Drawdown(limit_fraction=D(15))
