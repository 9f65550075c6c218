"""What a live run believes, as reconciliation reads it: the engine's orders and books.

Orders the engine has forgotten are read back from the journal, so that an execution told a month
late still finds its order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, VenueOrderId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.domain.order import Denied, Order, OrderEvent, OrderStatus, Submitted
from argonaut.domain.record import Decision, OrderSent
from argonaut.domain.transitions import IllegalTransitionError, apply
from argonaut.engine.core import Engine
from argonaut.engine.ids import epoch_of
from argonaut.journal.body import body_of
from argonaut.runtime.recorder import LiveJournal


class Belief:
    """Implements `execution.reconcile.round.Ours` over an engine and its journal."""

    def __init__(
        self,
        engine: Engine,
        journal: LiveJournal,
        *,
        now_ns: Callable[[], int],
        clock_ns: Callable[[], int],
        sent_by_ns: Callable[[ClientOrderId], int | None],
        left_by_ns: Mapping[ClientOrderId, int],
        began_ns: int,
    ) -> None:
        self.gone: frozenset[InstrumentId] = frozenset()  # listed once, and at the venue no more
        self._engine = engine
        self._journal = journal
        self._now_ns = now_ns
        self._clock_ns = clock_ns
        self._sent_by_ns = sent_by_ns
        self._left_by_ns = left_by_ns
        self._began_ns = began_ns
        self._asked_with: Mapping[ClientOrderId, Decimal] = {}

    @property
    def instruments(self) -> Mapping[InstrumentId, Instrument]:
        """What the venue can be asked about; listings come while a run is on."""
        routes = self._engine.routes
        return {name: each.instrument for name, each in routes.items() if name not in self.gone}

    def note_asking(self) -> None:
        """Remember how much of each order is filled before the venue is asked."""
        self._asked_with = {name: each.filled for name, each in self.live.items()}

    @property
    def now_ns(self) -> int:
        """The time of inputs made here."""
        return self._now_ns()

    @property
    def clock_ns(self) -> int:
        """The time by which waits are counted: it goes on whatever the engine has been told."""
        return self._clock_ns()

    @property
    def live(self) -> Mapping[ClientOrderId, Order]:
        """Orders that may be at the venue."""
        held_here = {name for route in self._engine.routes.values() for name in route.local}
        held_here |= self._engine.desk.netting.kept.keys()
        return {
            name: order for name, order in self._engine.desk.live.items() if name not in held_here
        }

    @property
    def balances(self) -> Mapping[str, Decimal]:
        """Units of each asset that we think the venue has."""
        book = self._engine.book
        assets = dict.fromkeys(asset for _, asset in book.postings)
        return {asset: book.at_venue(asset) for asset in assets}

    def order(self, client_order_id: ClientOrderId) -> Order | None:
        """Return an order of ours, however old it is."""
        desk = self._engine.desk
        known = desk.live.get(client_order_id) or desk.closed.get(client_order_id)
        if known is not None or not self.is_ours(client_order_id):
            return known
        return stored_order(self._journal, client_order_id)

    def order_at_venue(
        self, instrument_id: InstrumentId, venue_order_id: VenueOrderId
    ) -> Order | None:
        """Return the order of ours that the venue calls so."""
        desk = self._engine.desk
        for orders in (desk.live, desk.closed):
            for order in orders.values():
                if order.venue_order_id == venue_order_id and order.instrument_id == instrument_id:
                    return order
        return None

    def has_booked(self, instrument_id: InstrumentId, fill_id: FillId) -> bool:
        """Whether the books have this execution."""
        return self._engine.book.has_booked(instrument_id, fill_id)

    def is_ours(self, client_order_id: ClientOrderId) -> bool:
        """Whether an id has the form of ours."""
        return epoch_of(client_order_id) is not None

    def held(self, instrument_id: InstrumentId) -> Decimal:
        """Base units all strategies together hold, signed."""
        return self._engine.book.position(instrument_id).quantity

    def sent_by_ns(self, client_order_id: ClientOrderId) -> int:
        """The latest time at which the request can have left; an earlier process ended by now."""
        here_ns = self._sent_by_ns(client_order_id)
        return self._left_by_ns.get(client_order_id, self._began_ns) if here_ns is None else here_ns

    def fresh_doubts(self) -> tuple[ClientOrderId, ...]:
        """Return the orders in doubt that no start has told of yet."""
        return tuple(
            name
            for name, order in self.live.items()
            if order.status is OrderStatus.UNKNOWN and name not in self._left_by_ns
        )

    def filled_when_asked(self, client_order_id: ClientOrderId) -> Decimal:
        """Base units that were filled when the round's first question left."""
        return self._asked_with.get(client_order_id, ZERO)


def stored_order(journal: LiveJournal, client_order_id: ClientOrderId) -> Order | None:
    """Return an order as its rows in the journal leave it; None when it was never meant.

    Raises:
        JournalBrokenError: A row is not what was written.
    """
    order: Order | None = None
    for row in journal.order_rows(client_order_id):
        body = body_of(row)
        meant: tuple[Order, ...] = ()
        if isinstance(body, Decision):
            meant = body.orders
        elif isinstance(body, OrderSent):
            meant = (body.order,)
        for each in meant:
            if each.client_order_id == client_order_id:
                order = _sent(each)
        if order is not None and isinstance(body, OrderEvent) and row.subject == client_order_id:
            order = _after(order, body)
    return order


def _sent(order: Order) -> Order:
    return apply(order, Submitted(client_order_id=order.client_order_id, event_ns=order.created_ns))


def _after(order: Order, event: OrderEvent) -> Order:
    if isinstance(event, Denied):
        return order  # it never left: nothing can be told of it
    try:
        return apply(order, event)
    except IllegalTransitionError:
        return order  # told and refused then, too
