"""Endpoints that ask about the account: orders, executions, balances, fees.

Every answer goes through the lies the call is told, if any.
"""

from __future__ import annotations

from collections.abc import Iterable

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance import errors
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.lies import Lies
from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.records import MS_NS, WireOrder, WireTrade, order_row
from argonaut.rehearsal.binance.state import Call, VenueState
from argonaut.rehearsal.binance.symbols import Json, amount

_DAY_MS = 86_400_000


def query_order(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer one order, by venue id or client id."""
    symbol = state.symbol(parameters.symbol())
    order_id = parameters.whole("orderId")
    client_id = parameters.client_id("origClientOrderId")
    parameters.expect_read()
    if order_id is None and client_id is None:
        raise RefusalError(
            -1102,
            "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
        )
    found = state.matching.table.find(symbol.name, order_id=order_id, client_id=client_id)
    told = None if found is None else _told(found, call)
    if told is None:
        raise errors.no_such_order()
    return _row(told, call.lies)


def open_orders(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer the open orders of a symbol, or of all."""
    name = state.symbol(parameters.symbol()).name if parameters.has("symbol") else None
    parameters.expect_read()
    table = state.matching.table
    orders: Iterable[WireOrder] = table.open_of(name)
    if call.lies.stale_ns:
        orders = [each for each in table.all if name in (None, each.symbol)]
    told = [each for each in _all_told(orders, call) if each.status.is_open]
    most = call.lies.open_orders_max
    return [_row(each, call.lies) for each in (told if most is None else told[:most])]


def all_orders(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer the orders of a symbol, from an id on or within a day."""
    symbol = state.symbol(parameters.symbol())
    from_id = parameters.whole("orderId")
    start_ms, end_ms = _window(parameters)
    limit = parameters.limit(500, 1_000)
    parameters.expect_read()
    told = _all_told(state.matching.table.of_symbol(symbol.name), call)
    if from_id is not None:
        told = [each for each in told if each.order_id >= from_id]
    elif start_ms is not None or end_ms is not None:
        told = [each for each in told if _within(each.updated_ns, start_ms, end_ms)]
    else:
        return [_row(each, call.lies) for each in told[-limit:]]
    return [_row(each, call.lies) for each in told[:limit]]


def my_trades(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer the executions of a symbol: of one order, from an id on, or within a day."""
    symbol = state.symbol(parameters.symbol())
    order_id, from_id = parameters.whole("orderId"), parameters.whole("fromId")
    start_ms, end_ms = _window(parameters)
    limit = parameters.limit(500, 1_000)
    parameters.expect_read()
    if from_id is not None and (start_ms is not None or end_ms is not None):
        raise RefusalError(-1128, "Combination of optional parameters invalid.")
    latest_ns = call.now_ns - max(call.lies.stale_ns, call.lies.hidden_ns)
    found: list[WireTrade] = [
        each
        for each in state.matching.table.trades[symbol.name]
        if each.event_ns <= latest_ns
        and (order_id is None or each.order_id == order_id)
        and (from_id is None or each.trade_id >= from_id)
        and _within(each.event_ns, start_ms, end_ms)
    ]
    is_from_start = from_id is not None or start_ms is not None
    return [each.row() for each in (found[:limit] if is_from_start else found[-limit:])]


def account(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer every balance and what the account may do."""
    omits_zeros = parameters.maybe("omitZeroBalances") == "true"
    parameters.expect_read()
    assert call.key is not None, "a signed call has a key"
    rates = state.settings.commission
    splits = state.splits(call.now_ns - call.lies.stale_balances_ns)
    return {
        "makerCommission": int(rates.maker * 10_000),
        "takerCommission": int(rates.taker * 10_000),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": _rates(state),
        "canTrade": call.key.can_trade,
        "canWithdraw": call.key.can_withdraw,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": state.matching.updated_ns // MS_NS,
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": amount(free), "locked": amount(locked)}
            for asset, (free, locked) in splits.items()
            if free or locked or not omits_zeros
        ],
        "permissions": ["SPOT"],
        "uid": 354937868,
    }


def commission(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer the fees of a symbol."""
    del call
    symbol = state.symbol(parameters.symbol())
    parameters.expect_read()
    none = dict.fromkeys(("maker", "taker", "buyer", "seller"), amount(ZERO))
    rates = state.settings.commission
    return {
        "symbol": symbol.name,
        "standardCommission": _rates(state),
        "specialCommission": none,
        "taxCommission": none,
        "discount": {
            "enabledForAccount": bool(rates.bnb_prices),
            "enabledForSymbol": True,
            "discountAsset": "BNB",
            "discount": amount(rates.bnb_discount),
        },
    }


def order_usage(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer how many unfilled orders are counted."""
    parameters.expect_read()
    return state.limits.usage(call.now_ns)


def _rates(state: VenueState) -> Json:
    rates = state.settings.commission
    return {
        "maker": amount(rates.maker),
        "taker": amount(rates.taker),
        "buyer": amount(ZERO),
        "seller": amount(ZERO),
    }


def _told(order: WireOrder, call: Call) -> WireOrder | None:
    """Return an order as this answer knows it, None when it does not."""
    lies = call.lies
    if call.now_ns - order.created_ns < lies.hidden_ns:
        return None
    return order.as_of(call.now_ns - lies.stale_ns) if lies.stale_ns else order


def _all_told(orders: Iterable[WireOrder], call: Call) -> list[WireOrder]:
    return [told for each in orders if (told := _told(each, call)) is not None]


def _row(order: WireOrder, lies: Lies) -> Json:
    row = order_row(order)
    if lies.filled_share != 1:
        row["executedQty"] = amount(order.executed * lies.filled_share)
        row["cummulativeQuoteQty"] = amount(order.quote_executed * lies.filled_share)
    return row


def _window(parameters: Parameters) -> tuple[int | None, int | None]:
    """Return the time asked for, at most a day of it."""
    start_ms, end_ms = parameters.whole("startTime"), parameters.whole("endTime")
    if start_ms is not None and end_ms is not None:
        if end_ms < start_ms:
            raise RefusalError(-1102, "End time is before start time.")
        if end_ms - start_ms > _DAY_MS:
            raise RefusalError(-1127, "More than 24 hours between startTime and endTime.")
    return start_ms, end_ms


def _within(event_ns: int, start_ms: int | None, end_ms: int | None) -> bool:
    event_ms = event_ns // MS_NS
    return (start_ms is None or event_ms >= start_ms) and (end_ms is None or event_ms <= end_ms)
