"""What the owner put in and took out, in the account's quote asset.

Equity less this is what trading made of it, so a deposit is no profit and a withdrawal no drawdown.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from argonaut.domain.number import ZERO
from argonaut.ledger.exact import add, multiply


class Transfers:
    """Deposits less withdrawals, each valued once: when it came, or at the first price after."""

    __slots__ = ("net_quote", "unvalued")

    def __init__(self) -> None:
        self.net_quote = ZERO
        self.unvalued: dict[str, Decimal] = {}  # units per asset that had no price so far

    def take(self, asset: str, amount: Decimal, price: Decimal | None) -> None:
        """Count a transfer at `price`, quote units per unit of `asset`; None lets it wait."""
        if price is None:
            self.unvalued[asset] = add(self.unvalued.get(asset, ZERO), amount)
        else:
            self.net_quote = add(self.net_quote, multiply(amount, price))

    def value_waiting(
        self, price_of_asset: Callable[[str], Decimal | None]
    ) -> list[tuple[str, Decimal]]:
        """Count what waits and has a price now; return which assets, and at which price."""
        found = [(asset, price_of_asset(asset)) for asset in self.unvalued]
        known = [(asset, price) for asset, price in found if price is not None]
        for asset, price in known:
            self.value(asset, price)
        return known

    def value(self, asset: str, price: Decimal) -> None:
        """Count what waits of an asset at a price."""
        self.take(asset, self.unvalued.pop(asset, ZERO), price)
