"""The fold of fills: how one execution changes what is held, what it cost and what was earned.

The same fold makes the account's `Position` and each strategy's `Holding`. It keeps the cost of
what is held and derives the average from it, so money paid is money accounted for to the last
digit however a position is taken apart.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from argonaut.domain.number import ONE, ZERO
from argonaut.ledger.exact import add, average, multiply, share_of, subtract
from argonaut.ledger.position import Held


class Change:
    """One fill as the fold sees it: `quantity` signed, after a fee taken in base."""

    __slots__ = ("contract_size", "event_ns", "fee", "notional", "price", "quantity", "value")

    def __init__(
        self,
        quantity: Decimal,
        value: Decimal,
        price: Decimal,
        fee: Decimal,
        *,
        event_ns: int,
        contract_size: Decimal,
        notional: Decimal,
    ) -> None:
        self.quantity = quantity
        self.value = value  # quantity x price x contract size, signed as the quantity
        self.price = price
        self.fee = fee  # quote units; a fee in base or in a third asset is valued
        self.event_ns = event_ns
        self.contract_size = contract_size  # `ONE` itself for one
        self.notional = notional  # quote units traded, unsigned, a fee in base included


class Closed(msgspec.Struct, frozen=True, gc=False):
    """The part of a position that a fill closed. Quantity unsigned, money in quote units."""

    is_long: bool
    is_flip: bool  # the fill opened the other side as well
    quantity: Decimal
    entry_price: Decimal
    notional: Decimal  # quote units of the fill that did the closing
    gross: Decimal  # earned before fees
    entry_fees: Decimal
    exit_fee: Decimal
    opened_ns: int


def trade(held: Held, change: Change) -> Closed | None:
    """Take one fill into `held`; return what it closed, or None when it only opened or added."""
    quantity, delta, fee = held.quantity, change.quantity, change.fee
    held.realized = subtract(held.realized, fee)
    if not delta:  # the fee took all that was bought
        return None
    if not quantity:
        _open(held, delta, change.value, change, fee)
        return None
    if quantity.is_signed() is not delta.is_signed():
        return _reduce(held, change)
    held.quantity = quantity = add(quantity, delta)
    held.cost = cost = add(held.cost, change.value)
    held.entry_fees = add(held.entry_fees, fee)
    size = change.contract_size
    held.average_price = average(cost, quantity if size is ONE else multiply(quantity, size))
    return None


def follow(position: Held, held: Held) -> None:
    """Take over the state of `held`, where the same changes made both."""
    position.quantity = held.quantity
    position.cost = held.cost
    position.average_price = held.average_price
    position.entry_fees = held.entry_fees
    position.realized = held.realized
    position.opened_ns = held.opened_ns
    position.closed_ns = held.closed_ns


def unrealized(held: Held, price: Decimal, contract_size: Decimal) -> Decimal:
    """Return what closing all of `held` at `price` would earn before fees, in quote units."""
    return subtract(multiply(multiply(held.quantity, price), contract_size), held.cost)


def _open(held: Held, quantity: Decimal, value: Decimal, change: Change, fee: Decimal) -> None:
    held.quantity = quantity
    held.cost = value
    held.average_price = change.price
    held.entry_fees = fee
    held.opened_ns = change.event_ns


def _reduce(held: Held, change: Change) -> Closed:
    quantity, delta, fee = held.quantity, change.quantity, change.fee
    opened_ns, entry_price = held.opened_ns, held.average_price
    assert opened_ns is not None, "a position without an opening"
    assert entry_price is not None, "a position without an entry price"
    left = add(quantity, delta)
    value, notional, part, is_flip = change.value, change.notional, delta.copy_negate(), False
    cost, entry_fees = held.cost, held.entry_fees

    if not left:
        _flatten(held, change.event_ns)
    elif left.is_signed() is quantity.is_signed():
        cost = share_of(cost, part, quantity)
        entry_fees = share_of(entry_fees, part, quantity)
        held.quantity = left
        held.cost = subtract(held.cost, cost)
        held.entry_fees = subtract(held.entry_fees, entry_fees)
    else:
        is_flip, part = True, quantity
        opening = multiply(multiply(left, change.price), change.contract_size)
        value = subtract(value, opening)
        notional = value.copy_abs()
        fee = share_of(fee, part, delta.copy_negate())
        held.closed_ns = change.event_ns
        _open(held, left, opening, change, subtract(change.fee, fee))

    gross = subtract(value.copy_negate(), cost)
    held.realized = add(held.realized, gross)
    return Closed(
        not quantity.is_signed(),
        is_flip,
        part.copy_abs(),
        entry_price,
        notional,
        gross,
        entry_fees,
        fee,
        opened_ns,
    )


def _flatten(held: Held, event_ns: int) -> None:
    held.quantity = ZERO
    held.cost = ZERO
    held.average_price = None
    held.entry_fees = ZERO
    held.closed_ns = event_ns
