"""Bugs in what lasts: limits that bind too little, and stops that do not stay where they were."""

from __future__ import annotations

from typing import Any

from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Order
from argonaut.engine import audit, inbox
from argonaut.engine.desk import Desk
from argonaut.execution.guard import Guard
from argonaut.rehearsal.simulation.mutants.mutant import Mutant, instead


def _only_killed(cancel: Any) -> Any:
    def lax(self: Desk, *where: Any) -> None:
        if self.account.mode is TradingMode.KILLED:
            cancel(self, *where)

    return lax


def _wanted_unless_killed(is_unwanted: Any) -> Any:
    def lax(desk: Desk, order: Order) -> bool:
        return desk.account.mode is TradingMode.KILLED and is_unwanted(desk, order)

    return lax


LASTING: tuple[Mutant, ...] = (
    Mutant(
        name="entries rest under a limit",
        says="a limit short of a kill leaves the entries that rest at the venue",
        patches=(
            (Desk, "cancel_entries", _only_killed),
            (Desk, "cancel_entries_at", _only_killed),
            (inbox, "is_unwanted", _wanted_unless_killed),
            (audit, "is_unwanted", _wanted_unless_killed),
        ),
    ),
    Mutant(
        name="stop loosened",
        says="a further entry takes the stop along, to wherever its own would be",
        patches=((Guard, "is_tighter", instead(lambda *_: True)),),
    ),
)
