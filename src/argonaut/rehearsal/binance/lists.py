"""Endpoints of order lists: one cancels the other."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance import errors, filters
from argonaut.rehearsal.binance.errors import RefusalError, missing
from argonaut.rehearsal.binance.order_list import OrderList
from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.placing import Wanted
from argonaut.rehearsal.binance.records import WireOrder, result_row
from argonaut.rehearsal.binance.state import Call, VenueState
from argonaut.rehearsal.binance.symbols import Json, Symbol
from argonaut.rehearsal.binance.trading import cancel_with_list, canceled_list, draft
from argonaut.rehearsal.binance.words import Kind, RespType, Side, TimeInForce

_ABOVE, _BELOW = "above", "below"
_LIMITS = (Kind.LIMIT_MAKER, Kind.TAKE_PROFIT, Kind.TAKE_PROFIT_LIMIT)


def new_oco(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Take in two orders of which one ends the other."""
    symbol = state.symbol(parameters.symbol())
    side = parameters.word("side", Side, -1117, "Invalid side.")
    if side is None:
        raise missing("side")
    quantity = parameters.positive("quantity")
    list_client_id = parameters.client_id("listClientOrderId") or state.new_id()
    for ignored in ("newOrderRespType", "selfTradePreventionMode"):
        parameters.maybe(ignored)
    legs = [_leg(parameters, each, symbol, side, quantity) for each in (_ABOVE, _BELOW)]
    parameters.expect_read()
    _expect_pair(legs[0], legs[1], side)
    state.limits.enter_orders(2, call.now_ns)
    orders = [draft(state, each, call.now_ns) for each in legs]
    _expect_around(state, legs)
    is_open = state.matching.table.open_of(symbol.name)
    algos = sum(each.kind.is_algo for each in legs)
    filters.expect_room(symbol, is_open, orders=2, algo_orders=algos)
    for order in orders:
        state.matching.expect_place(order)
    if orders[0].client_id == orders[1].client_id:
        raise errors.rejected(errors.DUPLICATE)
    return _take_in(state, symbol, orders, list_client_id, call.now_ns)


def _take_in(
    state: VenueState,
    symbol: Symbol,
    orders: list[WireOrder],
    list_client_id: str,
    now_ns: int,
) -> Json:
    table = state.matching.table
    list_id = len(state.lists) + 1
    for order in orders:
        order.order_id, order.list_id = table.next_id(order.symbol), list_id
        table.add(order)  # both stand before either can fill
    listed = OrderList(
        list_id=list_id,
        client_id=list_client_id,
        symbol=symbol.name,
        order_ids=tuple(each.order_id for each in orders),
        created_ns=now_ns,
    )
    state.lists[list_id] = listed
    state.outbox.user(now_ns, listed.event(table.by_id[listed.symbol], now_ns))
    for order in sorted(orders, key=lambda each: not each.kind.is_algo):
        if order.status.is_open:
            state.matching.admit(order, now_ns)
    state.settle(now_ns)
    reports = [result_row(each) for each in orders]
    return {**listed.row(table.by_id[listed.symbol]), "orderReports": reports}


def _leg(parameters: Parameters, leg: str, symbol: Symbol, side: Side, quantity: Decimal) -> Wanted:
    fault = "Order type not supported in OCO."
    kind = parameters.word(f"{leg}Type", Kind, -1158, fault)
    if kind is None:
        raise missing(f"{leg}Type")
    if kind in (Kind.LIMIT, Kind.MARKET):
        raise RefusalError(-1158, fault)
    in_force = parameters.word(f"{leg}TimeInForce", TimeInForce, -1115, "Invalid timeInForce.")
    if in_force is None and kind.has_time_in_force:
        raise missing(f"{leg}TimeInForce")
    return Wanted(
        symbol=symbol,
        side=side,
        kind=kind,
        time_in_force=in_force or TimeInForce.GTC,
        quantity=quantity,
        quote_quantity=ZERO,
        price=parameters.positive(f"{leg}Price") if kind.has_price else ZERO,
        stop_price=parameters.positive(f"{leg}StopPrice") if kind.is_algo else ZERO,
        client_id=parameters.client_id(f"{leg}ClientOrderId"),
        resp_type=RespType.RESULT,
        self_trade_prevention="EXPIRE_MAKER",
        strategy={},
    )


def _expect_pair(above: Wanted, below: Wanted, side: Side) -> None:
    """Want a profit on one side of the price and a stop on the other.

    Raises:
        RefusalError: The two do not make a pair.
    """
    profits = [each.kind in _LIMITS for each in (above, below)]
    if all(profits):
        raise RefusalError(-1168, "At least one OCO order must be contingent.")
    if not any(profits):
        raise RefusalError(-1158, "Order type not supported in OCO.")
    profit_is_above = profits[0]
    if side is Side.SELL and not profit_is_above:
        raise RefusalError(-1166, "A limit order in a sell OCO must be above.")
    if side is Side.BUY and profit_is_above:
        raise RefusalError(-1165, "A limit order in a buy OCO must be below.")


def _expect_around(state: VenueState, legs: list[Wanted]) -> None:
    """Want the last price between the two."""
    last = state.tapes[legs[0].symbol.name].last_price
    above, below = ((each.stop_price or each.price) for each in legs)
    if last is not None and not below < last < above:
        raise errors.rejected(errors.BAD_OCO_PRICES)


def query_list(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer one list."""
    del call
    list_id = parameters.whole("orderListId")
    client_id = parameters.client_id("origClientOrderId")
    parameters.expect_read()
    listed = _found(state, list_id, client_id)
    return listed.row(state.matching.table.by_id[listed.symbol])


def _found(state: VenueState, list_id: int | None, client_id: str | None) -> OrderList:
    for listed in reversed(state.lists.values()):
        if listed.list_id == list_id or (list_id is None and listed.client_id == client_id):
            return listed
    raise RefusalError(-2018, "Order list does not exist.")


def open_lists(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer the lists that are not done."""
    del call
    parameters.expect_read()
    by_id = state.matching.table.by_id
    return [
        each.row(by_id[each.symbol])
        for each in state.lists.values()
        if each.is_open(by_id[each.symbol])
    ]


def all_lists(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer every list, from an id on."""
    del call
    from_id, limit = parameters.whole("fromId") or 0, parameters.limit(500, 1_000)
    for ignored in ("startTime", "endTime"):
        parameters.maybe(ignored)
    parameters.expect_read()
    by_id = state.matching.table.by_id
    found = [each for each in state.lists.values() if each.list_id >= from_id]
    return [each.row(by_id[each.symbol]) for each in found[:limit]]


def cancel_list(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Take out both orders of a list."""
    parameters.symbol()
    list_id = parameters.whole("orderListId")
    client_id = parameters.client_id("listClientOrderId")
    cancel_id = parameters.client_id("newClientOrderId") or state.new_id()
    parameters.expect_read()
    listed = _found(state, list_id, client_id)
    orders = state.matching.table.by_id[listed.symbol]
    alive = [orders[each] for each in listed.order_ids if orders[each].status.is_open]
    if not alive:
        raise errors.cancel_rejected()
    cancel_with_list(state, alive[0], cancel_id, call.now_ns)
    state.settle(call.now_ns)
    return canceled_list(state, listed.list_id)
