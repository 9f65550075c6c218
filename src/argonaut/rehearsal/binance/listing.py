"""Markets one can rehearse on without saying more than a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.binance.symbols import Symbol
from argonaut.rehearsal.market import WalkMarket


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A market's rules, and the price at which a walk begins."""

    symbol: Symbol
    start: Decimal

    def walk(self) -> WalkMarket:
        """Return how it walks: about a basis point a step, levels of about 10,000 quote units."""
        symbol = self.symbol
        level = 10_000 / self.start / symbol.step
        return WalkMarket(
            symbol=symbol.name,
            start=self.start,
            tick=symbol.tick,
            lot=symbol.step,
            step_ticks=max(int(self.start / symbol.tick / 10_000), 3),
            level_lots=max(int(level), 10),
        )


def _listed(base: str, quote: str, tick: str, step: str, start: str) -> Listed:
    symbol = Symbol(
        name=base + quote,
        base=base,
        quote=quote,
        tick=Decimal(tick),
        step=Decimal(step),
        price_min=Decimal(tick),
        quantity_min=Decimal(step),
        quantity_max=Decimal(step) * 900_000_000,
        market_quantity_max=Decimal(step) * 10_000_000,
    )
    return Listed(symbol=symbol, start=Decimal(start))


LISTED: Mapping[str, Listed] = {
    each.symbol.name: each
    for each in (
        _listed("BTC", "USDT", "0.01", "0.00001", "60000"),
        _listed("ETH", "USDT", "0.01", "0.0001", "3000"),
        _listed("BNB", "USDT", "0.01", "0.001", "600"),
        _listed("SOL", "USDT", "0.01", "0.001", "150"),
        _listed("XRP", "USDT", "0.0001", "0.1", "0.6"),
        _listed("ADA", "USDT", "0.0001", "0.1", "0.5"),
        _listed("DOGE", "USDT", "0.00001", "1", "0.12"),
    )
}
"""Grids as Binance had them in 2026, prices of no particular day."""


def listed(names: Sequence[str]) -> list[Listed]:
    """Return the markets of some names, each once.

    Raises:
        InvalidValueError: A name is not listed.
    """
    unknown = [name for name in names if name not in LISTED]
    if unknown or not names:
        raise InvalidValueError(f"want symbols among {', '.join(LISTED)}, not {unknown}")
    return [LISTED[name] for name in dict.fromkeys(names)]
