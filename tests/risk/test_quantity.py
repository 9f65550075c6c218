import pytest

from argonaut.domain.signal import Quantity
from argonaut.domain.verdict import Outcome
from argonaut.risk.limit import LimitError, OnExcess
from argonaut.risk.quantity import MaxQuantity
from tests.risk.account import BTC, D, FakeAccount, entry, proposal

VIEW = FakeAccount()


def verdict_on(base, **limits):
    asked = proposal(entry(size=Quantity(D(base))), VIEW)
    return MaxQuantity(**limits).verdict(asked, VIEW)


def test_no_maximum_is_set_by_default():
    assert verdict_on("1000000").sentence == "passed: no maximum is set"


@pytest.mark.parametrize(
    ("base", "outcome", "keep"),
    [("0.999", Outcome.PASS, None), ("1", Outcome.PASS, None), ("1.001", Outcome.CLIP, D(1))],
)
def test_a_quantity_above_the_maximum_is_clipped_to_it(base, outcome, keep):
    verdict = verdict_on(base, max_base=D(1))

    assert (verdict.outcome, verdict.keep) == (outcome, keep)
    assert (verdict.value, verdict.limit) == (D(base), D(1))


def test_a_quantity_above_the_maximum_is_refused_when_told_so():
    verdict = verdict_on("2", max_base=D(1), on_excess=OnExcess.REFUSE)

    assert verdict.sentence == "refused: quantity 2 base against the maximum 1"


def test_the_limit_of_an_instrument_goes_before_the_general_one():
    limits = {"max_base": D(1), "by_instrument": {BTC: D(3), "ETH/USDT@sim": D(9)}}

    assert verdict_on("5", **limits).keep == D(3)
    assert verdict_on("5", max_base=D(1), by_instrument={"ETH/USDT@sim": D(9)}).keep == D(1)


@pytest.mark.parametrize(
    ("limits", "name"),
    [({"max_base": D(0)}, "max_base"), ({"by_instrument": {BTC: D(-1)}}, "by_instrument")],
)
def test_a_limit_is_above_zero(limits, name):
    with pytest.raises(LimitError, match=f"want {name}"):
        MaxQuantity(**limits)
