"""Looks single orders up while nobody knows what became of them.

An order is asked about at 0.2, 0.5, 1, 2 and 5 seconds after it was sent and every 5 seconds from
then on, and at once when a silence is over or a stream is back, until its state is certain. Only
the rounds of the reconciler may give one up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import chain, count

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import Order, OrderStatus
from argonaut.domain.venue_view import NoAnswer, VenueFill, VenueOrder
from argonaut.execution.reconcile.order import brought_level, is_another, went_back
from argonaut.execution.reconcile.round import is_acknowledged
from argonaut.ports import Venue
from argonaut.runtime.belief import Belief
from argonaut.runtime.outbox import Hears, Outbox
from argonaut.runtime.questions import answered
from argonaut.runtime.tasks import Tasks

_AT_S = (0.2, 0.5, 1.0, 2.0, 5.0)
_EVERY_S = 5
_SECOND_NS = 1_000_000_000
_MARGIN_S = 0.1
_CANCEL_AGAIN_S = 1.0  # a cancel that long without effect is asked for again
_EARLIER_NS = 2_000_000_000  # executions are asked for from before the order was made
_UNCERTAIN = frozenset({OrderStatus.SUBMITTED, OrderStatus.UNKNOWN, OrderStatus.PENDING_CANCEL})


class Prober:
    """One task for each order in doubt."""

    def __init__(
        self,
        venue: Venue,
        belief: Belief,
        outbox: Outbox,
        tasks: Tasks,
        hears: Hears,
        *,
        hint: Callable[[], None],
    ) -> None:
        self._venue = venue
        self._belief = belief
        self._outbox = outbox
        self._tasks = tasks
        self._hears = hears
        self._hint = hint
        self._watched: dict[ClientOrderId, asyncio.Event] = {}  # set to have one looked up now

    def __len__(self) -> int:
        """Return how many orders are looked up."""
        return len(self._watched)

    def watch(self, client_order_id: ClientOrderId) -> None:
        """Look an order up until its state is certain."""
        if client_order_id not in self._watched:
            self._watched[client_order_id] = asyncio.Event()
            self._tasks.start(self._probe(client_order_id), f"probe {client_order_id}")
            bound_s = self._venue.lateness_ns / _SECOND_NS + _MARGIN_S
            loop = asyncio.get_running_loop()
            loop.call_later(bound_s, self._when_too_late, client_order_id)

    def watch_uncertain(self) -> None:
        """Look up every order in doubt."""
        for name, order in self._belief.live.items():
            if _is_uncertain(order):
                self.watch(name)

    def look_now(self) -> None:
        """Look each of them up at once: the venue could not be asked, and now it can."""
        for is_due in self._watched.values():
            is_due.set()

    def _when_too_late(self, name: ClientOrderId) -> None:
        """Have a round as soon as an order in doubt can no longer arrive: it may prove absence."""
        order = self._belief.live.get(name)
        if order is not None and _is_uncertain(order):
            self._hint()

    async def _probe(self, name: ClientOrderId) -> None:
        loop, is_due = asyncio.get_running_loop(), self._watched[name]
        try:
            before_s = 0.0
            for at_s in _times_s():
                alarm = loop.call_later(at_s - before_s, is_due.set)
                await is_due.wait()
                alarm.cancel()
                is_due.clear()
                before_s = at_s
                order = self._belief.live.get(name)
                if order is None or not _is_uncertain(order):
                    return
                await self._look(order, at_s)
        finally:
            self._watched.pop(name, None)

    async def _look(self, order: Order, at_s: float) -> None:
        name = order.client_order_id
        shown = await answered(self._venue.find(order), f"order {name}")
        if not isinstance(shown, VenueOrder):
            return
        fills = await self._unbooked(order, shown)
        now = self._belief.live.get(name)
        if now is None or is_another(now, shown) or went_back(shown, order.filled):
            return
        if shown.filled < now.filled:
            return  # the answer is older than what the stream has told since
        for each in brought_level(now, shown, fills, self._belief.now_ns):
            self._hears.hear(each)
        after = self._belief.live.get(name)
        if after is None or after.status is not OrderStatus.PENDING_CANCEL:
            return
        if at_s >= _CANCEL_AGAIN_S and not shown.status.is_final:
            self._outbox.cancel(after)

    async def _unbooked(self, order: Order, shown: VenueOrder) -> list[VenueFill]:
        """Return the executions of an order that the books lack."""
        if shown.filled <= order.filled:
            return []
        since_ns = order.created_ns - _EARLIER_NS
        question = self._venue.fills(order.instrument_id, since_ns)
        fills = await answered(question, f"fills of {order.instrument_id}")
        if isinstance(fills, NoAnswer):
            return []
        return [
            each
            for each in fills
            if each.venue_order_id == shown.venue_order_id
            and not self._belief.has_booked(each.instrument_id, each.fill_id)
        ]


def _is_uncertain(order: Order) -> bool:
    return order.status in _UNCERTAIN or not is_acknowledged(order)


def _times_s() -> Iterator[float]:
    """Yield when to ask, in seconds after the order was sent, for ever."""
    return chain(_AT_S, count(_AT_S[-1] + _EVERY_S, _EVERY_S))
