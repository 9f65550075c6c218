import pytest

from argonaut.domain.order import Side
from argonaut.domain.signal import CashFraction, Notional
from argonaut.domain.verdict import Outcome
from argonaut.risk.limit import LimitError, OnExcess
from argonaut.risk.notional import MaxNotional, MinNotional
from tests.risk.account import D, FakeAccount, entry, limit_entry, proposal

VIEW = FakeAccount()


def spend(quote):
    return proposal(entry(size=Notional(D(quote))), VIEW)


@pytest.mark.parametrize(
    ("quote", "outcome"),
    [("4.9", Outcome.REFUSE), ("5", Outcome.PASS), ("5.1", Outcome.PASS)],
)
def test_an_order_below_the_minimum_is_refused_and_never_enlarged(quote, outcome):
    verdict = MinNotional().verdict(spend(quote), VIEW)

    assert (verdict.outcome, verdict.value, verdict.limit) == (outcome, D(quote), D(5))
    assert verdict.keep is None


@pytest.mark.parametrize(
    ("quote", "outcome", "keep"),
    [
        ("399.9", Outcome.PASS, None),
        ("400", Outcome.PASS, None),
        ("400.1", Outcome.CLIP, D(4)),
    ],
)
def test_an_order_above_the_maximum_is_clipped_to_it(quote, outcome, keep):
    verdict = MaxNotional().verdict(spend(quote), VIEW)

    assert (verdict.outcome, verdict.keep) == (outcome, keep)
    assert (verdict.value, verdict.limit) == (D(quote), D(400))


def test_an_order_above_the_maximum_is_refused_when_told_so():
    verdict = MaxNotional(on_excess=OnExcess.REFUSE).verdict(spend("400.1"), VIEW)

    assert verdict.sentence == "refused: notional 400.1 quote against the maximum 400"


def test_a_short_limit_below_the_market_is_measured_at_the_market():
    """It would fill there, for more than its limit says."""
    asked = proposal(limit_entry(96.0, side=Side.SELL, size=Notional(D(399))), VIEW)
    verdict = MaxNotional().verdict(asked, VIEW)

    assert verdict.value == D("4.156") * 100
    assert verdict.keep == D(4)


def test_an_entry_sized_by_cash_is_measured_by_what_it_may_spend():
    """A lot of ten units leaves cash over that a lower price would still spend."""
    view = FakeAccount(free=D(1_999))
    asked = proposal(entry(size=CashFraction()), view, lot_size=D(10))
    verdict = MaxNotional(max_quote=D(1_500)).verdict(asked, view)

    assert asked.notional == D(1_000)
    assert (verdict.outcome, verdict.value, verdict.keep) == (Outcome.CLIP, D(1_999), D(10))


def test_limits_are_in_the_asset_of_the_account():
    """Four hundred dollars is not four hundred bitcoin."""
    view = FakeAccount(quote="EUR", rates={"USDT": D("0.5")})
    verdict = MaxNotional().verdict(proposal(entry(size=Notional(D(1_000))), view), view)

    assert (verdict.value, verdict.keep) == (D(500), D(8))


@pytest.mark.parametrize("check", [MinNotional, MaxNotional])
@pytest.mark.parametrize("quote", [D(0), D(-1), D("NaN"), 5.0, 5])
def test_a_limit_is_a_decimal_above_zero(check, quote):
    name = "min_quote" if check is MinNotional else "max_quote"
    with pytest.raises(LimitError, match=f"want {name}, a Decimal > 0"):
        check(**{name: quote})
