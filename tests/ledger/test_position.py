"""The account's net position."""

from argonaut.ledger.position import Position
from tests.ledger.deals import BTC, D


def test_a_new_position_is_flat() -> None:
    position = Position(BTC)

    assert (position.is_flat, position.is_long, position.is_short) == (True, False, False)


def test_the_sign_says_long_or_short() -> None:
    position = Position(BTC)

    position.quantity = D(1)
    assert (position.is_flat, position.is_long, position.is_short) == (False, True, False)
    position.quantity = D(-1)
    assert (position.is_flat, position.is_long, position.is_short) == (False, False, True)
