"""An order as the parameters of a request, and the last gate before its bytes leave.

The gate reads what was encoded, not what we meant (F25): ccxt sends a price of -5 as it is.
"""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import parse_qsl

from argonaut.domain.number import ZERO
from argonaut.domain.order import Order, OrderType, TimeInForce
from argonaut.venues.binance.capability import WORDS
from argonaut.venues.binance.rules import SymbolRules
from argonaut.venues.binance.settings import RECV_WINDOW_MAX_MS

_PLAIN = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
_CLIENT_ID = re.compile(r"[a-z0-9-]{1,32}")
_NUMBERS = ("quantity", "price", "stopPrice")
_ALWAYS = {
    "symbol",
    "side",
    "type",
    "quantity",
    "newClientOrderId",
    "newOrderRespType",
    "recvWindow",
    "timestamp",
    "signature",
}
_BY_TYPE = {
    "MARKET": _ALWAYS,
    "LIMIT": _ALWAYS | {"price", "timeInForce"},
    "LIMIT_MAKER": _ALWAYS | {"price"},
    "STOP_LOSS": _ALWAYS | {"stopPrice"},
    "STOP_LOSS_LIMIT": _ALWAYS | {"price", "stopPrice", "timeInForce"},
}


def parameters_of(order: Order, rules: SymbolRules) -> dict[str, str] | str:
    """Return the parameters that place `order`, or why it cannot be placed here."""
    word = WORDS.get(order.order_type)
    if order.post_only and order.order_type is OrderType.LIMIT:
        word = "LIMIT_MAKER"
    if word is None or word not in rules.order_types:
        return f"{rules.symbol} takes no {order.order_type.value} orders"
    if order.time_in_force is TimeInForce.GTD:
        return "Binance spot has no order that is good till a date"
    if order.post_only and (word != "LIMIT_MAKER" or order.time_in_force is not TimeInForce.GTC):
        return "want post_only on a resting limit order"
    parameters = {
        "symbol": rules.symbol,
        "side": order.side.name,
        "type": word,
        "quantity": _plain(order.quantity),
        "newClientOrderId": order.client_order_id,
        "newOrderRespType": "FULL",
    }
    wanted = _BY_TYPE[word]
    for name, value in (("price", order.price), ("stopPrice", order.trigger_price)):
        if name in wanted:
            if value is None:
                return f"want a {name} of a {order.order_type.value} order"
            parameters[name] = _plain(value)
    if "timeInForce" in wanted:
        parameters["timeInForce"] = order.time_in_force.name
    return parameters


def _plain(value: Decimal) -> str:
    return format(value, "f")


def fault_of_request(body: str, rules: SymbolRules) -> str | None:
    """Return why the encoded order in `body` must not leave, or None when it may."""
    pairs = parse_qsl(body, keep_blank_values=True)
    sent = dict(pairs)
    if len(sent) != len(pairs):
        return "a parameter comes twice"
    wanted = _BY_TYPE.get(sent.get("type", ""))
    if wanted is None or set(sent) != wanted:
        return f"a {sent.get('type')} order with the parameters {', '.join(sorted(sent))}"
    if sent["symbol"] != rules.symbol or sent["side"] not in {"BUY", "SELL"}:
        return f"an order to {sent['side']} {sent['symbol']} in place of {rules.symbol}"
    if not _CLIENT_ID.fullmatch(sent["newClientOrderId"]):
        return f"the client order id {sent['newClientOrderId']!r}"
    if not (sent["recvWindow"].isdigit() and 0 < int(sent["recvWindow"]) <= RECV_WINDOW_MAX_MS):
        return f"a receive window of {sent['recvWindow']} ms"
    if not (sent["timestamp"].isdigit() and sent["signature"]):
        return "no time or no signature"
    for name in _NUMBERS:
        if name in sent and not _PLAIN.fullmatch(sent[name]):
            return f"{name} {sent[name]!r}"
    return _fault_of_numbers(sent, rules)


def _fault_of_numbers(sent: dict[str, str], rules: SymbolRules) -> str | None:
    quantity = Decimal(sent["quantity"])
    instrument = rules.instrument
    prices = [Decimal(sent[name]) for name in ("price", "stopPrice") if name in sent]
    for price in prices:
        if price % instrument.tick_size:
            return f"price {price} is not a multiple of tick {instrument.tick_size}"
        if fault := instrument.fault_of(quantity, price):
            return fault
    if prices:
        return None
    lot = rules.market_lot_size or instrument.lot_size
    smallest = max(instrument.min_quantity, rules.market_min_quantity)
    largest = rules.market_max_quantity or instrument.max_quantity
    if quantity <= ZERO or quantity % lot or quantity % instrument.lot_size:
        return f"quantity {quantity} is not a multiple of lot {lot} above zero"
    if quantity < smallest or (largest is not None and quantity > largest):
        return f"quantity {quantity} is not within {smallest} and {largest}"
    return None
