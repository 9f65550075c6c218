"""Endpoints everybody may ask: rules, time, books, trades, klines and tickers."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from argonaut.domain.number import ZERO
from argonaut.rehearsal.binance.candles import INTERVALS
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.records import MS_NS
from argonaut.rehearsal.binance.state import Call, VenueState
from argonaut.rehearsal.binance.symbols import Json, amount
from argonaut.rehearsal.binance.tape import Tape, aggregate_row, trade_row
from argonaut.rehearsal.binance.words import SymbolStatus


def ping(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer that the venue is there."""
    del state, parameters, call
    return {}


def server_time(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer the venue's time."""
    del state, parameters
    return {"serverTime": call.now_ns // MS_NS}


def exchange_info(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer the rules of the symbols asked for, of all when none is named."""
    parameters.maybe("permissions")
    parameters.maybe("showPermissionSets")
    status = parameters.word("symbolStatus", SymbolStatus, -1122, "Invalid symbolStatus.")
    names = _symbols(state, parameters)
    symbols = [state.symbols[name] for name in names]
    return {
        "timezone": "UTC",
        "serverTime": call.now_ns // MS_NS,
        "rateLimits": state.limits.rules.told(),
        "exchangeFilters": [],
        "symbols": [each.info() for each in symbols if status in (None, each.status)],
    }


def depth(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer the book."""
    del call
    return state.tape(parameters.symbol()).depth(parameters.limit(100, 5_000))


def trades(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer the last trades."""
    del call
    tape, limit = state.tape(parameters.symbol()), parameters.limit(500, 1_000)
    return [trade_row(each) for each in list(tape.trades)[-limit:]]


def historical_trades(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer trades from an id on."""
    del call
    tape, limit = state.tape(parameters.symbol()), parameters.limit(500, 1_000)
    from_id = parameters.whole("fromId")
    if from_id is None:
        return [trade_row(each) for each in list(tape.trades)[-limit:]]
    return [trade_row(each) for each in tape.trades if each.trade_id >= from_id][:limit]


def aggregate_trades(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer aggregate trades from an id on, or within a time."""
    del call
    tape, limit = state.tape(parameters.symbol()), parameters.limit(500, 1_000)
    from_id = parameters.whole("fromId")
    start_ms, end_ms = parameters.whole("startTime"), parameters.whole("endTime")
    rows = list(tape.trades)
    if from_id is not None:
        rows = [each for each in rows if each.trade_id >= from_id]
    if start_ms is not None:
        rows = [each for each in rows if each.event_ns // MS_NS >= start_ms]
    if end_ms is not None:
        rows = [each for each in rows if each.event_ns // MS_NS <= end_ms]
    has_start = from_id is not None or start_ms is not None
    rows = rows[:limit] if has_start else rows[-limit:]
    return [aggregate_row(each) for each in rows]


def klines(state: VenueState, parameters: Parameters, call: Call) -> list[list[object]]:
    """Answer klines, oldest first, the last one still open."""
    tape = state.tape(parameters.symbol())
    interval = parameters.text("interval")
    if interval not in INTERVALS:
        raise RefusalError(-1120, "Invalid interval.")
    limit = parameters.limit(500, 1_000)
    start_ms, end_ms = parameters.whole("startTime"), parameters.whole("endTime")
    parameters.maybe("timeZone")
    tape.candles.roll(call.now_ns)
    rows = [
        each
        for each in tape.candles.of(interval)
        if (start_ms is None or each.open_ns // MS_NS >= start_ms)
        and (end_ms is None or each.open_ns // MS_NS <= end_ms)
    ]
    return [each.row() for each in (rows[-limit:] if start_ms is None else rows[:limit])]


def average_price(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer the average price of five minutes."""
    return state.tape(parameters.symbol()).average(call.now_ns)


def day_ticker(state: VenueState, parameters: Parameters, call: Call) -> Json | list[Json]:
    """Answer the rolling day of one symbol, of several or of all."""
    parameters.maybe("type")
    return _each(state, parameters, lambda tape: tape.day(call.now_ns))


def book_ticker(state: VenueState, parameters: Parameters, call: Call) -> Json | list[Json]:
    """Answer the best prices."""
    del call
    return _each(state, parameters, lambda tape: tape.best())


def price_ticker(state: VenueState, parameters: Parameters, call: Call) -> Json | list[Json]:
    """Answer the last price."""
    del call
    return _each(state, parameters, _last)


def _last(tape: Tape) -> Json:
    return {"symbol": tape.symbol.name, "price": amount(tape.last_price or ZERO)}


def _each(
    state: VenueState, parameters: Parameters, row: Callable[[Tape], Json]
) -> Json | list[Json]:
    """Return one row for `symbol`, else a list of them."""
    is_one = parameters.has("symbol")
    rows = [row(state.tapes[name]) for name in _symbols(state, parameters)]
    return rows[0] if is_one else rows


def _symbols(state: VenueState, parameters: Parameters) -> list[str]:
    """Return the names in `symbol` or `symbols`, a JSON list; all without either."""
    if parameters.has("symbol"):
        return [state.symbol(parameters.symbol()).name]
    written = parameters.maybe("symbols")
    if written is None:
        return list(state.symbols)
    try:
        names = msgspec.json.decode(written, type=list[str])
    except msgspec.DecodeError as error:
        raise RefusalError(-1130, "Data sent for parameter 'symbols' is not valid.") from error
    if len(set(names)) < len(names):
        raise RefusalError(-1151, "Symbol is present multiple times in the list.")
    return [state.symbol(name).name for name in names]
