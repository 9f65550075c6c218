"""What assets are worth, over one instrument or two."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.ledger.posting import AssetTotals
from argonaut.ledger.valuation import Valuer, rate, rate_float, routes
from tests.ledger.deals import BRD_BTC, BTC, ETH, D, instrument

BTC_B = InstrumentId("BTC/USDT@b")
ETH_BTC = InstrumentId("ETH/BTC@sim")
XRP_EUR = InstrumentId("XRP/EUR@sim")
ALL = {name: instrument(name) for name in (BRD_BTC, ETH_BTC, BTC, BTC_B, ETH)}

NO_PRICES: dict[InstrumentId, Any] = {}
PRICES = {BTC: 50_000.0, BRD_BTC: 0.0001, ETH: 2_500.0, ETH_BTC: 0.04}


def valuer(**wallets: str) -> tuple[Valuer, dict[str, AssetTotals]]:
    totals = {}
    for asset, amount in wallets.items():
        totals[asset] = AssetTotals(asset)
        totals[asset].transfer(D(amount))
    return Valuer(ALL, totals, "USDT"), totals


def exact(prices: dict[InstrumentId, float]) -> Callable[[InstrumentId], Decimal | None]:
    return {name: D(repr(price)) for name, price in prices.items()}.get


def test_direct_routes_come_before_those_over_another_asset() -> None:
    assert routes(ALL.values(), "ETH", "USDT") == ((ETH,), (ETH_BTC, BTC), (ETH_BTC, BTC_B))
    assert routes(ALL.values(), "BRD", "USDT") == ((BRD_BTC, BTC), (BRD_BTC, BTC_B))
    assert routes(ALL.values(), "XRP", "USDT") == ()


@pytest.mark.parametrize(
    ("known", "want"),
    [
        ({BTC: 50_000.0, ETH: 2_500.0, ETH_BTC: 0.04}, 2_500.0),
        ({BTC: 50_000.0, ETH_BTC: 0.04}, 2_000.0),
        ({BTC_B: 50_000.0, ETH_BTC: 0.04}, 2_000.0),
        ({ETH_BTC: 0.04}, None),
        ({BTC: 50_000.0}, None),
    ],
)
def test_the_first_route_with_all_its_prices_counts(
    known: dict[InstrumentId, float], want: float | None
) -> None:
    ways = routes(ALL.values(), "ETH", "USDT")

    assert rate_float(ways, known.get) == want
    assert rate(ways, exact(known)) == want


def test_equity_is_cash_and_every_asset_at_its_price() -> None:
    worth, _ = valuer(USDT="100", BTC="0.5", BRD="1000", ETH="-2")

    assert worth.equity(PRICES.get) == 100 + 25_000 + 5_000 - 5_000
    assert worth.equity_exact(exact(PRICES)) == 25_100


def test_equity_without_a_price_is_not_known() -> None:
    worth, _ = valuer(USDT="100", BTC="0.5")

    assert worth.equity({ETH: 2_500.0}.get) is None
    assert worth.equity_exact(exact({ETH: 2_500.0})) is None


def test_a_coin_that_no_instrument_trades_is_left_out() -> None:
    """Fees in BNB without an instrument of it: an equity that is never known again would refuse
    every entry from the first fee on."""
    worth, _ = valuer(USDT="100", BNB="-0.001", BTC="0.5")

    assert worth.equity(PRICES.get) == 25_100
    assert worth.equity_exact(exact(PRICES)) == 25_100


def test_an_asset_that_is_traded_and_has_no_route_is_not_known() -> None:
    """It is what strategies risk: nothing may take it for nothing."""
    worth = Valuer({XRP_EUR: instrument(XRP_EUR)}, valuer(XRP="1")[1], "USDT")

    assert worth.equity(PRICES.get) is None
    assert worth.equity_exact(exact(PRICES)) is None


def test_an_asset_of_which_nothing_is_left_needs_no_price() -> None:
    worth, totals = valuer(USDT="100", BTC="0.5")
    totals["BTC"].trade(D("-0.5"))

    assert worth.equity(NO_PRICES.get) == 100
    assert worth.equity_exact(NO_PRICES.get) == 100


def test_equity_follows_the_totals_once_told_that_they_changed() -> None:
    worth, totals = valuer(USDT="100")
    before = worth.equity(PRICES.get)
    totals["USDT"].trade(D(5))
    worth.totals_changed()

    assert (before, worth.equity(PRICES.get)) == (100.0, 105.0)


def test_a_new_instrument_opens_new_routes() -> None:
    instruments = {BTC: instrument(BTC)}
    worth = Valuer(instruments, {}, "USDT")
    before = worth.rate("ETH", "USDT", exact(PRICES))
    instruments[ETH] = instrument(ETH)
    worth.instruments_changed()

    assert before is None
    assert worth.rate("ETH", "USDT", exact(PRICES)) == 2_500


def test_an_asset_is_worth_one_of_itself() -> None:
    worth, _ = valuer()

    assert worth.rate("USDT", "USDT", NO_PRICES.get) == 1
