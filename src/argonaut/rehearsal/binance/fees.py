"""What the venue charges: of the asset received, rounded down to eight decimals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal

import msgspec

from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO

_EIGHTH = Decimal("0.00000001")


class Commission(msgspec.Struct, frozen=True, kw_only=True):
    """Fee = `rate` x what was received, or in BNB at a discount while there is some.

    `bnb_prices` are quote units for one BNB, by quote asset; empty means BNB never pays. That
    Binance rounds down is not documented: a recorded account would tell.
    """

    maker: Decimal = Decimal("0.001")
    taker: Decimal = Decimal("0.001")
    bnb_prices: Mapping[str, Decimal] = {}
    bnb_discount: Decimal = Decimal("0.25")

    def quote_rate(self, *, is_buy: bool, is_maker: bool) -> Decimal:
        """Return zero: no fee comes on top of what an order locks."""
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
        """Return the fee of one execution and its asset."""
        rate = self.maker if is_maker else self.taker
        price = self.bnb_prices.get(instrument.quote)
        if price is not None:
            fee = _rounded(notional * rate * (ONE - self.bnb_discount) / price)
            if fee <= balances.get("BNB", ZERO):
                return fee, "BNB"
        if is_buy:
            return _rounded(quantity * rate), instrument.base
        return _rounded(notional * rate), instrument.quote


def _rounded(fee: Decimal) -> Decimal:
    return fee.quantize(_EIGHTH, ROUND_DOWN)
