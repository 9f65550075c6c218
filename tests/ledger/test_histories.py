"""Random histories of fills: whatever happens, the books agree with themselves and each other."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.order import Side
from argonaut.domain.roundtrip import RoundTrip
from argonaut.ledger.attribution import By
from argonaut.ledger.book import Book
from tests.ledger.deals import (
    BNB,
    BRD_BTC,
    BTC,
    ETH,
    D,
    Deal,
    book_of,
    deals,
    decimals,
    instrument,
    unique,
)

ALL = (BTC, ETH, BNB, BRD_BTC)
PRICES = {BTC: D("51234.56"), ETH: D("2345.67"), BNB: D("612.3"), BRD_BTC: D("0.0123")}
IN_USDT = (BTC, ETH, BNB)


def booked(history: list[Deal]) -> tuple[Book, list[RoundTrip]]:
    book = book_of(*ALL, USDT="100000", BTC="1.5")
    trips = [trip for deal in history for trip in deal.into(book)]
    return book, trips


def base_change(deal: Deal) -> Decimal:
    """Base units a deal brings, worked out from the venue's own words."""
    base = deal.instrument_id.partition("/")[0]
    return deal.quantity * deal.side.sign - (deal.fee if deal.fee_asset == base else 0)


def exact(*amounts: Decimal) -> Fraction:
    """The sum as a fraction: Decimal's own `+` would round it to 28 digits."""
    return sum((Fraction(amount) for amount in amounts), start=Fraction(0))


def open_profit(book: Book) -> Fraction:
    """What closing every holding at `PRICES` would earn."""
    return sum(
        (
            Fraction(each.quantity) * Fraction(PRICES[each.instrument_id]) - Fraction(each.cost)
            for each in book.holdings()
        ),
        start=Fraction(0),
    )


@given(deals(*ALL))
def test_postings_cancel_in_every_asset(history: list[Deal]) -> None:
    book, _ = booked(history)

    assert set(book.residuals().values()) == {D(0)}
    book.check()


@given(deals(*ALL))
def test_balances_are_the_opening_and_what_fills_moved(history: list[Deal]) -> None:
    book, _ = booked(history)

    want = {"USDT": D(100_000), "BTC": D("1.5")}
    for deal in unique(history):
        base, quote = deal.instrument_id.partition("@")[0].split("/")
        moves = [
            (base, deal.quantity * deal.side.sign),
            (quote, -deal.quantity * deal.side.sign * deal.price),
            (deal.fee_asset, -deal.fee),
        ]
        for asset, amount in moves:
            want[asset] = want.get(asset, D(0)) + amount
    assert book.balances == {asset: amount for asset, amount in want.items() if amount}


@given(deals(*ALL))
def test_positions_are_the_fold_of_fills_and_the_sum_of_holdings(history: list[Deal]) -> None:
    book, _ = booked(history)

    for name in ALL:
        counted = [deal for deal in unique(history) if deal.instrument_id == name]
        held = sum((base_change(deal) for deal in counted), start=D(0))
        assert book.position(name).quantity == held
        holdings = [each for each in book.holdings() if each.instrument_id == name]
        assert sum((each.quantity for each in holdings), start=D(0)) == held
        for each in holdings:
            own = [base_change(deal) for deal in counted if deal.strategy_id == each.strategy_id]
            assert each.quantity == sum(own, start=D(0))
            assert each.is_flat == (each.average_price is None)


@given(deals(*ALL))
def test_float_equity_is_the_exact_one_to_nine_digits(history: list[Deal]) -> None:
    book, _ = booked(history)
    gross = sum(
        abs(amount) * (book.price_in_quote(asset, PRICES.get) or 0)
        for asset, amount in book.balances.items()
    )

    exact = book.equity_exact(PRICES.get)
    sampled = book.equity(lambda name: float(PRICES[name]))

    assert exact is not None
    assert sampled == pytest.approx(float(exact), rel=1e-9, abs=1e-9 * float(gross))


@given(deals(*IN_USDT, fee_assets=("USDT", "BTC")))
def test_equity_less_transfers_is_what_was_and_would_be_earned(history: list[Deal]) -> None:
    """The account's identity, to the last digit, for holdings and for net positions alike.

    A fee in an asset that is not traded here changes value afterwards, so it is left out; and so
    is the deposit in BTC, for the same reason.
    """
    history = [d for d in history if d.fee_asset == "USDT" or d.instrument_id == BTC]
    book = book_of(*ALL, USDT="100000")
    for deal in history:
        deal.into(book)

    equity = book.equity_exact(PRICES.get)
    assert equity is not None
    earned = Fraction(equity) - Fraction(book.net_transfers_quote)
    by_position = exact(
        *(book.position(name).realized for name in IN_USDT),
        *(book.unrealized(name, PRICES[name]) for name in IN_USDT),
    )
    assert earned == by_position == exact(book.account().realized) + open_profit(book)


@given(deals(*IN_USDT, fee_assets=("USDT",)))
def test_once_flat_the_round_trips_are_all_that_was_earned(history: list[Deal]) -> None:
    book, trips = booked(history)
    for holding in book.holdings():
        if holding.is_flat:
            continue
        closing = Deal(
            side=Side.SELL if holding.is_long else Side.BUY,
            quantity=abs(holding.quantity),
            price=PRICES[holding.instrument_id],
            fee=D("0.01"),
            fee_asset="USDT",
            fill_id=f"close-{holding.strategy_id}",
            strategy_id=holding.strategy_id,
            instrument_id=holding.instrument_id,
        )
        trips += closing.into(book)

    assert all(holding.is_flat for holding in book.holdings())
    assert exact(*(trip.pnl for trip in trips)) == book.account().realized
    assert len(trips) == book.account().round_trips
    assert sum(trip.pnl > 0 for trip in trips) == book.account().wins
    assert book.balance("USDT") - 100_000 == book.account().realized


@given(deals(*IN_USDT), st.sampled_from(["strategy", "instrument", "tag", "user"]))
def test_every_cut_of_the_attribution_adds_up_to_the_account(history: list[Deal], by: By) -> None:
    book, _ = booked(history)
    account, parts = book.account(), book.attribution(by).values()

    for name in ("realized", "fees", "volume_quote", "slippage_quote"):
        assert exact(*(getattr(each, name) for each in parts)) == getattr(account, name)
    for name in ("fills", "round_trips", "wins"):
        assert sum(getattr(each, name) for each in parts) == getattr(account, name)
    assert exact(*(each.realized for each in book.holdings())) == account.realized
    assert account.fills == len(unique(history))
    volume = exact(*(deal.quantity * deal.price for deal in unique(history)))
    assert account.volume_quote == volume


@given(deals(*ALL), st.randoms(use_true_random=False))
def test_duplicates_told_later_and_in_any_order_change_nothing(
    history: list[Deal], random: Random
) -> None:
    book, _ = booked(history)
    before = book.save()
    again = list(history)
    random.shuffle(again)

    assert [deal.into(book) for deal in again] == [()] * len(again)
    assert book.save() == before


@given(deals(BTC, fee_assets=("USDT", "BTC")), decimals("0.0001", "0.01", 4))
def test_dust_written_off_at_any_time_keeps_the_identity(history: list[Deal], lot: Decimal) -> None:
    book = Book({BTC: instrument(BTC, lot_size=lot * 1000)}, "USDT")
    given_up = D(0)
    for deal in history:
        deal.into(book)
        given_up += book.write_off_dust(deal.strategy_id, BTC)
        book.check()

    equity = book.equity_exact(PRICES.get)
    assert equity == exact(book.account().realized) + open_profit(book)
    assert equity == exact(book.position(BTC).realized, book.unrealized(BTC, PRICES[BTC]))
    assert book.postings.get(("dust", "BTC"), D(0)) == given_up


@given(deals(BTC, fee_assets=("USDT",)), st.sampled_from([D("0.001"), D("0.1"), D(10)]))
def test_contracts_earn_their_size_times_what_units_do(history: list[Deal], size: Decimal) -> None:
    history = [d for d in history if not d.fee]
    units = book_of(BTC)
    contracts = Book({BTC: instrument(BTC, contract_size=size)}, "USDT")
    for deal in history:
        for trip, other in zip(deal.into(units), deal.into(contracts), strict=True):
            assert other.pnl == pytest.approx(trip.pnl * size, abs=D("1E-15"))
            assert other.pnl_fraction == pytest.approx(trip.pnl_fraction, abs=D("1E-15"))
            assert other.entry_price == pytest.approx(trip.entry_price, abs=D("1E-15"))

    assert contracts.balance("USDT") == units.balance("USDT") * size
    assert contracts.balance("BTC") == units.balance("BTC") * size
    position = contracts.position(BTC)
    earned = exact(position.realized, contracts.unrealized(BTC, PRICES[BTC]))
    assert contracts.equity_exact(PRICES.get) == earned
