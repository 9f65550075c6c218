"""The fold of fills, against sums worked by hand and against the cash that changed hands."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.number import ONE
from argonaut.ledger.fold import Change, Closed, trade, unrealized
from argonaut.ledger.position import Position
from tests.ledger.deals import BTC, D, decimals

TENTH = D("0.1")


def change(
    quantity: str, price: str, fee: str = "0", event_ns: int = 0, size: Decimal = ONE
) -> Change:
    value = D(quantity) * D(price) * size
    return Change(
        D(quantity),
        value,
        D(price),
        D(fee),
        event_ns=event_ns,
        contract_size=size,
        notional=abs(value),
    )


def position_after(*changes: Change) -> tuple[Position, list[Closed | None]]:
    position = Position(BTC)
    return position, [trade(position, each) for each in changes]


def test_opening_takes_price_fee_and_time() -> None:
    position, closed = position_after(change("2", "100", fee="0.2", event_ns=7))

    assert closed == [None]
    assert (position.quantity, position.cost, position.average_price) == (D(2), D(200), D(100))
    assert (position.entry_fees, position.realized) == (D("0.2"), D("-0.2"))
    assert (position.opened_ns, position.closed_ns) == (7, None)


def test_adding_moves_the_average_to_the_mean_of_what_was_paid() -> None:
    position, closed = position_after(change("1", "100"), change("3", "120"))

    assert closed == [None, None]
    assert (position.quantity, position.average_price) == (D(4), D(115))


def test_adding_to_a_short_moves_its_average_too() -> None:
    position, _ = position_after(change("-1", "100"), change("-3", "120"))

    assert (position.quantity, position.cost, position.average_price) == (D(-4), D(-460), D(115))


def test_closing_part_earns_on_that_part_and_keeps_the_average() -> None:
    position, (_, closed) = position_after(
        change("4", "100", fee="0.4", event_ns=1), change("-1", "130", fee="0.1", event_ns=2)
    )

    assert closed is not None
    assert (closed.quantity, closed.gross, closed.notional) == (D(1), D(30), D(130))
    assert (closed.entry_fees, closed.exit_fee) == (D("0.1"), D("0.1"))
    assert (position.quantity, position.average_price) == (D(3), D(100))
    assert (position.entry_fees, position.realized) == (D("0.3"), D("29.5"))
    assert (position.opened_ns, position.closed_ns) == (1, None)


def test_closing_all_leaves_nothing_behind() -> None:
    position, (_, closed) = position_after(
        change("4", "100", event_ns=1), change("-4", "90", event_ns=2)
    )

    assert closed is not None
    assert (closed.is_long, closed.is_flip, closed.gross) == (True, False, D(-40))
    assert (position.quantity, position.cost, position.entry_fees) == (D(0), D(0), D(0))
    assert (position.average_price, position.closed_ns) == (None, 2)


def test_a_short_earns_when_the_price_falls() -> None:
    position, (_, closed) = position_after(change("-2", "100"), change("2", "80"))

    assert closed is not None
    assert (closed.is_long, closed.gross) == (False, D(40))
    assert position.realized == D(40)


def test_a_flip_closes_the_one_side_and_opens_the_other() -> None:
    """Sold 5 while long 2: the fee is shared 2 to 3, and the short starts at the fill's price."""
    position, (_, closed) = position_after(
        change("2", "100", fee="0.2", event_ns=1), change("-5", "110", fee="0.5", event_ns=2)
    )

    assert closed is not None
    assert (closed.is_long, closed.is_flip, closed.quantity) == (True, True, D(2))
    assert (closed.gross, closed.notional, closed.exit_fee) == (D(20), D(220), D("0.2"))
    assert (position.quantity, position.cost, position.average_price) == (D(-3), D(-330), D(110))
    assert (position.entry_fees, position.realized) == (D("0.3"), D("19.3"))
    assert (position.opened_ns, position.closed_ns) == (2, 2)


def test_a_fee_that_took_all_that_was_bought_is_only_a_fee() -> None:
    position, closed = position_after(
        Change(D(0), D(0), D(100), D("0.1"), event_ns=5, contract_size=ONE, notional=D("0.1"))
    )

    assert closed == [None]
    assert (position.quantity, position.opened_ns, position.realized) == (D(0), None, D("-0.1"))


def test_contracts_count_their_size_in_money_and_not_in_prices() -> None:
    position, (_, _, closed) = position_after(
        change("10", "100", size=TENTH),
        change("10", "120", size=TENTH),
        change("-5", "150", size=TENTH),
    )

    assert closed is not None
    assert (position.average_price, closed.entry_price) == (D(110), D(110))
    assert closed.gross == D(20)
    assert unrealized(position, D(150), TENTH) == D(60)


def test_a_flip_of_contracts_splits_the_value_by_their_size() -> None:
    position, (_, closed) = position_after(
        change("10", "100", size=TENTH), change("-30", "120", size=TENTH)
    )

    assert closed is not None
    assert (closed.gross, position.cost, position.average_price) == (D(20), D(-240), D(120))


MOVES = st.tuples(decimals("-5", "5", 3).filter(bool), decimals("0.01", "90000", 2))


@given(st.lists(MOVES, max_size=30), decimals("0.01", "90000", 2))
def test_what_is_earned_and_what_is_held_is_the_cash_that_moved(
    moves: list[tuple[Decimal, Decimal]], mark: Decimal
) -> None:
    """Exactly, whatever the order of buys and sells: no cent is made or lost by taking apart."""
    position = Position(BTC)
    cash = held = D(0)
    for quantity, price in moves:
        cash -= quantity * price
        held += quantity
        trade(position, change(str(quantity), str(price)))

    assert position.quantity == held
    assert position.realized + unrealized(position, mark, ONE) == cash + held * mark


@given(st.lists(MOVES, max_size=30), decimals("0", "5", 8))
def test_fees_of_closed_parts_and_of_the_open_one_are_the_fees_paid(
    moves: list[tuple[Decimal, Decimal]], fee: Decimal
) -> None:
    """A round trip's profit is net of its share; no fee is charged twice or forgotten."""
    position = Position(BTC)
    charged = D(0)
    for quantity, price in moves:
        closed = trade(position, change(str(quantity), str(price), fee=str(fee)))
        charged += closed.entry_fees + closed.exit_fee if closed else 0

    assert charged + position.entry_fees == fee * len(moves)


@given(st.lists(MOVES, min_size=1, max_size=30))
def test_the_average_entry_is_one_of_the_prices_or_between_them(
    moves: list[tuple[Decimal, Decimal]],
) -> None:
    position, _ = position_after(*(change(str(quantity), str(price)) for quantity, price in moves))

    prices = [price for _, price in moves]
    slack = D("1E-18")
    if position.average_price is None:
        assert not position.quantity
    else:
        assert min(prices) - slack <= position.average_price <= max(prices) + slack
