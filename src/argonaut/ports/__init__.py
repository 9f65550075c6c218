"""What the outside world is to us, on one page: the protocols the shells implement.

May import the domain only. The engine needs none of these; the loops around it do.
Start reading at `Venue` and `Journal`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

import msgspec

from argonaut.domain.event import Event
from argonaut.domain.ids import ClientOrderId, InstrumentId, VenueId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar, MarketEvent
from argonaut.domain.order import Order, OrderType, Report
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueBalances, VenueFill, VenueOrder

__all__ = [
    "MISTIMED",
    "NOT_SENT",
    "REACHED",
    "THROTTLED",
    "Alerter",
    "Capability",
    "Clock",
    "Feed",
    "Journal",
    "ListingVenue",
    "MarketStream",
    "Rng",
    "SimulatedVenue",
    "Venue",
    "VenueListener",
]

NOT_SENT = "not_sent"  # code of a Rejected whose order never left this machine
THROTTLED = "throttled"  # code of a Rejected of a venue that was asked too often
MISTIMED = "mistimed"  # code of a Rejected that came too late, or was signed with a wrong time
REACHED = "reached"  # code of a Rejected whose trigger price the market had passed already


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """What a venue can do by itself; the engine emulates the rest."""

    venue_id: VenueId
    order_types: frozenset[OrderType]
    has_oco: bool
    has_amend: bool
    has_reduce_only: bool
    allows_short: bool


class MarketStream(msgspec.Struct, frozen=True, kw_only=True):
    """Public market data a run wants from a venue: `timeframe_ns` of bars, else zero."""

    instrument_id: InstrumentId
    kind: Literal["bars", "trades", "quotes"]
    timeframe_ns: int = 0


class VenueListener(Protocol):
    """Who hears what a venue tells by itself. Called from the event loop, never re-entrantly."""

    def on_event(self, event: MarketEvent | Report) -> None:
        """Take market data, or a report on an order that carries an id; it may be a foreign one."""

    def on_stream(self, name: str, *, is_up: bool, detail: str) -> None:
        """Learn that a stream ("user", "market BTC/USDT@binance") is whole again, or is not.

        Up means subscribed and flowing; what was missed before that has to be asked for.
        """

    def on_hint(self, what: str) -> None:
        """Learn that the account changed in a way reports do not tell: reconcile soon."""

    def on_silence(self, for_ns: int, why: str) -> None:
        """Learn that the venue wants no request for so long: a throttle, or a ban."""

    def booked(self, client_order_id: ClientOrderId) -> Decimal | None:
        """Return the base units of a live order that are booked as filled; None: none such here.

        An order that is over with more executed is not told as over before that is told, too.
        """


class Venue(Protocol):
    """A place that takes orders over a network.

    Outcomes are values, never exceptions but `asyncio.CancelledError`. `submit` answers with
    Rejected where the venue certainly does not have the order (code `NOT_SENT` when no byte left)
    and with OutcomeUnknown where nobody can know; it never sends twice. Questions answer with
    NoAnswer when they were not answered.
    """

    capability: Capability
    lateness_ns: int  # this long after it was sent, an unseen request can no longer arrive

    def keep_silent(self, for_ns: int) -> None:
        """Send nothing for so long: before the last start ended the venue had asked for it."""

    async def open(self, listener: VenueListener) -> Sequence[Instrument]:
        """Check the account, learn rules and clock, start the streams; return the instruments.

        Raises:
            RefusedToStartError: A wrong key, one that may withdraw, a wrong host.
            ConnectionError, TimeoutError: The venue cannot be reached; worth another try.
        """

    async def close(self) -> None:
        """Stop streams and sessions. Orders stay as they are."""

    async def submit(self, order: Order, *, forbids: Callable[[], str] = str) -> Sequence[Report]:
        """Send an order whose intent is durable.

        `forbids` says why it must not leave, or nothing. It is asked in the turn of the first byte,
        which may be long after the call: a connection may have to be made. What it forbids comes
        back as `NOT_SENT`.
        """

    async def cancel(self, order: Order) -> Sequence[Report]:
        """Ask for an order to be taken out; nothing to report means: look it up."""

    async def find(self, order: Order) -> VenueOrder | NotFound | NoAnswer:
        """Look one order up, by client id and by venue id, in every service that could hold it."""

    async def open_orders(self) -> Sequence[VenueOrder] | NoAnswer:
        """Every live order of the account at our instruments, of every order service."""

    async def fills(
        self, instrument_id: InstrumentId, since_ns: int
    ) -> Sequence[VenueFill] | NoAnswer:
        """Every execution of the account from `since_ns` on, oldest first, all pages."""

    async def balances(self) -> VenueBalances | NoAnswer:
        """Everything the account has."""

    async def bars(
        self, instrument_id: InstrumentId, timeframe_ns: int, since_ns: int
    ) -> Sequence[Bar] | NoAnswer:
        """Completed bars that opened at `since_ns` or later, oldest first, to warm up with."""

    def clock_error_ns(self) -> int | None:
        """Bound on how wrong our idea of the venue's time is; None while it is unknown."""


@runtime_checkable
class ListingVenue(Protocol):
    """A venue that can be asked for an instrument it was not opened with."""

    async def learn(
        self, instrument_id: InstrumentId, *, is_held: bool = False
    ) -> Instrument | NotFound | NoAnswer:
        """Learn the rules of one instrument that trades; where `is_held`, whatever its status."""

    def tell(self, instrument_id: InstrumentId) -> None:
        """Tell the quotes of an instrument that was learnt, from now on."""


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
