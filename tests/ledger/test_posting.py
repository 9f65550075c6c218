"""Both sides of every amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.order import Side
from argonaut.ledger.posting import (
    AssetTotals,
    Posting,
    of_adjustment,
    of_dust,
    of_fill,
    of_transfer,
)
from tests.ledger.deals import BTC, D, Deal, decimals, instrument

ENTRIES = {"trade", "pay_fee", "transfer", "write_off", "adjust"}
AMOUNTS = decimals("-1000000", "1000000", 8)


@given(st.lists(st.tuples(st.sampled_from(sorted(ENTRIES)), AMOUNTS)))
def test_any_entries_leave_no_residual(entries: list[tuple[str, Decimal]]) -> None:
    total = AssetTotals("USDT")
    for name, amount in entries:
        getattr(total, name)(amount)

    assert total.residual == 0


@pytest.mark.parametrize(
    ("name", "wallet", "other"),
    [
        ("trade", 5, "market"),
        ("pay_fee", -5, "fees"),
        ("transfer", 5, "equity"),
        ("write_off", -5, "dust"),
        ("adjust", 5, "adjustments"),
    ],
)
def test_each_entry_moves_the_wallet_and_one_other_account(
    name: str, wallet: int, other: str
) -> None:
    total = AssetTotals("USDT")

    getattr(total, name)(D(5))

    assert total.wallet == wallet
    assert getattr(total, other) == -wallet


def test_a_residual_shows_when_one_side_is_missing() -> None:
    total = AssetTotals("USDT")
    total.trade(D(5))
    total.wallet = D(6)

    assert total.residual == 1


def test_a_buy_posts_base_in_quote_out_and_its_fee() -> None:
    deal = Deal(
        side=Side.BUY, quantity=D(2), price=D(100), fee=D("0.2"), fee_asset="USDT", fill_id="f-1"
    )

    entries = of_fill(instrument(), deal.side, deal.fill)

    assert entries.reference == "f-1"
    assert entries.postings == (
        Posting("wallet", "BTC", D(2)),
        Posting("market", "BTC", D(-2)),
        Posting("wallet", "USDT", D(-200)),
        Posting("market", "USDT", D(200)),
        Posting("wallet", "USDT", D("-0.2")),
        Posting("fees", "USDT", D("0.2")),
    )


def test_a_sale_of_contracts_posts_base_units() -> None:
    deal = Deal(side=Side.SELL, quantity=D(2), price=D(100))

    entries = of_fill(instrument(BTC, contract_size=D("0.1")), deal.side, deal.fill)

    assert [(each.asset, each.amount) for each in entries.postings] == [
        ("BTC", D("-0.2")),
        ("BTC", D("0.2")),
        ("USDT", D(20)),
        ("USDT", D(-20)),
    ]


def test_transfers_adjustments_and_dust_post_two_sides() -> None:
    assert of_adjustment("BTC", D("0.5"), 3).postings == (
        Posting("wallet", "BTC", D("0.5")),
        Posting("adjustments", "BTC", D("-0.5")),
    )
    assert of_transfer("USDT", D(-7), 3).postings == (
        Posting("wallet", "USDT", D(-7)),
        Posting("equity", "USDT", D(7)),
    )
    assert of_dust("BTC", D("0.0001"), 3).postings == (
        Posting("wallet", "BTC", D("-0.0001")),
        Posting("dust", "BTC", D("0.0001")),
    )
