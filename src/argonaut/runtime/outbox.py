"""The outbox: what the engine wants sent, behind the journal and past a last look.

Everything asked for in one turn of the loop shares one commit, and no byte of it leaves before that
commit is durable. Then each request is a task of its own: a cancel never waits for an entry. An
order is sent once. What came of it (it never left, the venue refused it, nobody knows) goes back to
the engine as a report.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

from argonaut.domain.event import Event
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import Order, OrderRole, OutcomeUnknown, Rejected, Report
from argonaut.monitoring.logs import log_event
from argonaut.ports import NOT_SENT, Venue
from argonaut.runtime.clock import EngineClock
from argonaut.runtime.door import Door
from argonaut.runtime.recorder import Durable, Recorder
from argonaut.runtime.tasks import Tasks


class Hears(Protocol):
    """Who hears what the outbox learns."""

    def hear(self, event: Event) -> None:
        """Step the engine with what happened."""

    def watch(self, client_order_id: ClientOrderId) -> None:
        """Look an order up until its state is certain."""

    def on_commit(self, durable: Durable) -> None:
        """Learn where the rows of this turn are."""


class Outbox:
    """Owns every request that changes something at the venue."""

    def __init__(
        self,
        venue: Venue,
        recorder: Recorder,
        tasks: Tasks,
        clock: EngineClock,
        *,
        door: Door,
        hears: Hears,
    ) -> None:
        self.door = door
        self._venue = venue
        self._recorder = recorder
        self._tasks = tasks
        self._clock = clock
        self._hears = hears
        self._orders: dict[ClientOrderId, Order] = {}  # wait for the commit of this turn
        self._cancels: dict[ClientOrderId, Order] = {}
        self._sent_ns: dict[ClientOrderId, int] = {}  # when `submit` was called
        self._is_scheduled = False

    # what the engine wants

    def submit(self, order: Order) -> None:
        """Send an order after the commit of this turn."""
        self._orders[order.client_order_id] = order
        self.schedule()

    def cancel(self, order: Order) -> None:
        """Ask for an order to be taken out; one that has not left yet never will."""
        if self._orders.pop(order.client_order_id, None) is not None:
            self._refuse(order, "taken out before it was sent")
            return
        self._cancels[order.client_order_id] = order
        self.schedule()

    def schedule(self) -> None:
        """Have this turn of the loop end with a commit."""
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self.flush)

    # when it may have left

    def sent_by_ns(self, client_order_id: ClientOrderId) -> int | None:
        """Return when an order's request left at the latest; None when not in this process."""
        return self._sent_ns.get(client_order_id)

    def __len__(self) -> int:
        """Return of how many orders it is known when they left."""
        return len(self._sent_ns)

    def keep_only(self, live: Mapping[ClientOrderId, Order]) -> None:
        """Forget the times of orders that have ended."""
        self._sent_ns = {name: at for name, at in self._sent_ns.items() if name in live}

    # the turn's end

    def flush(self) -> None:
        """Commit what this turn has written, then let go what waits for it: cancels first."""
        self._is_scheduled = False
        durable = self._recorder.commit()
        cancels, orders = self._cancels, self._orders
        self._cancels, self._orders = {}, {}
        if not self.door.fence:
            for order in cancels.values():
                self._tasks.start(self._cancel(order), f"cancel {order.client_order_id}")
        closing = [each for each in orders.values() if each.role is not OrderRole.ENTRY]
        entries = [each for each in orders.values() if each.role is OrderRole.ENTRY]
        for order in (*closing, *entries):
            fault = self.door.fault(order, durable)
            if fault:
                log_event("order_stopped", level="ERROR", order=order.client_order_id, why=fault)
                self._refuse(order, fault)
            else:
                self._tasks.start(self._send(order), f"send {order.client_order_id}")
        self._hears.on_commit(durable)

    async def _send(self, order: Order) -> None:
        """Send an order, unless something has forbidden it since the commit.

        That is asked here, and once more when the adapter has its first byte ready: between the two
        a kill may have come.
        """
        fault = self.door.limit(order)
        if fault:
            self._refuse(order, fault)
            return
        name = order.client_order_id
        self._sent_ns[name] = self._clock.now_ns()
        self._hears.watch(name)
        try:
            reports = await self._venue.submit(order, forbids=partial(self.door.limit, order))
        except Exception as error:  # noqa: BLE001 - an adapter's bug must not lose an order
            log_event("venue_failed", level="ERROR", order=name, error=type(error).__name__)
            reports = (self._unknown(order, error),)
        self._tell(reports)

    async def _cancel(self, order: Order) -> None:
        try:
            reports = await self._venue.cancel(order)
        except Exception as error:  # noqa: BLE001 - as above; the look-up finds what it is now
            name = order.client_order_id
            log_event("venue_failed", level="ERROR", order=name, error=type(error).__name__)
            reports = ()
        self._tell(reports)
        self._hears.watch(order.client_order_id)

    def _unknown(self, order: Order, error: Exception) -> OutcomeUnknown:
        return OutcomeUnknown(
            client_order_id=order.client_order_id,
            event_ns=self._clock.now_ns(),
            reason=f"the adapter raised {type(error).__name__}",
        )

    def _tell(self, reports: Sequence[Report]) -> None:
        for report in reports:
            self._hears.hear(report)

    def _refuse(self, order: Order, reason: str) -> None:
        self._hears.hear(
            Rejected(
                client_order_id=order.client_order_id,
                event_ns=self._clock.now_ns(),
                code=NOT_SENT,
                reason=reason,
            )
        )
