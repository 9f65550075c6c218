"""Fees are taken from what was received, or from BNB while there is some."""

from decimal import Decimal

from argonaut.rehearsal.binance.fees import Commission
from tests.rehearsal.binance.client import BTC

D = Decimal


def charge(fees: Commission, *, is_buy: bool, is_maker: bool = False, bnb: str = "0"):
    return fees.charge(
        BTC.core_instrument(),
        D("0.12345"),
        D("7407.123"),
        is_buy=is_buy,
        is_maker=is_maker,
        balances={"BNB": D(bnb)},
    )


def test_a_buy_pays_in_base_and_a_sell_in_quote():
    """The reason why less can be sold than was bought."""
    fees = Commission()

    assert charge(fees, is_buy=True) == (D("0.00012345"), "BTC")
    assert charge(fees, is_buy=False) == (D("7.40712300"), "USDT")


def test_a_fee_is_cut_to_eight_decimals():
    """A balance has no ninth."""
    assert charge(Commission(taker=D("0.00075")), is_buy=True) == (D("0.00009258"), "BTC")


def test_bnb_pays_at_a_discount_until_it_runs_out():
    """The asset of the fee may change from one execution to the next."""
    fees = Commission(bnb_prices={"USDT": D(600)})

    assert charge(fees, is_buy=True, bnb="1") == (D("0.00925890"), "BNB")
    assert charge(fees, is_buy=True, bnb="0.001") == (D("0.00012345"), "BTC")


def test_makers_pay_their_own_rate_and_nothing_is_locked_for_fees():
    """Binance locks price times quantity, no more."""
    fees = Commission(maker=D(0))

    assert charge(fees, is_buy=True, is_maker=True)[0] == 0
    assert fees.quote_rate(is_buy=True, is_maker=False) == 0
