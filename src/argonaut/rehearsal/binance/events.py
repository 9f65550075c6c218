"""The events of the user stream, and of the market streams, as Binance writes them.

Source: https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream, read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance.records import MS_NS, WireOrder, WireTrade
from argonaut.rehearsal.binance.symbols import Json, amount
from argonaut.rehearsal.binance.tape import PublicTrade, Tape, aggregate_row

Execution = Literal["NEW", "TRADE", "CANCELED", "EXPIRED"]


def execution_report(
    order: WireOrder,
    execution: Execution,
    execution_id: int,
    event_ns: int,
    trade: WireTrade | None = None,
) -> Json:
    """Return one step of an order."""
    event_ms = event_ns // MS_NS
    is_cancel = execution == "CANCELED"
    is_on_book = order.status.is_open and order.working_ns is not None
    report: Json = {
        "e": "executionReport",
        "E": event_ms,
        "s": order.symbol,
        "c": order.cancel_id if is_cancel else order.client_id,
        "S": order.side,
        "o": order.kind,
        "f": order.time_in_force,
        "q": amount(order.quantity),
        "p": amount(order.price),
        "P": amount(order.stop_price),
        "F": amount(ZERO),
        "g": order.list_id,
        "C": order.client_id if is_cancel else "",
        "x": execution,
        "X": order.status,
        "r": "NONE",
        "i": order.order_id,
        "l": amount(trade.quantity if trade else ZERO),
        "z": amount(order.executed),
        "L": amount(trade.price if trade else ZERO),
        "n": amount(trade.commission) if trade else "0",
        "N": trade.commission_asset if trade else None,
        "T": event_ms,
        "t": trade.trade_id if trade else -1,
        "I": execution_id,
        "w": is_on_book,
        "m": trade.is_maker if trade else False,
        "M": trade is not None,
        "O": order.created_ns // MS_NS,
        "Z": amount(order.quote_executed),
        "Y": amount(trade.quote_quantity if trade else ZERO),
        "Q": amount(order.quote_quantity),
        "V": order.self_trade_prevention,
    }
    if order.working_ns is not None:
        report["W"] = order.working_ns // MS_NS
    if order.strategy:
        report["j"] = order.strategy.get("strategyId", 0)
        report["J"] = order.strategy.get("strategyType", 0)
    if order.expiry is not None:
        report["eR"] = order.expiry
    return report


def account_position(
    balances: Mapping[str, tuple[Decimal, Decimal]], updated_ns: int, event_ns: int
) -> Json:
    """Return the absolute balances of the assets that were touched: (free, locked) each."""
    return {
        "e": "outboundAccountPosition",
        "E": event_ns // MS_NS,
        "u": updated_ns // MS_NS,
        "B": [
            {"a": asset, "f": amount(free), "l": amount(locked)}
            for asset, (free, locked) in balances.items()
        ],
    }


def balance_update(asset: str, delta: Decimal, event_ns: int) -> Json:
    """Return a deposit, a withdrawal or a transfer."""
    return {
        "e": "balanceUpdate",
        "E": event_ns // MS_NS,
        "a": asset,
        "d": amount(delta),
        "T": event_ns // MS_NS,
    }


def external_lock(asset: str, delta: Decimal, event_ns: int) -> Json:
    """Return an amount that is locked or freed for a reason outside of spot trading."""
    return {**balance_update(asset, delta, event_ns), "e": "externalLockUpdate"}


def stream_terminated(event_ns: int) -> Json:
    """Return the last event of a user stream that the venue ends."""
    return {"e": "eventStreamTerminated", "E": event_ns // MS_NS}


def server_shutdown(event_ns: int) -> Json:
    """Return the warning that the connection is about to end."""
    return {"e": "serverShutdown", "E": event_ns // MS_NS}


def trade_event(symbol: str, trade: PublicTrade, event_ns: int) -> Json:
    """Return a payload of the trade stream."""
    return {
        "e": "trade",
        "E": event_ns // MS_NS,
        "s": symbol,
        "t": trade.trade_id,
        "p": amount(trade.price),
        "q": amount(trade.quantity),
        "T": trade.event_ns // MS_NS,
        "m": trade.is_buyer_maker,
        "M": True,
    }


def aggregate_event(symbol: str, trade: PublicTrade, event_ns: int) -> Json:
    """Return a payload of the aggTrade stream."""
    return {"e": "aggTrade", "E": event_ns // MS_NS, "s": symbol, **aggregate_row(trade)}


def best_event(tape: Tape) -> Json:
    """Return a payload of the bookTicker stream: no event type and no time."""
    best = tape.best()
    return {
        "u": tape.update_id,
        "s": tape.symbol.name,
        "b": best["bidPrice"],
        "B": best["bidQty"],
        "a": best["askPrice"],
        "A": best["askQty"],
    }


def depth_event(tape: Tape, event_ns: int) -> Json:
    """Return a payload of the depth stream: what changed, ids U to u."""
    return {
        "e": "depthUpdate",
        "E": event_ns // MS_NS,
        "s": tape.symbol.name,
        **tape.changes(),
    }


def mini_ticker_event(tape: Tape, event_ns: int) -> Json:
    """Return a payload of the miniTicker stream."""
    day = tape.day(event_ns)
    return {
        "e": "24hrMiniTicker",
        "E": event_ns // MS_NS,
        "s": tape.symbol.name,
        "c": day["lastPrice"],
        "o": day["openPrice"],
        "h": day["highPrice"],
        "l": day["lowPrice"],
        "v": day["volume"],
        "q": day["quoteVolume"],
    }
