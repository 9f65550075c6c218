"""Looks at the venue for instruments that somebody waits for, and tells their market data.

Far from the time at which one is expected it asks once a minute, near to it every second. The
engine is told the rules first, so no quote comes of an instrument that it does not know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from argonaut.domain.command import WatchInstrument
from argonaut.domain.event import InstrumentListed
from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.venue_view import NoAnswer
from argonaut.monitoring.logs import log_event
from argonaut.ports import ListingVenue, Venue
from argonaut.runtime.questions import answered
from argonaut.runtime.tasks import Tasks

_SECOND_NS: Final = 1_000_000_000
_NEAR_NS: Final = 10 * _SECOND_NS  # before it is expected
_NEAR_S: Final = 1.0
_FAR_S: Final = 60.0
_RESTORE_TRIES: Final = 30


class Lister:
    """One look-out for each instrument that is waited for."""

    def __init__(
        self,
        venue: Venue,
        tasks: Tasks,
        *,
        feed: Callable[[InstrumentListed], None],
        now_ns: Callable[[], int],
    ) -> None:
        self._venue = venue if isinstance(venue, ListingVenue) else None
        self._tasks = tasks
        self._feed = feed
        self._now_ns = now_ns
        self._wanted: dict[InstrumentId, WatchInstrument] = {}

    def watch(self, command: WatchInstrument) -> None:
        """Begin to look for an instrument; of one that is looked for the last word counts."""
        name = command.instrument_id
        if self._venue is None:
            log_event("listing_not_seen", level="WARNING", instrument=name)
            return
        is_looked_for = name in self._wanted
        self._wanted[name] = command
        if not is_looked_for:
            self._tasks.start(self._look(self._venue, name), f"listing {name}")

    async def _look(self, venue: ListingVenue, name: InstrumentId) -> None:
        while self._now_ns() <= self._wanted[name].until_ns:
            found = await answered(venue.learn(name), f"the rules of {name}")
            if isinstance(found, Instrument):
                self._feed(InstrumentListed(event_ns=self._now_ns(), instrument=found))
                venue.tell(name)
                break
            await asyncio.sleep(self._wait_s(self._wanted[name].from_ns))
        del self._wanted[name]

    def _wait_s(self, from_ns: int) -> float:
        left_ns = from_ns - _NEAR_NS - self._now_ns()
        return min(max(left_ns / _SECOND_NS, _NEAR_S), _FAR_S)

    async def restore(self, names: Iterable[InstrumentId]) -> list[InstrumentId]:
        """Have the venue know again what it listed in an earlier run; return what it has no more.

        Whatever its status is: an order or a position may be there.
        """
        gone = []
        for name in names:
            if self._venue is None or not await self._learn_again(self._venue, name):
                log_event("listing_gone", level="WARNING", instrument=name)
                gone.append(name)
        return gone

    async def _learn_again(self, venue: ListingVenue, name: InstrumentId) -> bool:
        for _ in range(_RESTORE_TRIES):
            found = await answered(venue.learn(name, is_held=True), f"the rules of {name}")
            if isinstance(found, Instrument):
                venue.tell(name)
                return True
            if not isinstance(found, NoAnswer):
                return False
            await asyncio.sleep(_NEAR_S)
        return False
