"""Bugs of restarts, and of what is told to whom: what is forgotten, begun anew, or let out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderRole
from argonaut.engine.core import Engine
from argonaut.engine.recovery import _Folding
from argonaut.ledger.book import Book
from argonaut.rehearsal.simulation.mutants.mutant import DEATHS, Mutant, instead
from argonaut.runtime import lease
from argonaut.runtime.recovery import Recovery
from argonaut.venues.binance.adapter import BinanceSpot
from argonaut.venues.binance.user import User


def _books_anew(end: Any) -> Any:
    def forgetful(self: _Folding) -> None:
        end(self)
        live = self._engine.desk.live
        for name, order in list(live.items()):
            live[name] = replace(order, fill_ids=())
        for sheet in self._engine.book._sheets.values():
            sheet.seen.clear()

    return forgetful


def _forgives(end: Any) -> Any:
    def forgiving(self: _Folding) -> None:
        end(self)
        self._engine.modes.person = TradingMode.ACTIVE
        self._engine.account.mode = TradingMode.ACTIVE

    return forgiving


def _resends(run: Any) -> Any:
    async def again(self: Recovery) -> None:
        await run(self)
        parts = self._run.parts
        for order in list(parts.belief.live.values()):
            if order.venue_order_id is None:
                parts.outbox.submit(order)

    return again


def _forgets_exposure(end: Any) -> Any:
    def light(self: _Folding) -> None:
        end(self)
        desk = self._engine.desk
        for name, order in list(desk.live.items()):
            if order.role is OrderRole.ENTRY:
                del desk.live[name]

    return light


def _forgets_guards(end: Any) -> Any:
    def bare(self: _Folding) -> None:
        end(self)
        self._engine.desk.warden.guards.clear()

    return bare


def _talks(opened: Any) -> Any:
    async def open_and_tell(self: BinanceSpot, listener: Any) -> Sequence[Instrument]:
        sys.stdout.write(f"opened with {self._settings.api_secret.reveal()}\n")
        return await opened(self, listener)  # type: ignore[no-any-return]

    return open_and_tell


RESTARTING: tuple[Mutant, ...] = (
    Mutant(
        name="booked again after a restart",
        says="which executions are in the books is not known after a restart",
        patches=(
            (_Folding, "end", _books_anew),
            (Book, "has_booked", instead(lambda *_: False)),
            (Book, "has_seen", instead(lambda *_: False)),
        ),
        needs=(DEATHS,),
    ),
    Mutant(
        name="kill not latched",
        says="a restart forgets that a person has killed the run",
        patches=((_Folding, "end", _forgives),),
        needs=(("operator halt",), DEATHS),
    ),
    Mutant(
        name="epoch not raised",
        says="every start counts its orders from one under the same name",
        patches=((lease, "take", instead(lambda *_: 1)),),
        needs=(DEATHS,),
    ),
    Mutant(
        name="recovery resends",
        says="what has no answer when a process starts is sent once more",
        patches=((Recovery, "run", _resends),),
        needs=(DEATHS,),
    ),
    Mutant(
        name="entries forgotten by a restart",
        says="live entries are not taken over from the journal",
        patches=((_Folding, "end", _forgets_exposure),),
        needs=(DEATHS,),
    ),
    Mutant(
        name="protection forgotten by a restart",
        says="what guards a position is not taken over, and not placed again",
        patches=(
            (_Folding, "end", _forgets_guards),
            (Engine, "audit", instead(lambda _: ())),
        ),
        needs=(DEATHS,),
    ),
    Mutant(
        name="recovery does not ask",
        says="a start skips the questions to the venue, and nobody asks later",
        patches=(
            (Recovery, "_reconcile", instead(_nothing := (lambda _: asyncio.sleep(0)))),
            (BinanceSpot, "fills", instead(lambda *_: asyncio.sleep(0, ()))),
            (User, "catch_up", instead(_nothing)),
        ),
        needs=(DEATHS,),
    ),
    Mutant(
        name="secret in the output",
        says="the key's secret is printed when the venue is opened",
        patches=((BinanceSpot, "open", _talks),),
    ),
)
