"""What a fill costs, by each model's formula."""

from decimal import Decimal

import pytest

from argonaut.venues.sim.errors import SimVenueError
from argonaut.venues.sim.fees import MakerTaker, NoFees
from tests.venues.sim.stage import instrument

D = Decimal


def charge(model, *, is_buy=True, is_maker=False, balances=None, **rules):
    """The fee of 2 COIN at 100."""
    return model.charge(
        instrument(**rules),
        D(2),
        D(200),
        is_buy=is_buy,
        is_maker=is_maker,
        balances=balances or {},
    )


def test_no_fees_are_nothing():
    assert charge(NoFees()) == (0, "USDT")
    assert NoFees().quote_rate(is_buy=True, is_maker=False) == 0


def test_a_maker_pays_the_makers_rate_and_a_taker_the_takers():
    model = MakerTaker(D("0.0002"), D("0.0005"))

    assert charge(model, is_maker=True) == (D("0.04"), "USDT")
    assert charge(model) == (D("0.1"), "USDT")


def test_a_fee_in_what_is_received_is_base_for_a_buy_and_quote_for_a_sell():
    model = MakerTaker(fee_asset="base_on_buy")

    assert charge(model) == (D("0.002"), "COIN")
    assert charge(model, is_buy=False) == (D("0.2"), "USDT")
    assert model.quote_rate(is_buy=True, is_maker=False) == 0
    assert model.quote_rate(is_buy=False, is_maker=False) == D("0.001")


BNB = MakerTaker(fee_asset="BNB", asset_prices={"USDT": D(700)})


def test_a_third_asset_is_discounted_and_rounded_up():
    """200 x 0.001 x 0.75 / 700 = 0.00021428..."""
    assert charge(BNB, balances={"BNB": D(1)}) == (D("0.00021429"), "BNB")


@pytest.mark.parametrize("balance", ["0", "0.00021428"])
def test_without_enough_of_it_the_fee_is_paid_in_quote_at_the_full_rate(balance):
    assert charge(BNB, balances={"BNB": D(balance)}) == (D("0.2"), "USDT")


def test_without_a_price_in_this_quote_too():
    assert charge(BNB, balances={"BNB": D(1)}, quote="EUR") == (D("0.2"), "EUR")


def test_what_the_trade_itself_takes_of_the_third_asset_cannot_pay_its_fee():
    """Selling the last BNB, or paying with it, leaves none for the fee."""
    selling = charge(BNB, is_buy=False, balances={"BNB": D(2)}, base="BNB")
    own = MakerTaker(fee_asset="BNB", asset_prices={"BNB": D(1)})
    paying = charge(own, balances={"BNB": D(200)}, quote="BNB")

    assert selling == (D("0.2"), "USDT")
    assert paying == (D("0.2"), "BNB")  # as quote, at the full rate


@pytest.mark.parametrize(
    "settings",
    [
        {"maker": D(1)},
        {"taker": D("NaN")},
        {"discount": D(1)},
        {"fee_asset": "BNB"},
        {"fee_asset": "BNB", "asset_prices": {"USDT": D(0)}},
    ],
)
def test_a_fee_that_makes_no_sense_is_refused(settings):
    with pytest.raises(SimVenueError, match="want"):
        MakerTaker(**settings)
