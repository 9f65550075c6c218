"""How an order walks through a book."""

from decimal import Decimal

from argonaut.rehearsal.binance import ladder
from tests.rehearsal.binance.client import ASKS, BIDS, levels

D = Decimal


def test_an_order_takes_level_by_level_within_its_limit():
    """A buyer never above, a seller never below."""
    buy = ladder.taken(levels(ASKS), D("2.5"), D("100.10"), is_buy=True)
    sell = ladder.taken(levels(BIDS), D(9), D("99.85"), is_buy=False)

    assert buy == [(D("100.00"), D(1)), (D("100.10"), D("1.5"))]
    assert sell == [(D("99.90"), D(1))]
    assert ladder.cost(buy) == D("250.15")


def test_an_empty_book_gives_nothing():
    """No price is made up."""
    assert ladder.taken((), D(1), None, is_buy=True) == []
    assert ladder.quantity_for((), D(100), D("0.1")) == 0


def test_quote_buys_whole_steps_only():
    """The rest stays in the account."""
    assert ladder.quantity_for(levels(ASKS), D(150), D("0.00001")) == D("1.49950")
    assert ladder.quantity_for(levels(ASKS), D(50), D("0.3")) == D("0.3")
