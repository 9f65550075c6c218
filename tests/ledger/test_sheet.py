"""One instrument's page: what a fill writes, and what the fold gets of it."""

import pytest

from argonaut.domain.number import ONE
from argonaut.domain.order import Side
from argonaut.ledger.posting import AssetTotals
from argonaut.ledger.sheet import Sheet
from tests.ledger.deals import BTC, MEAN, TREND, D, Deal, instrument


def sheet(**rules: object) -> Sheet:
    return Sheet(instrument(BTC, **rules), AssetTotals("BTC"), AssetTotals("USDT"))


def test_a_holding_is_one_object_for_ever() -> None:
    page = sheet()

    assert page.holding(TREND) is page.holding(TREND)
    assert page.holding(TREND) is not page.holding(MEAN)


def test_a_contract_size_of_one_is_the_one_the_fold_asks_for() -> None:
    """Written 1.0 by a venue it would cost two multiplications on every fill."""
    assert sheet(contract_size=D("1.0")).contract_size is ONE


@pytest.mark.parametrize(("side", "sign"), [(Side.BUY, 1), (Side.SELL, -1)])
def test_base_goes_against_quote(side: Side, sign: int) -> None:
    page = sheet()
    fill = Deal(side=side, quantity=D(2), price=D(100), event_ns=9).fill

    change = page.exchange(side, fill, fee_base=D(0), fee_quote=D("0.2"))

    assert (page.base.wallet, page.quote.wallet) == (D(2) * sign, D(-200) * sign)
    assert (change.quantity, change.value, change.fee) == (D(2) * sign, D(200) * sign, D("0.2"))
    assert (page.last_price, page.last_ns) == (D(100), 9)


@pytest.mark.parametrize(("side", "held"), [(Side.BUY, "1.998"), (Side.SELL, "-2.002")])
def test_a_fee_in_base_leaves_so_much_less(side: Side, held: str) -> None:
    """An exit sized by the order would try to sell more than the wallet has."""
    page = sheet()
    fill = Deal(side=side, quantity=D(2), price=D(100)).fill

    change = page.exchange(side, fill, fee_base=D("0.002"), fee_quote=D("0.2"))

    assert (change.quantity, change.value) == (D(held), D(held) * 100)
    assert change.notional == D(200)


def test_a_fee_in_base_of_contracts_is_so_many_contracts_less() -> None:
    page = sheet(contract_size=D("0.1"))
    fill = Deal(side=Side.BUY, quantity=D(20), price=D(100)).fill

    change = page.exchange(Side.BUY, fill, fee_base=D("0.002"), fee_quote=D("0.2"))

    assert (change.quantity, change.value) == (D("19.98"), D("199.8"))
    assert page.base.wallet == D(2)


@pytest.mark.parametrize(
    ("held", "dust"),
    [("0.0009", "0.0009"), ("-0.0009", "-0.0009"), ("0.001", "0"), ("-0.0011", "0"), ("0", "0")],
)
def test_dust_is_what_no_lot_can_close(held: str, dust: str) -> None:
    page = sheet()
    holding = page.holding(TREND)
    holding.quantity = D(held)

    assert page.dust_of(holding) == D(dust)


def test_strategies_hold_the_sum_of_their_holdings() -> None:
    page = sheet()
    page.holding(TREND).quantity = D("1.5")
    page.holding(MEAN).quantity = D("-0.5")

    assert page.held_by_strategies() == 1
