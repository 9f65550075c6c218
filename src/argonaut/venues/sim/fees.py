"""Fee models: what a fill costs, and in which asset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Final, Protocol

from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO
from argonaut.venues.sim.errors import SimVenueError

_THIRD_ASSET_STEP: Final = Decimal("1e-8")


class FeeModel(Protocol):
    """Prices one fill."""

    def quote_rate(self, *, is_buy: bool, is_maker: bool) -> Decimal:
        """Return the most this side may be charged in quote, as a fraction of notional."""

    def charge(
        self,
        instrument: Instrument,
        quantity: Decimal,
        notional: Decimal,
        *,
        is_buy: bool,
        is_maker: bool,
        balances: Mapping[str, Decimal],
    ) -> tuple[Decimal, str]:
        """Return the fee and its asset; `balances` are those before the fill is booked."""


class NoFees:
    """Fee = 0 quote."""

    def quote_rate(self, *, is_buy: bool, is_maker: bool) -> Decimal:
        """Return zero."""
        del is_buy, is_maker
        return ZERO

    def charge(
        self,
        instrument: Instrument,
        quantity: Decimal,
        notional: Decimal,
        *,
        is_buy: bool,
        is_maker: bool,
        balances: Mapping[str, Decimal],
    ) -> tuple[Decimal, str]:
        """Return zero quote."""
        del quantity, notional, is_buy, is_maker, balances
        return ZERO, instrument.quote


@dataclass(frozen=True, slots=True)
class MakerTaker:
    """Fee = notional x rate, rate = `maker` for an order that rested, `taker` for one that took.

    `fee_asset` says in which coin: "quote"; "base_on_buy", the coin received (a buy pays
    quantity x rate in base, a sell pays in quote), as Binance and Bybit spot do; or the name of a
    third asset such as "BNB": notional x rate x (1 - `discount`) / `asset_prices[quote]`, rounded
    up to 1e-8. The third asset's price is fixed for the run; without a price for the quote, or
    without enough of the asset, the fill pays in quote at the full rate. A negative rate is a
    rebate. The default of 0.1 % is Binance spot's base level.
    """

    maker: Decimal = Decimal("0.001")
    taker: Decimal = Decimal("0.001")
    fee_asset: str = "quote"
    asset_prices: Mapping[str, Decimal] = field(default_factory=dict)
    discount: Decimal = Decimal("0.25")

    def __post_init__(self) -> None:
        """Refuse rates that could take more than the fill, and a third asset without a price."""
        for name in ("maker", "taker"):
            rate = getattr(self, name)
            if not (rate.is_finite() and -1 < rate < 1):
                raise SimVenueError(f"want -1 < {name} < 1 (0.001 is 10 bp), not {rate}")
        if not (self.discount.is_finite() and 0 <= self.discount < 1):
            raise SimVenueError(f"want 0 <= discount < 1, not {self.discount}")
        if self.is_third_asset and not self.asset_prices:
            raise SimVenueError(f"fees in {self.fee_asset} want asset_prices, quote units each")
        for quote, price in self.asset_prices.items():
            if not (price.is_finite() and price > 0):
                raise SimVenueError(f"want a price of {self.fee_asset} in {quote} > 0, not {price}")

    @property
    def is_third_asset(self) -> bool:
        """Whether fees are paid in a coin of their own."""
        return self.fee_asset not in ("quote", "base_on_buy")

    def quote_rate(self, *, is_buy: bool, is_maker: bool) -> Decimal:
        """Return the rate, or zero when a buy pays in base."""
        if is_buy and self.fee_asset == "base_on_buy":
            return ZERO
        return self.maker if is_maker else self.taker

    def charge(
        self,
        instrument: Instrument,
        quantity: Decimal,
        notional: Decimal,
        *,
        is_buy: bool,
        is_maker: bool,
        balances: Mapping[str, Decimal],
    ) -> tuple[Decimal, str]:
        """Return the fee by the formula of the class."""
        rate = self.maker if is_maker else self.taker
        if self.fee_asset == "quote":
            return notional * rate, instrument.quote
        if self.fee_asset == "base_on_buy":
            return (
                (quantity * rate, instrument.base)
                if is_buy
                else (notional * rate, instrument.quote)
            )
        price = self.asset_prices.get(instrument.quote)
        if price is not None:
            exact = notional * rate * (ONE - self.discount) / price
            fee = exact.quantize(_THIRD_ASSET_STEP, ROUND_CEILING)
            spare = balances.get(self.fee_asset, ZERO)
            if self.fee_asset == instrument.base and not is_buy:
                spare -= quantity
            elif self.fee_asset == instrument.quote and is_buy:
                spare -= notional
            if fee <= spare:
                return fee, self.fee_asset
        return notional * rate, instrument.quote
