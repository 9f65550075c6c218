"""Reads a new order out of a request: which parameters each type wants, refuses and ignores."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance.errors import RefusalError, missing, not_wanted
from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.records import WireOrder
from argonaut.rehearsal.binance.symbols import Symbol
from argonaut.rehearsal.binance.words import Kind, RespType, Side, TimeInForce

_STRATEGY_TYPE_MIN = 1_000_000
_PREVENTIONS = ("EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "NONE")
_BY_DEFAULT_FULL = (Kind.LIMIT, Kind.MARKET)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A new order as it was asked for; it has no id and no place yet."""

    symbol: Symbol
    side: Side
    kind: Kind
    time_in_force: TimeInForce
    quantity: Decimal  # zero when sized by quote
    quote_quantity: Decimal
    price: Decimal
    stop_price: Decimal
    client_id: str | None
    resp_type: RespType
    self_trade_prevention: str
    strategy: dict[str, int]

    def order(self, order_id: int, client_id: str, now_ns: int) -> WireOrder:
        """Return it as an order of the venue."""
        return WireOrder(
            order_id=order_id,
            symbol=self.symbol.name,
            client_id=client_id,
            side=self.side,
            kind=self.kind,
            time_in_force=self.time_in_force,
            quantity=self.quantity,
            quote_quantity=self.quote_quantity,
            price=self.price,
            stop_price=self.stop_price,
            created_ns=now_ns,
            updated_ns=now_ns,
            self_trade_prevention=self.self_trade_prevention,
            strategy=dict(self.strategy),
        )


def read_order(parameters: Parameters, symbol_of: Callable[[str], Symbol]) -> Wanted:
    """Return what is wanted.

    Raises:
        RefusalError: Something is missing, too much, malformed or senseless.
    """
    symbol = symbol_of(parameters.symbol())
    side = parameters.word("side", Side, -1117, "Invalid side.")
    if side is None:
        raise missing("side")
    kind = parameters.word("type", Kind, -1116, "Invalid orderType.")
    if kind is None:
        raise missing("type")
    quantity, quote_quantity = _size(parameters, kind)
    for name in ("icebergQty", "trailingDelta", "pegPriceType", "pegOffsetType", "pegOffsetValue"):
        if parameters.maybe(name) is not None:
            raise RefusalError(-1014, "Unsupported order combination.")
    return Wanted(
        symbol=symbol,
        side=side,
        kind=kind,
        time_in_force=_time_in_force(parameters, kind),
        quantity=quantity,
        quote_quantity=quote_quantity,
        price=_only_if(parameters, "price", wanted=kind.has_price),
        stop_price=_only_if(parameters, "stopPrice", wanted=kind.is_algo),
        client_id=parameters.client_id("newClientOrderId"),
        resp_type=_resp_type(parameters, kind),
        self_trade_prevention=_prevention(parameters),
        strategy=_strategy(parameters),
    )


def _size(parameters: Parameters, kind: Kind) -> tuple[Decimal, Decimal]:
    """Return base units and quote units; exactly one of them is above zero."""
    has_quantity, has_quote = parameters.has("quantity"), parameters.has("quoteOrderQty")
    if has_quote and kind is not Kind.MARKET:
        raise not_wanted("quoteOrderQty")
    if kind is Kind.MARKET and not (has_quantity or has_quote):
        raise RefusalError(
            -1102,
            "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!",
        )
    if has_quantity and has_quote:
        raise RefusalError(-1128, "Combination of optional parameters invalid.")
    if has_quote:
        return ZERO, parameters.positive("quoteOrderQty")
    return parameters.positive("quantity"), ZERO


def _only_if(parameters: Parameters, name: str, *, wanted: bool) -> Decimal:
    """Return a price that this type has to have, zero for one it may not have."""
    if wanted:
        return parameters.positive(name)
    if parameters.maybe(name) is not None:
        raise not_wanted(name)
    return ZERO


def _time_in_force(parameters: Parameters, kind: Kind) -> TimeInForce:
    sent = parameters.word("timeInForce", TimeInForce, -1115, "Invalid timeInForce.")
    if not kind.has_time_in_force:
        if sent is not None:
            raise not_wanted("timeInForce")
        return TimeInForce.GTC
    if sent is None:
        raise missing("timeInForce")
    return sent


def _resp_type(parameters: Parameters, kind: Kind) -> RespType:
    sent = parameters.word(
        "newOrderRespType",
        RespType,
        -1130,
        "Data sent for parameter 'newOrderRespType' is not valid.",
    )
    return sent or (RespType.FULL if kind in _BY_DEFAULT_FULL else RespType.ACK)


def _prevention(parameters: Parameters) -> str:
    sent = parameters.maybe("selfTradePreventionMode")
    if sent is not None and sent not in _PREVENTIONS:
        raise RefusalError(-1130, "Data sent for parameter 'selfTradePreventionMode' is not valid.")
    return sent or "EXPIRE_MAKER"


def _strategy(parameters: Parameters) -> dict[str, int]:
    sent = {name: parameters.whole(name) for name in ("strategyId", "strategyType")}
    strategy = {name: number for name, number in sent.items() if number is not None}
    if strategy.get("strategyType", _STRATEGY_TYPE_MIN) < _STRATEGY_TYPE_MIN:
        raise RefusalError(-1134, "strategyType was less than 1000000.")
    return strategy
