"""A listing sniper whose trader dies by SIGKILL at one moment, once. See `mortal_venue.py`."""

from __future__ import annotations

from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Quote
from argonaut.domain.signal import Enter
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals
from argonaut.strategies.listing_sniper import Hunt, ListingSniper, Params
from tests.faults.mortal_venue import die_at

__all__ = ["MortalSniper", "Params"]


class MortalSniper(ListingSniper):
    """Hunts, but for that moment."""

    def on_event(self, event: ExternalEvent, holding: Holding) -> Signals:
        """Die when an announcement is heard, which is in no journal yet; or begin a hunt."""
        die_at("heard")
        return super().on_event(event, holding)

    def on_quote(self, quote: Quote, holding: Holding) -> Signals:
        """Die while a coin is awaited, or when its first quote is here."""
        if self._hunts:
            die_at("awaited" if quote.instrument_id == self.instrument_id else "quoted")
        return super().on_quote(quote, holding)

    def _entry(self, name: InstrumentId, hunt: Hunt) -> Enter:
        """Die when a coin is to be bought, by a quote or by a timer."""
        die_at("decided")
        return super()._entry(name, hunt)

    def explain(self) -> str:
        """Say what it hunts; before, that it waits."""
        return super().explain() or "waits for announcements"
