"""What the trader believes when a run is over, read from its engine as plain values."""

from __future__ import annotations

from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import OrderStatus
from argonaut.engine.core import Engine
from argonaut.rehearsal.simulation.evidence import Belief
from argonaut.rehearsal.simulation.fullness import fullness_of
from argonaut.runtime.live import LiveRun

NOTHING = Belief(is_ready=False, mode=TradingMode.RECOVERING.name)


def belief_of(run: LiveRun) -> Belief:
    """Return what a run believes now; one that has not come so far believes nothing."""
    if not run.has_engine:
        return NOTHING
    engine = run.engine
    book, live = engine.book, engine.desk.live
    assets = dict.fromkeys(asset for _, asset in book.postings)
    return Belief(
        is_ready=run.is_ready,
        mode=engine.account.mode.name,
        positions={
            each.instrument_id: each.quantity for each in book.positions() if each.quantity != ZERO
        },
        holdings={
            f"{each.strategy_id}|{each.instrument_id}": each.quantity
            for each in book.holdings()
            if each.quantity != ZERO
        },
        balances={asset: book.at_venue(asset) for asset in assets},
        residuals=book.residuals(),
        live=tuple(live),
        unknown=tuple(name for name, each in live.items() if each.status is OrderStatus.UNKNOWN),
        conditions=_conditions(engine),
        bounds=fullness_of(run),
    )


def _conditions(engine: Engine) -> tuple[str, ...]:
    everywhere = list(engine.modes.causes)
    local = [f"{cause} ({name})" for name, route in engine.routes.items() for cause in route.causes]
    return tuple(everywhere + local)


def instruments_of(run: LiveRun) -> tuple[Instrument, ...]:
    """Return the trading rules as the run has learned them."""
    if not run.has_engine:
        return ()
    return tuple(route.instrument for route in run.engine.routes.values())
