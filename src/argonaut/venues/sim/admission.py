"""At the door of the venue: which orders are taken, and why the others are refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from argonaut.domain.grid import fault_of
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import Order, OrderStatus, OrderType, Side, TimeInForce
from argonaut.venues.sim import errors
from argonaut.venues.sim.account import Account
from argonaut.venues.sim.fees import FeeModel
from argonaut.venues.sim.market import Market
from argonaut.venues.sim.orders import Orders
from argonaut.venues.sim.rules import FillRules
from argonaut.venues.sim.working import STAGE_OF, Stage, Working

_AT_LIMIT: Final = Stage.LIMIT
_AT_MARKET: Final = Stage.MARKET
_AT_TRIGGER: Final = Stage.TRIGGER
_LIMIT: Final = OrderType.LIMIT
_STOP: Final = OrderType.STOP
_STOP_LIMIT: Final = OrderType.STOP_LIMIT
_TRAILING_STOP: Final = OrderType.TRAILING_STOP
Refusal = tuple[str, str]
"""A stable code and the reason in words."""

_BUY: Final = Side.BUY
_GTD: Final = TimeInForce.GTD
_MARKET: Final = OrderType.MARKET
_LIMITS: Final = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
_WANTED: Final = {
    _LIMIT: ("price",),
    _STOP: ("trigger_price",),
    _STOP_LIMIT: ("price", "trigger_price"),
    _TRAILING_STOP: ("trail_fraction",),
}
_AT_ONCE: Final = frozenset({TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK})
_RESTING: Final = frozenset({TimeInForce.GTC})


class Admission:
    """Checks in this order: id, type and fields, prices, filters, post-only, reduce-only, funds.

    Filters and funds are checked at the price the order is expected to fill: its limit, else its
    trigger, else what the market shows. Without any of them a market order is let in and checked
    when it fills.
    """

    def __init__(
        self, orders: Orders, account: Account, *, fees: FeeModel, rules: FillRules
    ) -> None:
        self._orders = orders
        self._account = account
        self._fees = fees
        self._rules = rules

    def admit(self, market: Market, order: Order, now_ns: int, active_ns: int) -> Working | Refusal:
        """Return the order as it works at the venue, or why it does not."""
        orders = self._orders
        if orders.has_seen(order.client_order_id):
            return errors.DUPLICATE_ID, f"{order.client_order_id} was sent before"
        is_buy, instrument = order.side is _BUY, market.instrument
        is_market = order.order_type is _MARKET
        fault: str | None = _market_fault(order) if is_market else _resting_fault(order)
        if fault:
            return errors.UNSUPPORTED, fault
        if is_market:
            reference = order.decision_price or market.reference(order, now_ns, is_buy=is_buy)
            price = reference
        else:
            reference = market.reference(order, now_ns, is_buy=is_buy)
            own = order.price if order.order_type in _LIMITS else order.trigger_price
            price = own or reference

        quantity, unit_cost = order.quantity, ZERO
        if price is not None and (is_buy or order.quote_quantity is not None):
            unit_cost = self._unit_cost(instrument, price, is_buy=is_buy)
            if order.quote_quantity is not None:
                quantity = min(quantity, instrument.quantity(order.quote_quantity / unit_cost))
        if price is not None:
            fault = fault_of(instrument, quantity, price)
        elif quantity <= 0:
            fault = f"want a quantity > 0, not {quantity}"
        if not (fault or is_market):
            fault = _grid_fault(instrument, order.price)
            fault = fault or _grid_fault(instrument, order.trigger_price)
        if fault:
            return errors.FILTER, fault
        working = Working(
            order,
            _AT_MARKET if is_market else STAGE_OF[order.order_type],
            is_buy=is_buy,
            seq=orders.seq + 1,
            active_ns=active_ns,
            leaves=order.quantity,
            reserve_rate=ZERO if order.reduce_only else unit_cost if is_buy else ONE,
            reference=reference,
            quote_left=order.quote_quantity,
        )
        if not is_market:
            self._set_prices(working, market)
        if (refusal := self._refusal(working, market, quantity, price)) is not None:
            return refusal
        return working

    def _unit_cost(self, instrument: Instrument, price: Decimal, *, is_buy: bool) -> Decimal:
        """Return the quote units one base unit costs at worst, a taker's fee included."""
        rate = self._fees.quote_rate(is_buy=is_buy, is_maker=False)
        return price * instrument.contract_size * (ONE + rate if rate > ZERO else ONE)

    def _set_prices(self, working: Working, market: Market) -> None:
        order, instrument = working.order, market.instrument
        if order.price is not None and order.order_type in _LIMITS:
            working.set_price(order.price, instrument, touch_fills=self._rules.touch_fills)
        if order.trigger_price is not None and working.stage is _AT_TRIGGER:
            working.set_trigger(order.trigger_price)
        if working.is_trailing and working.reference is not None:
            working.follow(float(working.reference), instrument)

    def _refusal(
        self, working: Working, market: Market, quantity: Decimal, price: Decimal | None
    ) -> Refusal | None:
        order, instrument, is_buy = working.order, market.instrument, working.is_buy
        if order.post_only and takes(working, working.reference):
            return errors.POST_ONLY, f"{order.price} would take at {working.reference}"
        if order.reduce_only:
            if not self._account.reducible(instrument, is_buy=is_buy):
                return errors.REDUCE_ONLY, f"no {instrument.base} to reduce"
        elif price is not None:
            cost = quantity * working.reserve_rate
            if order.quote_quantity is not None:
                cost = order.quote_quantity
            fault = self._account.shortfall(
                instrument, quantity, price, is_buy=is_buy, cost=cost, group=order.oco_group
            )
            if fault:
                return errors.FUNDS, fault
        return None

    def restored(self, market: Market, order: Order, now_ns: int) -> Working:
        """Return an order that was let in before, as it works now: nothing is asked again."""
        is_buy, instrument, kind = order.side is _BUY, market.instrument, order.order_type
        stage = STAGE_OF[kind]
        if stage is Stage.TRIGGER and (order.status is OrderStatus.TRIGGERED or order.filled):
            stage = Stage.LIMIT if kind is OrderType.STOP_LIMIT else Stage.MARKET
        own = order.price or order.trigger_price or order.decision_price
        unit_cost = ZERO if own is None else self._unit_cost(instrument, own, is_buy=is_buy)
        cash = order.quote_quantity
        working = Working(
            order,
            stage,
            is_buy=is_buy,
            seq=self._orders.seq + 1,
            active_ns=now_ns,
            leaves=order.leaves,
            reserve_rate=ZERO if order.reduce_only else unit_cost if is_buy else ONE,
            reference=own,
            quote_left=None if cash is None else max(cash - order.filled_quote, ZERO),
            filled=order.filled,
        )
        self._set_prices(working, market)
        working.has_arrived = stage is not Stage.MARKET
        return working

    def amend(
        self,
        working: Working,
        market: Market,
        *,
        quantity: Decimal | None,
        price: Decimal | None,
        trigger_price: Decimal | None,
    ) -> str:
        """Change an order if it would be let in as changed; return why not, "" when changed."""
        order, instrument, is_buy = working.order, market.instrument, working.is_buy
        if (price is not None and working.price is None) or (
            trigger_price is not None and working.stage is not _AT_TRIGGER
        ):
            return f"a {order.order_type.value} order {working.stage.name} has no such price"
        leaves = working.leaves if quantity is None else quantity - working.filled
        if leaves < 0 or (quantity is not None and quantity <= 0):
            return f"want quantity > 0 and >= {working.filled}, which is filled, not {quantity}"
        own = price or working.price or trigger_price or working.trigger or working.reference
        unit_cost = ZERO if own is None else self._unit_cost(instrument, own, is_buy=is_buy)
        fault = _grid_fault(instrument, price) or _grid_fault(instrument, trigger_price)
        if not fault and leaves and own is not None:
            fault = instrument.fault_of(working.filled + leaves, own) or ""
            if not (fault or order.reduce_only):
                fault = self._account.shortfall(
                    instrument,
                    leaves,
                    own,
                    is_buy=is_buy,
                    cost=leaves * unit_cost,
                    beside=working,
                    group=order.oco_group,
                )
        if fault:
            return fault
        if is_buy and not order.reduce_only:
            working.reserve_rate = unit_cost
        working.leaves = leaves
        if price is not None:
            working.set_price(price, instrument, touch_fills=self._rules.touch_fills)
            working.has_arrived = False  # a new price meets the market anew
        if trigger_price is not None:
            working.move_trigger(trigger_price)
        return ""


def takes(working: Working, shown: Decimal | None) -> bool:
    """Whether a limit order would take from a market that shows this price to its side."""
    limit = working.price
    if limit is None or shown is None or working.stage is not _AT_LIMIT:
        return False
    return shown <= limit if working.is_buy else shown >= limit


def _market_fault(order: Order) -> str:
    """Return what a market order has and may not have."""
    if order.time_in_force is _GTD:
        return f"a market order cannot be {order.time_in_force.value}"
    if order.post_only:
        return "a market order cannot be post-only"
    quote = order.quote_quantity
    if quote is not None and not (quote.is_finite() and quote > 0):
        return f"want a quote quantity > 0, not {quote}"
    return ""


def _resting_fault(order: Order) -> str:
    """Return what an order with a price or a trigger lacks, or has and may not have."""
    kind = order.order_type
    for name in _WANTED[kind]:
        value = getattr(order, name)
        if value is None or not (value.is_finite() and value > 0):
            return f"a {kind.value} order wants {name} > 0, not {value}"
    if order.quote_quantity is not None:
        return f"a {kind.value} order cannot be sized by quote quantity"
    allowed = _AT_ONCE if kind is _LIMIT else _RESTING
    if order.time_in_force not in allowed:
        return f"a {kind.value} order cannot be {order.time_in_force.value}"
    if kind is _TRAILING_STOP and not (order.trail_fraction or ONE) < ONE:
        return f"want trail_fraction < 1 (0.01 is one percent), not {order.trail_fraction}"
    if order.post_only and (kind is not _LIMIT or order.time_in_force not in _RESTING):
        return "post-only wants a limit order that rests"
    return ""


def _grid_fault(instrument: Instrument, price: Decimal | None) -> str:
    """Return why the venue would refuse a price of an order, "" when it would not."""
    if price is None:
        return ""
    if not (price.is_finite() and price > 0):
        return f"want a price > 0, not {price}"
    if price % instrument.tick_size:
        return f"price {price} is not a multiple of tick {instrument.tick_size}"
    if price < instrument.price_min:
        return f"price {price} is below the minimum {instrument.price_min}"
    if instrument.price_max is not None and price > instrument.price_max:
        return f"price {price} is above the maximum {instrument.price_max}"
    return ""
