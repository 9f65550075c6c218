"""The state of an engine as JSON values, and back.

Orders and what protects them, indicators and unfinished longer bars are not in it: they come from
replaying journal and tape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from argonaut.domain.mode import TradingMode
from argonaut.engine.route import Seat

if TYPE_CHECKING:
    from argonaut.engine.core import Engine


def write(engine: Engine) -> dict[str, Any]:
    """Return the books, the strategies' state and what the gate and the desk count."""
    account, routes = engine.account, engine.routes
    return {
        "seq": engine.seq,
        "now_ns": engine.now_ns,
        "day": engine.day,
        "sample_due_ns": engine.sample_due_ns,
        "instant_ns": engine.instant_ns,
        "modes": engine.modes.save(),
        "limited": {
            name: {cause: mode.name for cause, mode in route.causes.items()}
            for name, route in routes.items()
            if route.causes
        },
        "frozen": [name for name, route in routes.items() if route.is_frozen],
        "paused": [_name_of(seat) for seat in _seats(engine) if seat.is_paused],
        "signals_taken": engine.desk.signals_taken,
        "signals_seen": engine.doorman.save(),
        "strategies": {_name_of(seat): seat.strategy.save() for seat in _seats(engine)},
        "equity": account.equity_tracker.save(),
        "order_rate": account.order_rate.save(),
        "book": engine.book.save(),
    }


def read(engine: Engine, state: Mapping[str, Any]) -> None:
    """Put back what `write` returned into an engine that has stepped nothing yet."""
    account = engine.account
    engine.seq = state["seq"]
    engine.now_ns = account.now_ns = state["now_ns"]
    engine.day, engine.instant_ns = state["day"], state["instant_ns"]
    engine.sample_due_ns = state["sample_due_ns"]
    engine.modes.load(state["modes"])
    engine.desk.signals_taken = state["signals_taken"]
    engine.doorman.load(state["signals_seen"])
    account.equity_tracker.load(state["equity"])
    account.order_rate.load(state["order_rate"])
    engine.book.load(state["book"])
    for name, route in engine.routes.items():
        route.is_frozen = name in state["frozen"]
        limits = state["limited"].get(name, {})
        route.causes.update((cause, TradingMode[mode]) for cause, mode in limits.items())
        account.settle(route)
    for seat in _seats(engine):
        seat.strategy.load(state["strategies"][_name_of(seat)])
        if _name_of(seat) in state["paused"]:
            engine.routes[seat.strategy.instrument_id].pause(seat)


def _seats(engine: Engine) -> Iterator[Seat]:
    for route in engine.routes.values():
        yield from route.seats


def _name_of(seat: Seat) -> str:
    return f"{seat.strategy.strategy_id}|{seat.strategy.instrument_id}"
