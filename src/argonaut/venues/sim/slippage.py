"""Slippage models: how far from the shown price a taker fills, always against us.

The venue rounds the result to a tick against us. It may lie beyond a bar's high or low: our own
order was not among those that made the bar.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from argonaut.domain.number import ZERO
from argonaut.venues.sim.errors import SimVenueError

_BPS: Final = Decimal("1e-4")
_MULTIPLE_MAX: Final = 1e6  # of the volume; beyond it the law says nothing
_IMPACT_DIGITS: Final = 9  # the impact is a float64 square root, taken to 1e-9 of the price


class SlippageModel(Protocol):
    """Prices the disturbance of one taker fill."""

    def offset(
        self, price: Decimal, quantity: float, *, volume: float | None, spread_paid: bool
    ) -> Decimal:
        """Return quote per base to move against us, >= 0.

        `quantity` is the fill's and `volume` the bar's, base units; `volume` is None where the
        fill is bounded by what was printed or shown. `spread_paid` is true when `price` is
        already the other side of a quote.
        """


class NoSlippage:
    """Offset = 0."""

    def offset(
        self, price: Decimal, quantity: float, *, volume: float | None, spread_paid: bool
    ) -> Decimal:
        """Return zero."""
        del price, quantity, volume, spread_paid
        return ZERO


@dataclass(frozen=True, slots=True)
class FixedBps:
    """Offset = price x `bps` / 10,000, on bars, trades and quotes alike."""

    bps: Decimal = Decimal(2)

    def __post_init__(self) -> None:
        """Refuse a gift."""
        _check("bps", self.bps)

    def offset(
        self, price: Decimal, quantity: float, *, volume: float | None, spread_paid: bool
    ) -> Decimal:
        """Return the offset by the formula of the class."""
        del quantity, volume, spread_paid
        return price * self.bps * _BPS


@dataclass(frozen=True, slots=True)
class SpreadPlusImpact:
    """Offset = price x (`half_spread_bps` + `impact_bps` x sqrt(quantity / volume)) / 10,000.

    The square-root law of market impact: Toth et al. 2011, "Anomalous price impact and the
    critical nature of liquidity in financial markets", Physical Review X 1, 021006. `impact_bps`
    is the impact of an order as large as the bar's whole volume, which the law puts near the
    bar's own volatility. Half the spread is left out when a quote's other side was paid; the
    impact is left out on trades and quotes, where a fill takes no more than was there.
    """

    half_spread_bps: Decimal = Decimal(1)
    impact_bps: Decimal = Decimal(20)

    def __post_init__(self) -> None:
        """Refuse a gift."""
        _check("half_spread_bps", self.half_spread_bps)
        _check("impact_bps", self.impact_bps)

    def offset(
        self, price: Decimal, quantity: float, *, volume: float | None, spread_paid: bool
    ) -> Decimal:
        """Return the offset by the formula of the class."""
        bps = ZERO if spread_paid else self.half_spread_bps
        if volume is not None and volume > 0.0 and self.impact_bps:
            root = math.sqrt(min(quantity / volume, _MULTIPLE_MAX))
            bps += self.impact_bps * Decimal(round(root * 10**_IMPACT_DIGITS)).scaleb(
                -_IMPACT_DIGITS
            )
        return price * bps * _BPS


def _check(name: str, value: Decimal) -> None:
    if not (value.is_finite() and 0 <= value < 10_000):
        raise SimVenueError(f"want 0 <= {name} < 10000, not {value}")
