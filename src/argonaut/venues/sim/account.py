"""The balances of one simulated account, and what may be spent of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.venues.sim.errors import SimVenueError
from argonaut.venues.sim.orders import Orders
from argonaut.venues.sim.working import Working


class Account:
    """Balances by asset. A spot account owns what it sells; one that may short can owe.

    The position in an instrument is the balance of its base asset, so two instruments with one
    base share it.
    """

    def __init__(
        self,
        balances: Mapping[str, Decimal],
        orders: Orders,
        *,
        allow_short: bool,
        buying_power: Decimal | str | None,
    ) -> None:
        for asset, amount in balances.items():
            if not (amount.is_finite() and (amount >= 0 or allow_short)):
                raise SimVenueError(f"want a balance of {asset} >= 0, not {amount}")
        self.balances = dict(balances)
        self.is_spot = not allow_short
        self._buying_power = None if buying_power is None else _power(buying_power)
        self._orders = orders

    def settle(
        self,
        instrument: Instrument,
        quantity: Decimal,
        notional: Decimal,
        fee: Decimal,
        fee_asset: str,
        *,
        is_buy: bool,
    ) -> None:
        """Exchange base for quote and take the fee; a negative fee is a rebate."""
        balances, base, quote = self.balances, instrument.base, instrument.quote
        if is_buy:
            balances[base] = balances.get(base, ZERO) + quantity
            cash = balances.get(quote, ZERO) - notional
        else:
            balances[base] = balances.get(base, ZERO) - quantity
            cash = balances.get(quote, ZERO) + notional
        if fee_asset == quote:
            balances[quote] = cash - fee
        else:
            balances[quote] = cash
            balances[fee_asset] = balances.get(fee_asset, ZERO) - fee

    def available(self, asset: str, *, beside: Working | None = None, group: str = "") -> Decimal:
        """Return what no open order but `beside` and those of `group` reserves."""
        balance = self.balances.get(asset, ZERO)
        if not self._orders.by_id:
            return balance
        return balance - self._orders.reserved(asset, beside=beside, group=group)

    def reducible(self, instrument: Instrument, *, is_buy: bool) -> Decimal:
        """Return the base units a fill of that side could close, whole lots only."""
        position = self.balances.get(instrument.base, ZERO)
        closable = -position if is_buy else position
        return instrument.lots.floor(closable) if closable > ZERO else ZERO

    def shortfall(
        self,
        instrument: Instrument,
        quantity: Decimal,
        price: Decimal,
        *,
        is_buy: bool,
        cost: Decimal,
        beside: Working | None = None,
        group: str = "",
    ) -> str:
        """Return why an order of this size cannot be afforded, "" when it can.

        Spot: a buy wants `cost` quote units free, a sell `quantity` base units. An account that
        may short and has a buying power B wants, when the order enlarges the position,
        sum(|position| x last price) + open entries <= B x equity, all in this quote asset.
        """
        if self.is_spot:
            asset, want = (instrument.quote, cost) if is_buy else (instrument.base, quantity)
            free = self.available(asset, beside=beside, group=group)
            return f"want {want} {asset} free, not {free}" if want > free else ""
        if self._buying_power is None:
            return ""
        position = self.balances.get(instrument.base, ZERO)
        after = position + quantity if is_buy else position - quantity
        if abs(after) <= abs(position):
            return ""
        notional = abs(after) * price * instrument.contract_size
        return self._over_leverage(instrument, notional, price, beside)

    def _over_leverage(
        self, instrument: Instrument, notional: Decimal, price: Decimal, beside: Working | None
    ) -> str:
        assert self._buying_power is not None, "without a buying power there is no such limit"
        quote = instrument.quote
        equity = self.balances.get(quote, ZERO)
        exposure = notional
        for market in self._orders.markets.values():
            other = market.instrument
            is_this = other.instrument_id == instrument.instrument_id
            mark = price if is_this else market.mark()
            if other.quote != quote or mark is None:
                continue
            worth = self.balances.get(other.base, ZERO) * mark * other.contract_size
            equity += worth
            if not is_this:
                exposure += abs(worth)
            exposure += sum(
                (
                    each.entry_notional(mark, other.contract_size)
                    for each in market.orders.values()
                    if each is not beside
                ),
                ZERO,
            )
        limit = equity * self._buying_power
        if exposure <= limit:
            return ""
        return f"want exposure <= {limit} {quote} ({self._buying_power} x equity), not {exposure}"


def _power(written: Decimal | str) -> Decimal:
    try:
        power = Decimal(written)
    except InvalidOperation:
        power = ZERO
    if not (power.is_finite() and power > 0):
        raise SimVenueError(f"want buying_power > 0 (1 is no leverage), not {written}")
    return power
