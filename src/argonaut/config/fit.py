"""Whether strategies can live on the data: bars of a length they can be made of, trades, at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from argonaut.config.instruments import Stream
from argonaut.domain.aggregate import check_multiple
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId
from argonaut.domain.timeframe import format_timeframe
from argonaut.feeds.tape.columns import BarColumns, SignalRows, TradeColumns
from argonaut.ports import MarketStream
from argonaut.strategies.interface import Strategy


def feeds_of(streams: Sequence[Stream]) -> tuple[MarketStream, ...]:
    """Return what recordings bring, in the words of a venue's streams."""
    feeds: list[MarketStream] = []
    for each in streams:
        if isinstance(each, SignalRows):
            continue
        name = each.instrument_id
        if isinstance(each, BarColumns):
            bars = MarketStream(instrument_id=name, kind="bars", timeframe_ns=each.timeframe_ns)
            feeds.append(bars)
        elif isinstance(each, TradeColumns):
            feeds.append(MarketStream(instrument_id=name, kind="trades"))
        else:
            feeds.append(MarketStream(instrument_id=name, kind="quotes"))
    return tuple(feeds)


def base_timeframes(feeds: Sequence[MarketStream]) -> dict[InstrumentId, int]:
    """Return the length of each instrument's bars in nanoseconds."""
    return {each.instrument_id: each.timeframe_ns for each in feeds if each.kind == "bars"}


def misfits(strategies: Sequence[Strategy], feeds: Sequence[MarketStream]) -> list[str]:
    """Return why a strategy would wait for ever or could not be fed at all."""
    return [
        f"strategies.{each.strategy_id}: {said}"
        for each in strategies
        for said in (*_misfits_of(each, feeds), *_unheard(each, strategies))
    ]


def unknown_instrument(name: InstrumentId, known: Sequence[InstrumentId]) -> str:
    """Say that there is no data for an instrument, with the nearest name there is."""
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {_plain(near[0])!r}?" if near else f"; there are {_listed(known)}"
    return f"{_plain(name)} has no recording under data{hint}"


def _misfits_of(strategy: Strategy, feeds: Sequence[MarketStream]) -> Iterator[str]:
    name = strategy.instrument_id
    base_ns = base_timeframes(feeds).get(name)
    wanted = dict.fromkeys(strategy.timeframes_ns())
    for declared in strategy.declared:
        if declared.source == "bar":
            wanted[declared.timeframe_ns] = None
    if wanted and base_ns is None:
        yield f"wants bars, and {_plain(name)} has none under data"
    elif base_ns is not None:
        for timeframe_ns in wanted:
            if timeframe_ns and not _is_multiple(timeframe_ns, base_ns):
                yield (
                    f"wants bars of {format_timeframe(timeframe_ns)}, which cannot be made of "
                    f"the {format_timeframe(base_ns)} bars of {_plain(name)}"
                )
    wants_trades = any(declared.source == "trade" for declared in strategy.declared)
    if wants_trades and not _has_trades(name, feeds):
        yield f"wants trades, and {_plain(name)} has none under data"


def _unheard(strategy: Strategy, strategies: Sequence[Strategy]) -> Iterator[str]:
    """Say whom a strategy that lives on the wishes of others would listen to in vain."""
    if strategy.hears is None:
        return
    speakers = [
        each.strategy_id
        for each in strategies
        if each.instrument_id == strategy.instrument_id and each.hears is None
    ]
    name = _plain(strategy.instrument_id)
    for each in strategy.hears:
        if each not in speakers:
            yield f"listens to {each}, which is no other strategy at {name}"
    if not speakers:
        yield f"listens to other strategies, and there is none at {name}"


def _has_trades(name: InstrumentId, feeds: Sequence[MarketStream]) -> bool:
    return any(each.kind == "trades" and each.instrument_id == name for each in feeds)


def _is_multiple(timeframe_ns: int, base_ns: int) -> bool:
    try:
        check_multiple(timeframe_ns, base_ns)
    except InvalidValueError:
        return False
    return True


def _listed(names: Sequence[InstrumentId]) -> str:
    return ", ".join(_plain(each) for each in names) or "none"


def _plain(name: str) -> str:
    """Return the name as people write it in a config."""
    return name.partition("@")[0]
