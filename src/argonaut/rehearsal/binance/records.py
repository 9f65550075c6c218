"""What the venue remembers of an order and of an execution, and how both are written as JSON."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance.symbols import Json, amount
from argonaut.rehearsal.binance.words import Expiry, Kind, Side, Status, TimeInForce

MS_NS = 1_000_000
NO_LIST = -1
_NO_FRACTION = "0.00000000"


class WireTrade(msgspec.Struct, frozen=True, kw_only=True):
    """One execution: `quantity` base units at `price`; `trade_id` ascends within its symbol."""

    trade_id: int
    order_id: int
    list_id: int
    symbol: str
    price: Decimal
    quantity: Decimal
    commission: Decimal
    commission_asset: str
    event_ns: int
    is_buyer: bool
    is_maker: bool

    @property
    def quote_quantity(self) -> Decimal:
        """Quote units exchanged."""
        return self.price * self.quantity

    def row(self) -> Json:
        """Return it as myTrades does."""
        return {
            "symbol": self.symbol,
            "id": self.trade_id,
            "orderId": self.order_id,
            "orderListId": self.list_id,
            "price": amount(self.price),
            "qty": amount(self.quantity),
            "quoteQty": amount(self.quote_quantity),
            "commission": amount(self.commission),
            "commissionAsset": self.commission_asset,
            "time": self.event_ns // MS_NS,
            "isBuyer": self.is_buyer,
            "isMaker": self.is_maker,
            "isBestMatch": True,
        }


class WireOrder(msgspec.Struct, kw_only=True):
    """One order, open or ended. `working_ns` is when it entered the book, None before that."""

    order_id: int
    symbol: str
    client_id: str
    side: Side
    kind: Kind
    time_in_force: TimeInForce
    quantity: Decimal
    created_ns: int
    updated_ns: int
    quote_quantity: Decimal = ZERO
    price: Decimal = ZERO
    stop_price: Decimal = ZERO
    list_id: int = NO_LIST
    status: Status = Status.NEW
    working_ns: int | None = None
    self_trade_prevention: str = "EXPIRE_MAKER"
    cancel_id: str = ""  # the id of the request that took it out
    expiry: Expiry | None = None
    trades: list[WireTrade] = []
    strategy: dict[str, int] = {}

    @property
    def is_buy(self) -> bool:
        """Whether it buys."""
        return self.side is Side.BUY

    @property
    def executed(self) -> Decimal:
        """Base units filled so far."""
        return sum((each.quantity for each in self.trades), ZERO)

    @property
    def quote_executed(self) -> Decimal:
        """Quote units exchanged so far."""
        return sum((each.quote_quantity for each in self.trades), ZERO)

    @property
    def leaves(self) -> Decimal:
        """Base units that may still fill."""
        return self.quantity - self.executed if self.status.is_open else ZERO

    @property
    def is_waiting(self) -> bool:
        """Whether it still waits for its stop price."""
        return self.kind.is_algo and self.working_ns is None and self.status.is_open

    @property
    def lock(self) -> Decimal:
        """What it keeps from being spent: quote units of a buy, base units of a sell."""
        return self.leaves * (self.price or self.stop_price) if self.is_buy else self.leaves

    def as_of(self, event_ns: int) -> WireOrder | None:
        """Return the order as it was then, None when it was not there yet."""
        if event_ns < self.created_ns:
            return None
        if event_ns >= self.updated_ns:
            return self
        trades = [each for each in self.trades if each.event_ns <= event_ns]
        was = Status.PARTIALLY_FILLED if trades else Status.NEW
        is_working = self.working_ns is not None and self.working_ns <= event_ns
        return msgspec.structs.replace(
            self,
            trades=trades,
            status=was,
            expiry=None,
            updated_ns=trades[-1].event_ns if trades else self.created_ns,
            working_ns=self.working_ns if is_working else None,
        )


def working_ms(order: WireOrder) -> int:
    """Return when it entered the book, -1 before."""
    return -1 if order.working_ns is None else order.working_ns // MS_NS


def order_row(order: WireOrder) -> Json:
    """Return an order as queries do."""
    row: Json = {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        "price": amount(order.price),
        "origQty": amount(order.quantity),
        "executedQty": amount(order.executed),
        "cummulativeQuoteQty": amount(order.quote_executed),
        "status": order.status,
        "timeInForce": order.time_in_force,
        "type": order.kind,
        "side": order.side,
        "stopPrice": amount(order.stop_price),
        "icebergQty": _NO_FRACTION,
        "time": order.created_ns // MS_NS,
        "updateTime": order.updated_ns // MS_NS,
        "isWorking": order.working_ns is not None,
        "workingTime": working_ms(order),
        "origQuoteOrderQty": amount(order.quote_quantity),
        "selfTradePreventionMode": order.self_trade_prevention,
        **order.strategy,
    }
    if order.expiry is not None:
        row["expiryReason"] = order.expiry
    return row


def ack_row(order: WireOrder) -> Json:
    """Return the least a new order is answered with."""
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        "transactTime": order.updated_ns // MS_NS,
    }


def result_row(order: WireOrder) -> Json:
    """Return a new order with what became of it."""
    row: Json = {
        **ack_row(order),
        "price": amount(order.price),
        "origQty": amount(order.quantity),
        "executedQty": amount(order.executed),
        "origQuoteOrderQty": amount(order.quote_quantity),
        "cummulativeQuoteQty": amount(order.quote_executed),
        "status": order.status,
        "timeInForce": order.time_in_force,
        "type": order.kind,
        "side": order.side,
        "workingTime": working_ms(order),
        "selfTradePreventionMode": order.self_trade_prevention,
        **order.strategy,
    }
    if order.kind.is_algo:
        row["stopPrice"] = amount(order.stop_price)
    if order.expiry is not None:
        row["expiryReason"] = order.expiry
    return row


def full_row(order: WireOrder) -> Json:
    """Return a new order with each of its executions."""
    fills = [
        {
            "price": amount(each.price),
            "qty": amount(each.quantity),
            "commission": amount(each.commission),
            "commissionAsset": each.commission_asset,
            "tradeId": each.trade_id,
        }
        for each in order.trades
    ]
    return {**result_row(order), "fills": fills}


def cancel_row(order: WireOrder) -> Json:
    """Return an order that was taken out by request."""
    row: Json = {
        "symbol": order.symbol,
        "origClientOrderId": order.client_id,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.cancel_id,
        "transactTime": order.updated_ns // MS_NS,
        "price": amount(order.price),
        "origQty": amount(order.quantity),
        "executedQty": amount(order.executed),
        "origQuoteOrderQty": amount(order.quote_quantity),
        "cummulativeQuoteQty": amount(order.quote_executed),
        "status": order.status,
        "timeInForce": order.time_in_force,
        "type": order.kind,
        "side": order.side,
        "selfTradePreventionMode": order.self_trade_prevention,
        **order.strategy,
    }
    if order.kind.is_algo:
        row["stopPrice"] = amount(order.stop_price)
    return row
