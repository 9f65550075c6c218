"""What a strategy may answer: wishes of its own, with a reason in words."""

from __future__ import annotations

from typing import Any, Final

from argonaut.domain.event import ExternalEvent
from argonaut.domain.signal import Announce, Enter, Exit, Note, Protect, Skip, Watch
from argonaut.strategies.interface import Strategy

_WISHES: Final = (Enter, Exit, Protect, Skip, Announce, Watch, Note)
_TRADES: Final = frozenset({Enter, Exit})


def event_of(said: Announce, *, seq: int, now_ns: int) -> ExternalEvent:
    """Return the event a strategy tells of; input `seq` and its instrument make its id."""
    return ExternalEvent(
        event_ns=now_ns,
        event_id=f"{said.strategy_id}-{seq}-{said.instrument_id}",
        source=said.strategy_id,
        kind=said.kind,
        title=said.reason,
        symbols=(said.instrument_id.partition("/")[0],),
        published_ns=now_ns,
        priority=said.priority,
        payload=said.payload,
    )


def fault_of(wish: object, strategy: Strategy) -> str:
    """Return why an answer of a strategy is no wish of its own, or nothing."""
    if type(wish) not in _TRADES and not isinstance(wish, _WISHES):
        return f"want a wish such as Enter, Exit or Skip, not {wish!r}"
    said: Any = wish  # its fields may be anything: a constructor of msgspec checks none
    if said.strategy_id != strategy.strategy_id:
        return f"want a wish of {strategy.strategy_id}, not of {said.strategy_id!r}"
    if type(said.reason) is not str and not isinstance(said.reason, str):
        return f"want a reason in words, not {said.reason!r}"
    return ""
