"""The books written down and taken up again."""

import json

import msgspec
import pytest
from hypothesis import given

from argonaut.ledger.book import Book
from argonaut.ledger.errors import LedgerError
from tests.ledger.deals import BNB, BTC, ETH, TREND, D, Deal, Desk, book_of, deals

ALL = (BTC, ETH, BNB)


def reloaded(book: Book, *, sort_keys: bool = False) -> Book:
    """A new book that took up what the old one wrote, by way of bytes."""
    fresh = book_of(*ALL)
    fresh.load(json.loads(json.dumps(book.save(), sort_keys=sort_keys)))
    return fresh


@given(deals(), deals())
def test_a_restart_in_between_changes_nothing(before: list[Deal], after: list[Deal]) -> None:
    """Not a digit, not an order of rows, even when whoever stored it sorted the keys."""
    book = book_of(*ALL, USDT="1000", BTC="1")
    for deal in before:
        deal.into(book)
    fresh = reloaded(book, sort_keys=True)

    trips = [deal.into(book) for deal in after]
    assert [deal.into(fresh) for deal in after] == trips
    assert msgspec.json.encode(fresh.save()) == msgspec.json.encode(book.save())
    assert fresh.attribution() == book.attribution()
    assert fresh.equity(lambda _: 0.1) == book.equity(lambda _: 0.1)
    assert fresh.net_transfers_quote == book.net_transfers_quote
    assert fresh.transfers_unvalued == book.transfers_unvalued


def test_a_fill_told_again_after_a_restart_changes_nothing() -> None:
    desk = Desk(book_of(*ALL, USDT="1000"))
    desk.buy("1", "100", fill_id="f-1")
    fresh = Desk(reloaded(desk.book))
    fresh.buy("1", "100", fill_id="f-1")

    assert fresh.book.position(BTC).quantity == 1


def test_a_holding_that_a_strategy_already_has_is_written_into() -> None:
    desk = Desk(book_of(*ALL, USDT="1000"))
    desk.buy("1", "100", tag="breakout", user_id="ann")
    desk.book.holding(TREND, BTC).is_stray = True
    fresh = book_of(*ALL)
    holding, position = fresh.holding(TREND, BTC), fresh.position(BTC)
    fresh.load(desk.book.save())

    assert (holding.quantity, holding.entry_tag, holding.entry_user_id) == (D(1), "breakout", "ann")
    assert holding.is_stray
    assert position.average_price == D(100)
    assert fresh.holding(TREND, BTC) is holding


def test_a_book_with_entries_takes_up_no_other() -> None:
    book = book_of(*ALL, USDT="1000")

    with pytest.raises(LedgerError, match="want a new book to load into"):
        book.load(book.save())


def test_another_account_s_state_is_refused() -> None:
    state = book_of(*ALL).save()

    with pytest.raises(LedgerError, match="want the state of a EUR book, not of a USDT one"):
        book_of(*ALL, quote="EUR").load(state)


def test_state_of_an_instrument_that_is_gone_is_refused_whole() -> None:
    desk = Desk(book_of(BTC, ETH, USDT="1000"))
    desk.buy("1", "100")
    fresh = book_of(BTC)

    with pytest.raises(LedgerError, match="no instrument ETH/USDT@sim in the book"):
        fresh.load(desk.book.save())
    assert fresh.position(BTC).is_flat
    assert fresh.postings == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quote": 5}, "Expected `str`, got `int`"),
        ({"surprise": 1}, "unknown field `surprise`"),
        ({"net_transfers_quote": "many"}, "Invalid decimal string"),
    ],
)
def test_state_that_is_not_a_book_s_is_refused(change: dict[str, object], message: str) -> None:
    state = book_of(*ALL).save() | change

    with pytest.raises(LedgerError, match=message):
        book_of(*ALL).load(state)
