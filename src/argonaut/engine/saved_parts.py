"""What parts of the engine keep over a restart: tries, ways out, protection, listings.

Apart from those parts, because states are decoded by these annotations and compiled modules keep
none.
"""

from __future__ import annotations

import msgspec

from argonaut.domain.command import AmendOrder
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import Order
from argonaut.engine.owing import Owing
from argonaut.execution.saved_guard import SavedGuard


class SavedTry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One holding that needs another try; `due_ns` is None while that try is under way."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    tries: int
    due_ns: int | None


class SavedExits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What waits: exits for the venue to let go, entries for exits, tries for their time."""

    waiting: list[Order]
    behind: list[Order]
    later: list[SavedTry]
    flattening: str
    owed: list[Owing] = []


class SavedWarden(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every guard, and what was asked of the venue without an answer."""

    serial: int
    number: int
    guards: list[SavedGuard]
    asked: list[tuple[AmendOrder, int]]


class Watched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An instrument that is waited for, and by whom."""

    from_ns: int
    until_ns: int
    strategies: tuple[StrategyId, ...]


class Listed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An instrument that came, and who has a seat at it."""

    instrument: Instrument
    strategies: tuple[StrategyId, ...]
