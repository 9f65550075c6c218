"""The last look at an order as it will be sent, by nobody who decided about it (F25).

The gate has judged the wish. This judges the numbers that leave: what is wrong here is a bug
somewhere above, and an order that does not go is cheaper than one with a zero too many.
"""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import Order, OrderRole, OrderType

_NEEDS_PRICE = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
_NEEDS_TRIGGER = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})
_MOST = Decimal(10) ** 15
_TEN = Decimal(10)  # protection may lie far from the market, but not a digit away


def final_fault(
    order: Order, instrument: Instrument, market_price: Decimal | None, collar: Decimal
) -> str:
    """Return why an order must not leave, or nothing.

    `collar` is the fraction by which an entry's own prices may be away from the market.
    """
    if order.instrument_id != instrument.instrument_id:
        return f"an order for {order.instrument_id} meets the rules of {instrument.instrument_id}"
    return (
        _size_fault(order, instrument)
        or _price_fault(order, instrument)
        or _distance_fault(order, market_price, collar)
        or _notional_fault(order, instrument, market_price)
    )


def _size_fault(order: Order, instrument: Instrument) -> str:
    fault = _number_fault("quantity", order.quantity, instrument.lot_size)
    if fault:
        return fault
    if not order.quantity > order.filled:
        return f"want quantity above the {order.filled} filled, not {order.quantity}"
    if instrument.max_quantity is not None and order.quantity > instrument.max_quantity:
        return f"quantity {order.quantity} is above the maximum {instrument.max_quantity}"
    spend = order.quote_quantity
    return "" if spend is None else _number_fault("quote_quantity", spend, None)


def _number_fault(name: str, value: Decimal, step: Decimal | None) -> str:
    """Return why a number cannot stand in a request, or nothing."""
    if not (value.is_finite() and ZERO < value < _MOST):
        return f"want {name} > 0 and no more than people count to, not {value}"
    if step is not None and value % step:
        return f"{name} {value} is not a multiple of {step}"
    return ""


def _price_fault(order: Order, instrument: Instrument) -> str:
    if order.order_type in _NEEDS_PRICE and order.price is None:
        return f"a {order.order_type.value} order wants a price"
    if order.order_type in _NEEDS_TRIGGER and _has_no_level(order):
        return f"a {order.order_type.value} order wants a trigger_price"
    for name, price in _prices_sent(order):
        if fault := _number_fault(name, price, instrument.tick_size):
            return fault
    return ""


def _prices_sent(order: Order) -> list[tuple[str, Decimal]]:
    """Return the prices that leave with the order; one that has triggered keeps its level here."""
    sent = []
    if order.order_type in _NEEDS_PRICE and order.price is not None:
        sent.append(("price", order.price))
    if order.order_type in _NEEDS_TRIGGER and order.trigger_price is not None:
        sent.append(("trigger_price", order.trigger_price))
    return sent


def _has_no_level(order: Order) -> bool:
    return order.trigger_price is None and order.trail_fraction is None


def _distance_fault(order: Order, market_price: Decimal | None, collar: Decimal) -> str:
    is_entry = order.role is OrderRole.ENTRY
    if market_price is None:
        return "an entry wants a market price to be measured by" if is_entry else ""
    for name, price in _prices_sent(order):
        if is_entry and abs(price / market_price - ONE) > collar:
            return f"{name} {price} is more than {collar:%} from the market's {market_price}"
        if not market_price / _TEN < price < market_price * _TEN:
            return f"{name} {price} is a digit away from the market's {market_price}"
    return ""


def _notional_fault(order: Order, instrument: Instrument, market_price: Decimal | None) -> str:
    prices = [price for _, price in _prices_sent(order)]
    price = prices[0] if prices else market_price
    if price is None or instrument.max_notional is None:
        return ""
    notional = instrument.notional(order.quantity, price)
    if notional > instrument.max_notional:
        return f"notional {notional} is above the maximum {instrument.max_notional}"
    return ""
