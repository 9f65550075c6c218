"""The filters of a symbol, asked in the order in which the venue asks them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance.errors import filter_failure
from argonaut.rehearsal.binance.records import WireOrder
from argonaut.rehearsal.binance.symbols import Symbol
from argonaut.rehearsal.binance.table import algo_count
from argonaut.rehearsal.binance.words import Kind


def expect_allowed(
    symbol: Symbol, order: WireOrder, average: Decimal | None, open_orders: Sequence[WireOrder]
) -> None:
    """Refuse an order that breaks a rule of its symbol.

    `average` is the price of five minutes; without one the band and a market order's notional
    cannot be measured. A market order sized by quote is measured by what it may spend.

    Raises:
        RefusalError: -1013, naming the filter.
    """
    for price in (order.price, order.stop_price):
        if price and not _on_grid(price, symbol.tick, symbol.price_min, symbol.price_max):
            raise filter_failure("PRICE_FILTER")
    if average is not None and order.kind.has_price:
        low, high = average * symbol.percent_down, average * symbol.percent_up
        if not low <= order.price <= high:
            raise filter_failure("PERCENT_PRICE_BY_SIDE")
    if order.quantity and not _on_grid(
        order.quantity, symbol.step, symbol.quantity_min, symbol.quantity_max
    ):
        raise filter_failure("LOT_SIZE")
    if order.kind is Kind.MARKET and order.quantity > symbol.market_quantity_max > ZERO:
        raise filter_failure("MARKET_LOT_SIZE")
    notional = order.quote_quantity or _notional(order, average)
    if notional is not None:
        too_much = order.kind is not Kind.MARKET and notional > symbol.notional_max
        if notional < symbol.notional_min or too_much:
            raise filter_failure("NOTIONAL")
    expect_room(symbol, open_orders, orders=1, algo_orders=int(order.kind.is_algo))


def expect_room(
    symbol: Symbol, open_orders: Sequence[WireOrder], *, orders: int, algo_orders: int
) -> None:
    """Refuse more open orders than the symbol allows.

    Raises:
        RefusalError: -1013, naming the filter.
    """
    if len(open_orders) + orders > symbol.orders_max:
        raise filter_failure("MAX_NUM_ORDERS")
    if algo_orders and algo_count(open_orders) + algo_orders > symbol.algo_orders_max:
        raise filter_failure("MAX_NUM_ALGO_ORDERS")


def _on_grid(value: Decimal, step: Decimal, low: Decimal, high: Decimal) -> bool:
    return low <= value and (high == ZERO or value <= high) and not value % step


def _notional(order: WireOrder, average: Decimal | None) -> Decimal | None:
    if order.kind.has_price:
        return order.price * order.quantity
    return None if average is None else average * order.quantity
