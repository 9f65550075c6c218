"""What a strategy sees of its own position."""

from argonaut.ledger.holding import Holding
from tests.ledger.deals import BTC, TREND, D


def holding(quantity: str = "0", entering: str = "0", exiting: str = "0") -> Holding:
    held = Holding(TREND, BTC)
    held.quantity, held.entering, held.exiting = D(quantity), D(entering), D(exiting)
    return held


def test_a_new_holding_is_flat_and_idle() -> None:
    held = Holding(TREND, BTC)

    assert (held.is_flat, held.is_idle, held.is_long, held.is_short) == (True, True, False, False)
    assert (held.average_price, held.opened_ns, held.closed_ns) == (None, None, None)


def test_the_sign_says_long_or_short() -> None:
    assert (holding("1").is_long, holding("1").is_short, holding("1").is_flat) == (1, 0, 0)
    assert (holding("-1").is_long, holding("-1").is_short, holding("-1").is_flat) == (0, 1, 0)


def test_working_orders_count_in_what_is_expected() -> None:
    """So an exit is asked for once, and an entry is not asked for twice."""
    assert holding("2", exiting="-2").expected == 0
    assert holding("0", entering="1.5").expected == D("1.5")


def test_a_working_order_is_not_idle_even_when_flat() -> None:
    held = holding(entering="1")

    assert held.is_flat
    assert not held.is_idle
    assert not holding("1").is_idle
    assert not holding(exiting="-1").is_idle
