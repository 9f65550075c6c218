"""The last door before the network: what may leave, judged at the moment it would.

The gate judged the wish some time ago. Since then somebody may have pressed kill, a cause may have
come up, or another instance may have taken the account over (F46, F30).
"""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.order import Order, OrderRole
from argonaut.engine.core import Engine
from argonaut.execution.final_check import final_fault
from argonaut.runtime.recorder import Durable


class Door:
    """Says of each order why it must not leave now, or nothing."""

    def __init__(self, engine: Engine, collar: Decimal) -> None:
        self.fence = ""  # why nothing at all may leave any more
        self._engine = engine
        self._collar = collar

    def fault(self, order: Order, durable: Durable) -> str:
        """Return why an order must not leave, or nothing; `durable` is where its intent is."""
        is_entry = order.role is OrderRole.ENTRY
        if durable is not Durable.JOURNAL and (is_entry or durable is Durable.NOWHERE):
            return "its intent is not durable"
        return self.limit(order) or self._number_fault(order)

    def limit(self, order: Order) -> str:
        """Return what forbids an order whatever its numbers are; asked again as it leaves."""
        if self.fence:
            return self.fence
        if order.role is not OrderRole.ENTRY:
            return ""
        mode = self._engine.account.mode
        if not mode.allows_entries:
            return f"no entry leaves while {mode.name}"
        causes = self._engine.routes[order.instrument_id].causes
        if causes:
            return f"no entry leaves at {order.instrument_id}: {', '.join(causes)}"
        return ""

    def _number_fault(self, order: Order) -> str:
        route = self._engine.routes[order.instrument_id]
        return final_fault(order, route.instrument, route.money(), self._collar)
