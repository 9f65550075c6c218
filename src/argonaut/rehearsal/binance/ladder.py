"""How an order walks through the levels of a book."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from argonaut.domain.number import ZERO
from argonaut.rehearsal.market import Level


def taken(
    levels: Sequence[Level], quantity: Decimal, limit: Decimal | None, *, is_buy: bool
) -> list[Level]:
    """Return what an order of `quantity` base units takes, level by level, never past `limit`."""
    parts: list[Level] = []
    for level in levels:
        if limit is not None and (level.price > limit if is_buy else level.price < limit):
            break
        part = min(level.quantity, quantity)
        if part > ZERO:
            parts.append(Level(level.price, part))
            quantity -= part
        if quantity <= ZERO:
            break
    return parts


def cost(parts: Sequence[Level]) -> Decimal:
    """Return the quote units of some parts."""
    return sum((each.price * each.quantity for each in parts), ZERO)


def quantity_for(levels: Sequence[Level], quote: Decimal, step: Decimal) -> Decimal:
    """Return the base units, whole steps only, that `quote` units buy or sell for."""
    total = ZERO
    for level in levels:
        affordable = (quote / level.price / step).to_integral_value(ROUND_FLOOR) * step
        part = min(affordable, level.quantity)
        total += part
        quote -= part * level.price
        if part < level.quantity:
            break
    return total
