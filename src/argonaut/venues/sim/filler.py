"""Turns a match into a fill: how much, at what price, at what fee, and what it does to others."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Context, Decimal
from typing import Final

from argonaut.domain.ids import FillId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import (
    Amended,
    Canceled,
    Expired,
    Filled,
    Report,
    TimeInForce,
    Triggered,
)
from argonaut.venues.sim import errors
from argonaut.venues.sim.account import Account
from argonaut.venues.sim.fees import FeeModel
from argonaut.venues.sim.market import Market, Shown
from argonaut.venues.sim.orders import Orders
from argonaut.venues.sim.slippage import NoSlippage, SlippageModel
from argonaut.venues.sim.working import Stage, Working

_AT_LIMIT: Final = Stage.LIMIT
_AT_MARKET: Final = Stage.MARKET
_QUOTE: Final = Shown.QUOTE
_DOWN: Final = Context(prec=28, rounding=ROUND_FLOOR)
_FOK: Final = TimeInForce.FOK
_IOC: Final = TimeInForce.IOC


class Filler:
    """Every fill of the venue is made here, so every limit on a fill is kept here.

    A fill is never more than what is left of the order, what a reduce-only order may close, what
    the cash of a quote-sized order buys with its fee, what the account can pay for, and what
    participation leaves room for. All but the last end the order with a reason.
    """

    def __init__(
        self,
        orders: Orders,
        account: Account,
        *,
        fees: FeeModel,
        slippage: SlippageModel,
        name: str,
    ) -> None:
        self._orders = orders
        self._account = account
        self._fees = fees
        self._slippage = slippage
        self._name = name
        self._slips = not isinstance(slippage, NoSlippage)
        self._fills = 0

    # what may happen to an order

    def take(self, market: Market, working: Working, shown: Decimal, event_ns: int) -> list[Report]:
        """Fill as a taker at `shown` plus slippage; a limit is never passed."""
        room = market.room(is_buy=working.is_buy)
        price = self._disturbed(market, working, shown, room) if self._slips else shown
        return self._fill(market, working, price, shown, room, event_ns, is_maker=False)

    def make(self, market: Market, working: Working, price: Decimal, event_ns: int) -> list[Report]:
        """Fill as a maker at `price`."""
        room = market.room(is_buy=working.is_buy)
        return self._fill(market, working, price, price, room, event_ns, is_maker=True)

    def fire(self, market: Market, working: Working, price: Decimal, event_ns: int) -> list[Report]:
        """Trigger a stop at `price`: it takes at once, a stop-limit as far as its limit allows."""
        reports: list[Report] = [
            Triggered(client_order_id=working.order.client_order_id, event_ns=event_ns)
        ]
        limit = working.price
        working.has_arrived = True
        if limit is None:
            working.stage = _AT_MARKET
        else:
            working.stage = _AT_LIMIT
            if price > limit if working.is_buy else price < limit:
                return reports
        reports += self.take(market, working, price, event_ns)
        return reports

    def expire(self, working: Working, reason: str, event_ns: int) -> Report:
        """End an order by a rule."""
        self._orders.drop(working)
        return Expired(
            client_order_id=working.order.client_order_id, event_ns=event_ns, reason=reason
        )

    def cancel(self, working: Working, reason: str, event_ns: int) -> Report:
        """Take an order out."""
        self._orders.drop(working)
        return Canceled(
            client_order_id=working.order.client_order_id, event_ns=event_ns, reason=reason
        )

    # at what price

    def _disturbed(
        self, market: Market, working: Working, shown: Decimal, room: Decimal | None
    ) -> Decimal:
        """Return `shown` moved against us by the slippage model, on a tick, within a limit."""
        is_buy, instrument = working.is_buy, market.instrument
        volume, taken = market.impact_volume, 0.0
        if volume is not None:
            wanted = working.leaves  # before anything is clipped by price
            if working.quote_left is not None:
                wanted = min(wanted, working.quote_left / (shown * instrument.contract_size))
            taken = float(wanted if room is None or wanted <= room else room)
        offset = self._slippage.offset(
            shown, taken, volume=volume, spread_paid=market.shown is _QUOTE
        )
        if not offset:
            return shown
        moved = shown + offset if is_buy else shown - offset
        price = instrument.price_aggressive(moved, working.order.side)
        if price <= 0:
            price = instrument.tick_size
        limit = working.price
        if limit is not None and (price > limit if is_buy else price < limit):
            return limit
        return price

    # how much

    def _fill(
        self,
        market: Market,
        working: Working,
        price: Decimal,
        shown: Decimal,
        room: Decimal | None,
        event_ns: int,
        *,
        is_maker: bool,
    ) -> list[Report]:
        reach, why = working.leaves, ""
        if self._account.is_spot or working.order.reduce_only or working.quote_left is not None:
            reach, why = self._reach(market, working, price, is_maker=is_maker)
            if reach <= ZERO:
                return [self.expire(working, why, event_ns)]
        quantity = reach
        if room is not None and reach > room:
            quantity = market.instrument.quantity(room)
        time_in_force = working.order.time_in_force
        if time_in_force is _FOK and (
            quantity < reach or (quantity < working.leaves and working.quote_left is None)
        ):
            return [self.expire(working, errors.NOT_IN_FULL, event_ns)]

        reports: list[Report] = []
        if quantity:
            filled = self._execute(
                market, working, quantity, price, shown, event_ns, is_maker=is_maker
            )
            reports.append(filled)
            if room is not None:
                market.use(quantity, is_buy=working.is_buy)
            if working.order.oco_group:
                self._reduce_siblings(working, quantity, event_ns, reports)
        if not working.leaves:
            self._orders.drop(working)
        elif quantity == reach:
            reports.append(self.expire(working, why, event_ns))
        elif time_in_force is _IOC:
            reports.append(self.expire(working, errors.REST_OF_IMMEDIATE, event_ns))
        return reports

    def _reach(
        self, market: Market, working: Working, price: Decimal, *, is_maker: bool
    ) -> tuple[Decimal, str]:
        """The base units it could fill if the market had them, and why the rest never will."""
        instrument, is_buy, account = market.instrument, working.is_buy, self._account
        reach, why = working.leaves, ""
        if working.quote_left is not None:
            rate = self._fees.quote_rate(is_buy=is_buy, is_maker=is_maker)
            bought = _bought(instrument, working.quote_left, price, rate)
            if bought < reach:
                reach = bought
                why = errors.CASH_SPENT if working.filled or bought else errors.CASH_BELOW_LOT
        if working.order.reduce_only:
            position = account.balances.get(instrument.base, ZERO)
            closable = -position if is_buy else position
            if closable < reach:
                reach, why = instrument.quantity(max(closable, ZERO)), errors.NOTHING_TO_REDUCE
        if not account.is_spot or working.order.reduce_only:
            return reach, why  # what closes a position comes before what others reserve
        asset = instrument.quote if is_buy else instrument.base
        free = account.balances.get(asset, ZERO)
        if len(self._orders.by_id) > 1:
            free -= self._orders.reserved(asset, beside=working, group=working.order.oco_group)
        if is_buy:
            rate = self._fees.quote_rate(is_buy=True, is_maker=is_maker)
            rate = rate if rate > ZERO else ZERO
            if price * reach * instrument.contract_size * (ONE + rate) > free:
                return _bought(instrument, free, price, rate), errors.FUNDS_SPENT
        elif reach > free:
            return instrument.quantity(max(free, ZERO)), errors.FUNDS_SPENT
        return reach, why

    def _execute(
        self,
        market: Market,
        working: Working,
        quantity: Decimal,
        price: Decimal,
        shown: Decimal,
        event_ns: int,
        *,
        is_maker: bool,
    ) -> Filled:
        """Book one fill and tell it."""
        instrument, is_buy, account = market.instrument, working.is_buy, self._account
        notional = price * quantity * instrument.contract_size
        fee, fee_asset = self._fees.charge(
            instrument,
            quantity,
            notional,
            is_buy=is_buy,
            is_maker=is_maker,
            balances=account.balances,
        )
        account.settle(instrument, quantity, notional, fee, fee_asset, is_buy=is_buy)
        working.leaves -= quantity
        working.filled += quantity
        if working.quote_left is not None:
            paid = fee if fee_asset == instrument.quote else ZERO
            working.quote_left -= notional + paid
        self._fills += 1
        return Filled(
            client_order_id=working.order.client_order_id,
            event_ns=event_ns,
            fill_id=FillId(f"{self._name}-{self._fills}"),
            quantity=quantity,
            price=price,
            fee=fee,
            fee_asset=fee_asset,
            is_maker=is_maker,
            slippage_quote=ZERO
            if price is shown
            else abs(price - shown) * quantity * instrument.contract_size,
        )

    # what it does to others

    def _reduce_siblings(
        self, working: Working, quantity: Decimal, event_ns: int, reports: list[Report]
    ) -> None:
        """Leave no sibling more than the group has left: the largest leaves before, less this fill.

        So a stop over everything shrinks with each target, and targets over parts stand beside
        one another.
        """
        siblings = self._orders.siblings(working)
        left = max(working.leaves + quantity, *(each.leaves for each in siblings), ZERO) - quantity
        self._orders.note_group_fill(working.order.oco_group, left, event_ns)
        for sibling in siblings:
            reports += self.shrink(sibling, left, event_ns)

    def shrink(self, working: Working, left: Decimal, event_ns: int) -> list[Report]:
        """Cut an order to what its group has left, or take it out when that is nothing."""
        if working.leaves <= left:
            return []
        if left <= 0:
            return [self.cancel(working, errors.SIBLING_FILLED, event_ns)]
        working.leaves = left
        return [
            Amended(
                client_order_id=working.order.client_order_id,
                event_ns=event_ns,
                quantity=working.filled + left,
            )
        ]


def _bought(instrument: Instrument, quote: Decimal, price: Decimal, rate: Decimal) -> Decimal:
    """Return the whole lots that `quote` pays for at `price` with a fee of `rate`."""
    if quote <= 0:
        return ZERO
    return instrument.quantity(_DOWN.divide(quote, price * instrument.contract_size * (ONE + rate)))
