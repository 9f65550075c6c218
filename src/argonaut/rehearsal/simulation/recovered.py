"""The state a journal determines, reached in several ways: as it was lived, and by recovery.

A process that ends leaves what it has just sent in doubt; so the lived state is taken, too.
Of the moment, and left out: prices, samples, and what no strategy was told yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from argonaut.domain.order import OrderStatus
from argonaut.engine.core import Engine
from argonaut.engine.recovery import SENT_UNSEEN, fold
from argonaut.journal.row import Row
from argonaut.runtime.live import LiveRun

_ON_ITS_WAY = {each.value for each in SENT_UNSEEN}
_LASTING = ("modes", "signals_seen", "book", "desk")
_OF_THE_MOMENT = {"desk": {"untold"}}


def states_of(run: LiveRun, rows: Sequence[Row]) -> dict[str, str]:
    """Return a hash of each; all are equal (I19).

    A run whose journal has failed knows more than its journal, and is not compared.
    """
    if not run.has_engine or run.recorder.failure is not None:
        return {}
    once = _recovered(run, rows)
    return {
        "lived": _hash(_in_doubt(run.engine.save())),
        "recovered": _hash(once.save()),
        "recovered again": _hash(_loaded(run, once.save()).save()),
    }


def _recovered(run: LiveRun, rows: Sequence[Row]) -> Engine:
    """Return an engine made from the last snapshot and what follows it."""
    start = max((place for place, row in enumerate(rows) if row.kind == "snapshot"), default=None)
    if start is None:
        engine = _new_engine(run)
        fold(engine, iter(rows))
    else:
        engine = _loaded(run, msgspec.json.decode(rows[start].payload))
        fold(engine, iter(rows[start + 1 :]))
    return engine


def _loaded(run: LiveRun, state: dict[str, Any]) -> Engine:
    engine = _new_engine(run)
    engine.load(msgspec.json.decode(msgspec.json.encode(state)))
    return engine


def _new_engine(run: LiveRun) -> Engine:
    instruments = [route.instrument for route in run.engine.routes.values()]
    return Engine(
        run.assembly.setup(run.venue.capability, instruments=instruments, epoch=run.epoch)
    )


def _in_doubt(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state as its process leaves it: what is on its way is of unknown fate from then on.

    What waits here for its trigger has the venue's id of an order that is held here.
    """
    desk = state["desk"]
    live = [
        {**each, "status": OrderStatus.UNKNOWN.value}
        if each.get("status") in _ON_ITS_WAY and "venue_order_id" not in each
        else each
        for each in desk["live"]
    ]
    return {**state, "desk": {**desk, "live": live}}


def _hash(state: dict[str, Any]) -> str:
    kept = {name: state[name] for name in _LASTING}
    for name, passing in _OF_THE_MOMENT.items():
        kept[name] = {key: value for key, value in kept[name].items() if key not in passing}
    return sha256(msgspec.json.encode(kept, order="deterministic")).hexdigest()
