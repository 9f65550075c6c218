"""Bugs in what lasts: limits that bind too little, stops that move away, memory without end."""

from __future__ import annotations

import asyncio
from typing import Any

from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Order
from argonaut.engine import audit, inbox
from argonaut.engine.desk import Desk
from argonaut.execution.guard import Guard
from argonaut.rehearsal.simulation.mutants.mutant import Mutant, instead
from argonaut.runtime.outbox import Outbox
from argonaut.venues.binance.limits import Window


def _only_killed(cancel: Any) -> Any:
    def lax(self: Desk, *where: Any) -> None:
        if self.account.mode is TradingMode.KILLED:
            cancel(self, *where)

    return lax


def _wanted_unless_killed(is_unwanted: Any) -> Any:
    def lax(desk: Desk, order: Order) -> bool:
        return desk.account.mode is TradingMode.KILLED and is_unwanted(desk, order)

    return lax


def _lingers(send: Any) -> Any:
    async def send_and_stay(self: Outbox, order: Order) -> None:
        await send(self, order)
        await asyncio.Event().wait()

    return send_and_stay


def _hoards(_: Any) -> Any:
    def forget(self: Window, mono_ns: int) -> None:
        kept_from = (mono_ns - self.window_ns) // self._slice_ns
        self.used = sum(units for number, units in self._slices if number >= kept_from)

    return forget


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
    Mutant(
        name="task left behind",
        says="a task stays for each order that was sent, and waits for nothing",
        patches=((Outbox, "_send", _lingers),),
    ),
    Mutant(
        name="use remembered for ever",
        says="what is out of a rate limit's window is not counted, and kept",
        patches=((Window, "forget", _hoards),),
    ),
)
