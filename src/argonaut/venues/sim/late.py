"""Instruments of a recording that begin to trade later: nobody sees them before somebody asks.

Stands between the tape and the session. The first row of an instrument that is waited for lists it:
before that row the engine is told its rules, as a venue tells them when a coin goes live.
"""

from __future__ import annotations

from collections.abc import Iterable

from argonaut.domain.command import WatchInstrument
from argonaut.domain.event import InstrumentListed
from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.venues.sim.beside import Beside
from argonaut.venues.sim.session import Session


class LateListings:
    """Implements `feeds.tape.player.Listener` over a session."""

    def __init__(self, session: Session | Beside, instruments: Iterable[Instrument]) -> None:
        self._session = session
        self._hidden = {each.instrument_id: each for each in instruments}
        self._until_ns: dict[InstrumentId, int] = {}
        self.open = session.open
        self.feed = session.feed
        session.on_watch = self.watch

    def watch(self, command: WatchInstrument) -> None:
        """Let an instrument be seen from its next row on."""
        if command.instrument_id in self._hidden:
            before_ns = self._until_ns.get(command.instrument_id, 0)  # several may wait for it
            self._until_ns[command.instrument_id] = max(before_ns, command.until_ns)

    def bar(self, bar: Bar) -> None:
        """A bar is complete."""
        if bar.instrument_id not in self._hidden or self._list(bar.instrument_id, bar.event_ns):
            self._session.bar(bar)

    def trade(self, trade: Trade) -> None:
        """Somebody traded."""
        name = trade.instrument_id
        if name not in self._hidden or self._list(name, trade.event_ns):
            self._session.trade(trade)

    def quote(self, quote: Quote) -> None:
        """The best bid or offer changed."""
        name = quote.instrument_id
        if name not in self._hidden or self._list(name, quote.event_ns):
            self._session.quote(quote)

    def _list(self, name: InstrumentId, event_ns: int) -> bool:
        """List an instrument if somebody waits for it; return whether it trades now."""
        until_ns = self._until_ns.pop(name, None)
        if until_ns is None or event_ns > until_ns:
            return False
        instrument = self._hidden.pop(name)
        self._session.feed(InstrumentListed(event_ns=event_ns, instrument=instrument))
        return True
