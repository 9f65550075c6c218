"""What the outside world is to us, on one page: the protocols the shells implement.

May import the domain only. The engine needs none of these; the loops around it do.
Start reading at `Venue` and `Journal`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from decimal import Decimal
from typing import Protocol

import msgspec

from argonaut.domain.event import Event
from argonaut.domain.ids import ClientOrderId, InstrumentId, VenueId
from argonaut.domain.order import Order, OrderType, Report

__all__ = [
    "Alerter",
    "Capability",
    "Clock",
    "Feed",
    "Journal",
    "Rng",
    "SimulatedVenue",
    "Venue",
]


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """What a venue can do by itself; the engine emulates the rest."""

    venue_id: VenueId
    order_types: frozenset[OrderType]
    has_oco: bool
    has_amend: bool
    has_reduce_only: bool
    allows_short: bool


class Venue(Protocol):
    """A place that takes orders over a network. Outcomes come back as reports, not exceptions."""

    capability: Capability

    async def submit(self, order: Order) -> Sequence[Report]:
        """Send an order whose intent is durable; never resends."""

    async def cancel(
        self, client_order_id: ClientOrderId, instrument_id: InstrumentId
    ) -> Sequence[Report]:
        """Ask for an order to be taken out."""


class SimulatedVenue(Protocol):
    """A venue that is a pure function of its inputs: it answers at once, in simulated time."""

    capability: Capability

    def submit(self, order: Order, now_ns: int) -> Iterable[Report]:
        """Take an order."""

    def cancel(self, client_order_id: ClientOrderId, now_ns: int) -> Iterable[Report]:
        """Take an order out."""

    def amend(
        self,
        client_order_id: ClientOrderId,
        now_ns: int,
        *,
        quantity: Decimal | None = None,
        price: Decimal | None = None,
        trigger_price: Decimal | None = None,
    ) -> Iterable[Report]:
        """Change a resting order in place."""


class Feed(Protocol):
    """A source of events."""

    def events(self) -> AsyncIterator[Event]:
        """Yield events in the order they happened, until the source ends."""


class Journal(Protocol):
    """The append-only record of inputs and decisions; the truth."""

    def append(self, event_seq: int, event_ns: int, kind: str, subject: str, payload: bytes) -> int:
        """Buffer one row and return its sequence number."""

    def commit(self) -> None:
        """Return once every buffered row is durable."""

    @property
    def head(self) -> tuple[int, str]:
        """Sequence number and hash (hex) of the last row."""

    def close(self) -> None:
        """Commit and release the file."""


class Alerter(Protocol):
    """Tells a person. Never blocks trading."""

    def alert(self, level: str, event: str, **fields: str | int | Decimal) -> None:
        """Queue one alert."""


class Clock(Protocol):
    """Time as an input."""

    def wall_ns(self) -> int:
        """UTC nanoseconds."""

    def mono_ns(self) -> int:
        """Nanoseconds that never step back."""


class Rng(Protocol):
    """Chance as an input: seeded, so a run can be repeated."""

    def random(self) -> float:
        """Return a float in [0, 1)."""
