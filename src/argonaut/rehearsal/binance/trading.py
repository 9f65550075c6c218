"""Endpoints that change orders: new, test, cancel, cancel all."""

from __future__ import annotations

from decimal import Decimal

from argonaut.rehearsal.binance import errors, filters, ladder
from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.placing import Wanted, read_order
from argonaut.rehearsal.binance.records import (
    NO_LIST,
    WireOrder,
    ack_row,
    cancel_row,
    full_row,
    result_row,
)
from argonaut.rehearsal.binance.state import Call, VenueState
from argonaut.rehearsal.binance.symbols import Json
from argonaut.rehearsal.binance.words import Kind, RespType, Status

_ROWS = {RespType.ACK: ack_row, RespType.RESULT: result_row, RespType.FULL: full_row}


def new_order(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Take an order in, or refuse it with nothing changed."""
    wanted = read_order(parameters, state.symbol)
    parameters.expect_read()
    state.limits.enter_orders(1, call.now_ns)
    order = draft(state, wanted, call.now_ns)
    state.matching.expect_place(order)
    place(state, order, call.now_ns)
    state.settle(call.now_ns)
    return _ROWS[wanted.resp_type](order)


def try_order(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Check an order as far as the matching engine's door."""
    parameters.maybe("computeCommissionRates")
    wanted = read_order(parameters, state.symbol)
    parameters.expect_read()
    draft(state, wanted, call.now_ns)
    return {}


def draft(state: VenueState, wanted: Wanted, now_ns: int) -> WireOrder:
    """Return the order as it would be placed, once it has passed the filters.

    Raises:
        RefusalError: -1013, a filter.
    """
    symbol = wanted.symbol
    tape, table = state.tapes[symbol.name], state.matching.table
    client_id = wanted.client_id or state.new_id()
    order = wanted.order(0, client_id, now_ns)
    filters.expect_allowed(symbol, order, tape.average_price(), table.open_of(symbol.name))
    if order.quote_quantity:
        levels = tape.asks if order.is_buy else tape.bids
        order.quantity = ladder.quantity_for(levels, order.quote_quantity, symbol.step)
        if order.quantity < symbol.quantity_min:
            raise errors.rejected(
                "Order book liquidity is less than `LOT_SIZE` filter minimum quantity."
                if levels
                else "Order book liquidity is less than symbol minimum quantity."
            )
    return order


def place(state: VenueState, order: WireOrder, now_ns: int) -> None:
    """Give an order its id and let it in."""
    order.order_id = state.matching.table.next_id(order.symbol)
    state.matching.place(order, now_ns)
    if order.trades:
        state.limits.filled(now_ns)


def hand_order(
    state: VenueState,
    *,
    symbol: str,
    side: str,
    quantity: Decimal,
    price: Decimal | None,
    now_ns: int,
) -> WireOrder:
    """Place an order as a person does on the web page: same account, an id of the page's own.

    Raises:
        RefusalError: The venue refuses it.
    """
    pairs = [("symbol", symbol), ("side", side), ("quantity", f"{quantity:f}")]
    if price is None:
        pairs.append(("type", Kind.MARKET))
    else:
        pairs += [("type", Kind.LIMIT), ("price", f"{price:f}"), ("timeInForce", "GTC")]
    pairs.append(("newClientOrderId", f"web_{state.new_id()}"))
    order = draft(state, read_order(Parameters(pairs), state.symbol), now_ns)
    state.matching.expect_place(order)
    place(state, order, now_ns)
    state.settle(now_ns)
    return order


def cancel_order(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Take one order out, and with it the rest of its list."""
    symbol = state.symbol(parameters.symbol())
    order_id = parameters.whole("orderId")
    client_id = parameters.client_id("origClientOrderId")
    cancel_id = parameters.client_id("newClientOrderId") or state.new_id()
    restriction = parameters.maybe("cancelRestrictions")
    parameters.expect_read()
    if order_id is None and client_id is None:
        raise errors.RefusalError(
            -1102,
            "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
        )
    order = _open_order(state, symbol.name, order_id, client_id)
    if restriction is not None:
        _expect_unrestricted(order, restriction)
    cancel_with_list(state, order, cancel_id, call.now_ns)
    state.settle(call.now_ns)
    return cancel_row(order)


def _open_order(
    state: VenueState, symbol: str, order_id: int | None, client_id: str | None
) -> WireOrder:
    table = state.matching.table
    if order_id is not None:
        found = table.open.get((symbol, order_id))
    else:
        found = table.open_of_client(client_id or "")
    if found is None or found.symbol != symbol:
        raise errors.cancel_rejected()
    if client_id not in (None, found.client_id):
        raise errors.RefusalError(-2039, "Client order ID is not correct for this order ID.")
    return found


def _expect_unrestricted(order: WireOrder, restriction: str) -> None:
    if restriction not in ("ONLY_NEW", "ONLY_PARTIALLY_FILLED"):
        raise errors.RefusalError(
            -1145,
            "cancelRestrictions has to be either ONLY_NEW or ONLY_PARTIALLY_FILLED.",
        )
    wanted = Status.NEW if restriction == "ONLY_NEW" else Status.PARTIALLY_FILLED
    if order.status is not wanted:
        raise errors.cancel_rejected("Order was not canceled due to cancel restrictions.")


def cancel_with_list(state: VenueState, order: WireOrder, cancel_id: str, now_ns: int) -> None:
    """Take out an order and every sibling of its list."""
    siblings = state.matching.table.siblings(order)
    state.matching.cancel(order, cancel_id, now_ns)
    for each in siblings:
        state.matching.cancel(each, cancel_id, now_ns)
    if order.list_id != NO_LIST:
        state.matching.ended_lists[order.list_id] = None


def cancel_all(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Take out every open order of a symbol, lists included; -2011 when there is none."""
    symbol = state.symbol(parameters.symbol())
    parameters.expect_read()
    found = state.matching.table.open_of(symbol.name)
    if not found:
        raise errors.cancel_rejected()
    rows: list[Json] = []
    for order in found:
        if not order.status.is_open:
            continue
        cancel_with_list(state, order, state.new_id(), call.now_ns)
        if order.list_id == NO_LIST:
            rows.append(cancel_row(order))
        else:
            rows.append(canceled_list(state, order.list_id))
    state.settle(call.now_ns)
    return rows


def canceled_list(state: VenueState, list_id: int) -> Json:
    """Return a list that was taken out, with a report for each of its orders."""
    listed = state.lists[list_id]
    orders = state.matching.table.by_id[listed.symbol]
    reports = [cancel_row(orders[each]) for each in listed.order_ids]
    return {**listed.row(orders), "orderReports": reports}
