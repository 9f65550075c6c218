"""How full what could grow without end is, and its bound: queues, caches and maps of one run (I26).

Meant for a quiet moment, when nothing is on its way: what is kept for an order under way is gone by
then, so that one thing left behind for each of them shows. The lag of the event loop is no part of
it: in virtual time a turn takes none.
"""

from __future__ import annotations

from collections.abc import Mapping

from argonaut.engine.core import Engine
from argonaut.engine.desk import CLOSED_KEPT, FOREIGN_KEPT
from argonaut.engine.inbox import ENDED_KEPT
from argonaut.runtime.live import LiveRun
from argonaut.venues.binance.adapter import BinanceSpot

_TASKS_MAX = 8  # beside those of orders that live: to reconcile, to watch the clock, to commit
_SENT_MAX = 40  # since the last round: what 80 % of the venue's limit lets go in ten seconds

Fullness = tuple[int, int]
"""How much there is, and how much there may be."""


def fullness_of(run: LiveRun) -> Mapping[str, Fullness]:
    """Return by name how full everything is that an order, a report or a timer adds to."""
    parts, live = run.parts, len(run.engine.desk.live)
    found = {
        **_of_engine(run.engine),
        "tasks": (len(run.tasks), _TASKS_MAX + live),
        "times of orders sent": (len(parts.outbox), _SENT_MAX + live),
        "orders looked up": (len(parts.prober), _TASKS_MAX + live),
        "timers": parts.loop.timers,
    }
    if isinstance(run.venue, BinanceSpot):
        found["parts of a rate limit"] = run.venue.limits_kept
    return found


def _of_engine(engine: Engine) -> Mapping[str, Fullness]:
    desk, holdings = engine.desk, sum(1 for _ in engine.book.holdings())
    live = len(desk.live)
    return {
        "orders that ended": (len(desk.closed), CLOSED_KEPT),
        "orders of others": (len(desk.foreign), FOREIGN_KEPT),
        "ends the venue showed": (len(desk.inbox.ended), ENDED_KEPT),
        "wishes for protection": (len(desk.entry_protection), CLOSED_KEPT + live),
        "protective orders of nobody": (len(desk.warden.fitter.orphans), live),
        "changes asked for": (len(desk.warden.fitter.asked), live),
        "guards": (len(desk.warden.guards), holdings),
        "exits that wait": (len(desk.exits.waiting), holdings),
        "exits that are owed": (len(desk.exits.owed.save()), holdings),
        "fills untold": (len(desk.untold), desk.untold.maxlen or 0),
    }
