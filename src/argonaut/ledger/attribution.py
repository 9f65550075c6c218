"""Who earned it: profit, fees and volume by strategy, instrument, tag or user.

A round trip belongs to the order that opened it, so its profit, its exit's fee and volume stand in
one row with its entry. Sums are exact: whichever way they are cut, they add up to the account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.number import ZERO
from argonaut.ledger.exact import add, multiply, subtract

By = Literal["strategy", "instrument", "tag", "user"]
RateOf = Callable[[str], Decimal | None]


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """What one strategy, instrument, tag or user did. Money in the account's quote asset.

    `realized` is net of `fees`. What was earned or paid in an asset without a price is in
    `unvalued`, net and in that asset's own units, and in no other field.
    """

    realized: Decimal = ZERO
    fees: Decimal = ZERO
    volume_quote: Decimal = ZERO
    slippage_quote: Decimal = ZERO  # positive is worse for us
    fills: int = 0
    round_trips: int = 0
    wins: int = 0
    unvalued: Mapping[str, Decimal] = {}

    @property
    def win_rate(self) -> float | None:
        """Fraction of the round trips that earned something after fees; None without any."""
        return self.wins / self.round_trips if self.round_trips else None


class Row:
    """Running sums of one strategy, instrument, tag and user, in the instrument's quote asset."""

    __slots__ = (
        "fees",
        "fills",
        "gross",
        "instrument_id",
        "quote",
        "round_trips",
        "slippage",
        "strategy_id",
        "tag",
        "unvalued",
        "user_id",
        "volume",
        "wins",
    )

    def __init__(
        self,
        strategy_id: StrategyId,
        instrument_id: InstrumentId,
        *,
        tag: str,
        user_id: str,
        quote: str,
    ) -> None:
        self.strategy_id = strategy_id
        self.instrument_id = instrument_id
        self.tag = tag
        self.user_id = user_id
        self.quote = quote
        self.gross = ZERO  # before fees
        self.fees = ZERO
        self.volume = ZERO
        self.slippage = ZERO
        self.fills = 0
        self.round_trips = 0
        self.wins = 0
        self.unvalued: dict[str, Decimal] = {}  # third-asset fees without a price, negative

    def count_fill(self, notional: Decimal, fee: Decimal, slippage: Decimal) -> None:
        """Count one fill, quote units."""
        self.fills += 1
        if slippage:
            self.slippage = add(self.slippage, slippage)
        self.volume = add(self.volume, notional)
        if fee:
            self.fees = add(self.fees, fee)

    def count_rest(self, notional: Decimal, fee: Decimal) -> None:
        """Count a part of a fill whose other part counted as the fill."""
        self.volume = add(self.volume, notional)
        if fee:
            self.fees = add(self.fees, fee)

    def count_round_trip(self, gross: Decimal, *, is_win: bool) -> None:
        """Count what a closing fill earned before fees."""
        self.gross = add(self.gross, gross)
        self.round_trips += 1
        self.wins += is_win

    def count_dust(self, gross: Decimal) -> None:
        """Count the cost of what was written off; no round trip of anyone's."""
        self.gross = add(self.gross, gross)

    @property
    def realized(self) -> Decimal:
        """What was earned after fees."""
        return subtract(self.gross, self.fees)

    def leave_unvalued(self, asset: str, fee: Decimal) -> None:
        """Keep a fee apart whose asset has no price."""
        self.unvalued[asset] = subtract(self.unvalued.get(asset, ZERO), fee)


def attribute(rows: Iterable[Row], by: By, rate_of: RateOf) -> dict[str, Attribution]:
    """Return sums per strategy, instrument, tag or user, sorted by name.

    Args:
        rows: The book's rows.
        by: What to sum over.
        rate_of: Price of an asset in the account's quote asset, 1 for that one itself, or None.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(_key(row, by), []).append(row)
    return {name: total(groups[name], rate_of) for name in sorted(groups)}


def total(rows: Iterable[Row], rate_of: RateOf) -> Attribution:
    """Return the sum of `rows` in the account's quote asset."""
    realized = fees = volume = slippage = ZERO
    fills = round_trips = wins = 0
    unvalued: dict[str, Decimal] = {}
    for row in rows:
        fills += row.fills
        round_trips += row.round_trips
        wins += row.wins
        for asset, amount in row.unvalued.items():
            unvalued[asset] = add(unvalued.get(asset, ZERO), amount)
        rate = rate_of(row.quote)
        if rate is None:
            unvalued[row.quote] = add(unvalued.get(row.quote, ZERO), row.realized)
            continue
        realized = add(realized, multiply(row.realized, rate))
        fees = add(fees, multiply(row.fees, rate))
        volume = add(volume, multiply(row.volume, rate))
        slippage = add(slippage, multiply(row.slippage, rate))
    return Attribution(
        realized=realized,
        fees=fees,
        volume_quote=volume,
        slippage_quote=slippage,
        fills=fills,
        round_trips=round_trips,
        wins=wins,
        unvalued=unvalued,
    )


def _key(row: Row, by: By) -> str:
    return {
        "strategy": row.strategy_id,
        "instrument": row.instrument_id,
        "tag": row.tag,
        "user": row.user_id,
    }[by]
