"""A closed piece of a position: what was paid, what was got, who did it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.number import ONE


class RoundTrip(msgspec.Struct, frozen=True, kw_only=True):
    """One closing fill matched with the average entry it closes.

    Prices quote per base, `quantity` base units, money in the instrument's quote asset.
    `pnl` is net of `fees`, which hold the entry's share and the exit's fee.
    """

    strategy_id: StrategyId
    instrument_id: InstrumentId
    is_long: bool
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    opened_ns: int
    closed_ns: int
    pnl: Decimal
    fees: Decimal
    tag: str = ""
    exit_tag: str = ""
    user_id: str = ""
    contract_size: Decimal = ONE

    @property
    def pnl_fraction(self) -> Decimal:
        """P&L over the entry's notional."""
        return self.pnl / (self.entry_price * self.quantity * self.contract_size)
