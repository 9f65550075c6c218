"""The state of an engine as JSON values, and back: books, orders, protection, what is waited for.

Indicators and unfinished longer bars are not in it: they come from market data. What is reserved by
orders is not either: it follows from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from argonaut.domain.command import Record
from argonaut.domain.ids import ClientOrderId, InstrumentId, StrategyId
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Filled, Order
from argonaut.domain.record import StrategyState
from argonaut.domain.signal import Protection
from argonaut.engine.route import Route, Seat
from argonaut.engine.saved_parts import SavedExits, SavedWarden
from argonaut.strategies.interface import Strategy

if TYPE_CHECKING:
    from argonaut.engine.core import Engine
    from argonaut.engine.desk import Desk


class SavedRoute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One instrument: its market as last seen, and what limits it."""

    price: float | None
    bid: float | None
    ask: float | None
    seen_ns: int
    bad_price_due_ns: int
    is_frozen: bool
    causes: dict[str, str]
    local: list[ClientOrderId]  # live orders held here, in the order they are looked at


class SavedDesk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every order that may still matter, in the order it came."""

    signals_taken: int
    live: list[Order]
    closed: list[Order]
    foreign: list[str]
    ended: list[ClientOrderId]
    entry_protection: dict[ClientOrderId, Protection]
    untold: list[tuple[Order, Filled | None]]
    exits: SavedExits
    warden: SavedWarden


class SavedSeat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One strategy at one instrument."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    is_paused: bool
    wake_ns: int | None
    state: dict[str, Any]


def write(engine: Engine) -> dict[str, Any]:
    """Return everything but what market data alone makes."""
    account = engine.account
    values: dict[str, Any] = msgspec.to_builtins(
        {
            "seq": engine.seq,
            "now_ns": engine.now_ns,
            "day": engine.day,
            "sample_due_ns": engine.sample_due_ns,
            "instant_ns": engine.instant_ns,
            "modes": engine.modes.save(),
            "signals_seen": engine.doorman.save(),
            "events_heard": engine.doorman.save_heard(),
            "equity": account.equity_tracker.save(),
            "order_rate": account.order_rate.save(),
            "listings": engine.listings.save(),
            "notices": engine.notices.save(),
            "book": engine.book.save(),
            "routes": {name: _saved_route(route) for name, route in engine.routes.items()},
            "seats": [_saved_seat(seat) for seat in _seats(engine)],
            "desk": _saved_desk(engine.desk),
            "scanner": {} if account.scanner is None else account.scanner.save(),
            "allocation": {} if account.allocator is None else account.allocator.save(),
        }
    )
    return values


def read(engine: Engine, state: Mapping[str, Any]) -> None:
    """Put back what `write` returned into an engine that has stepped nothing yet."""
    account = engine.account
    engine.seq = state["seq"]
    engine.now_ns = account.now_ns = state["now_ns"]
    engine.day, engine.instant_ns = state["day"], state["instant_ns"]
    engine.sample_due_ns = state["sample_due_ns"]
    engine.modes.load(state["modes"])
    engine.doorman.load(state["signals_seen"])
    engine.doorman.load_heard(state.get("events_heard", ()))  # snapshots of before have none
    account.equity_tracker.load(state["equity"])
    account.order_rate.load(state["order_rate"])
    if account.scanner is not None:
        account.scanner.load(state.get("scanner", {}))
    if account.allocator is not None:  # a snapshot of an older version has none
        account.allocator.load(state.get("allocation", {}))
    if "listings" in state:  # journals of before have none
        engine.listings.load(state["listings"])
    engine.notices.load(state.get("notices", ()))
    engine.book.load(state["book"])
    routes = msgspec.convert(state["routes"], dict[InstrumentId, SavedRoute])
    for name, saved in routes.items():
        _load_route(engine.routes[name], saved)
    seats = msgspec.convert(state["seats"], list[SavedSeat])
    states = {(each.strategy_id, each.instrument_id): each for each in seats}
    for seat in _seats(engine):
        _load_seat(engine, seat, states)
    _load_desk(engine.desk, msgspec.convert(state["desk"], SavedDesk))
    for name, saved in routes.items():
        route = engine.routes[name]
        route.local = {each: account.live[each] for each in saved.local}
        account.settle(route)


def row_of(strategy: Strategy) -> Record:
    """Return the journal row of what a strategy would want back after a restart."""
    body = StrategyState(
        strategy_id=strategy.strategy_id,
        instrument_id=strategy.instrument_id,
        state=strategy.save(),
    )
    return Record("strategy_state", strategy.strategy_id, body)


def _seats(engine: Engine) -> Iterator[Seat]:
    for route in engine.routes.values():
        yield from (seat for seat in route.seats if seat.home is seat)


def _saved_route(route: Route) -> SavedRoute:
    return SavedRoute(
        price=route.price,
        bid=route.bid,
        ask=route.ask,
        seen_ns=route.seen_ns,
        bad_price_due_ns=route.bad_price_due_ns,
        is_frozen=route.is_frozen,
        causes={cause: mode.name for cause, mode in route.causes.items()},
        local=list(route.local),
    )


def _load_route(route: Route, saved: SavedRoute) -> None:
    for name in ("price", "bid", "ask", "seen_ns", "bad_price_due_ns", "is_frozen"):
        setattr(route, name, getattr(saved, name))
    route.causes = {cause: TradingMode[mode] for cause, mode in saved.causes.items()}


def _saved_seat(seat: Seat) -> SavedSeat:
    return SavedSeat(
        strategy_id=seat.strategy.strategy_id,
        instrument_id=seat.strategy.instrument_id,
        is_paused=seat.is_paused,
        wake_ns=seat.wake_ns,
        state=seat.strategy.save(),
    )


def _load_seat(
    engine: Engine, seat: Seat, states: Mapping[tuple[StrategyId, InstrumentId], SavedSeat]
) -> None:
    strategy = seat.strategy
    saved = states.get((strategy.strategy_id, strategy.instrument_id))
    if saved is None:
        return  # a strategy that the config has since got begins as new
    strategy.load(saved.state)
    seat.wake_ns = saved.wake_ns
    if saved.is_paused:
        for at, each in engine.listings.seats_of(strategy):
            at.pause(each)


def _saved_desk(desk: Desk) -> SavedDesk:
    return SavedDesk(
        signals_taken=desk.signals_taken,
        live=list(desk.live.values()),
        closed=list(desk.closed.values()),
        foreign=list(desk.foreign),
        ended=list(desk.inbox.ended),
        entry_protection=dict(desk.entry_protection),
        untold=list(desk.untold),
        exits=desk.exits.save(),
        warden=desk.warden.save(),
    )


def _load_desk(desk: Desk, saved: SavedDesk) -> None:
    desk.signals_taken = saved.signals_taken
    for order in saved.live:
        desk.live[order.client_order_id] = order
        desk.account.order_changed(None, order)
    desk.closed.update((each.client_order_id, each) for each in saved.closed)
    desk.foreign.update(dict.fromkeys(saved.foreign))
    desk.inbox.ended.update(dict.fromkeys(saved.ended))
    desk.entry_protection.update(saved.entry_protection)
    desk.untold.extend(saved.untold)
    desk.exits.load(saved.exits)
    desk.warden.load(saved.warden)
