"""The log of orders, folded out of a journal: what was meant, why, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import get_args

import msgspec

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import Denied, Filled, Order, OrderStatus, Report, Submitted
from argonaut.domain.record import Decision, OrderSent
from argonaut.domain.transitions import IllegalTransitionError, apply
from argonaut.journal.body import body_of
from argonaut.journal.row import Row
from argonaut.journal.shadow import of_both, told

ORDER_KINDS = of_both(("decision", "intent", "report"))
"""The kinds of rows the log is made from."""

_REPORTS: tuple[type, ...] = get_args(Report)


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """One order of the log; its `order` stands as at the last row that was taken."""

    decided_ns: int
    order: Order
    reason: str
    is_dry_run: bool  # sent to the shadow's venue at most: its fills are theoretical
    fees: dict[str, Decimal]  # by asset paid in
    ended_ns: int | None


class OrderLog:
    """Takes rows by rising `seq`. A report the table of orders refuses changes nothing.

    `lines` are those of an earlier log whose orders these rows may speak of again.
    """

    def __init__(self, lines: Iterable[OrderLine] = ()) -> None:
        self._lines: dict[ClientOrderId, OrderLine] = {
            line.order.client_order_id: line for line in lines
        }

    @property
    def lines(self) -> Sequence[OrderLine]:
        """Every order that was ever meant, the oldest first."""
        return tuple(self._lines.values())

    @property
    def live(self) -> Sequence[Order]:
        """Orders that may still fill."""
        return tuple(
            line.order
            for line in self._lines.values()
            if not (line.is_dry_run or line.order.is_final)
        )

    def line(self, order_id: ClientOrderId) -> OrderLine | None:
        """Return an order with its story; None when it was never meant."""
        return self._lines.get(order_id)

    def get(self, order_id: ClientOrderId) -> Order | None:
        """Return an order as it stands; None when it was never meant."""
        line = self._lines.get(order_id)
        return None if line is None else line.order

    def take(self, row: Row) -> None:
        """Fold one row.

        Raises:
            JournalBrokenError: The row is not what its kind says.
        """
        row, is_shadow = told(row)
        body = body_of(row)
        if isinstance(body, Decision):
            reason, was_kept = body.signal.reason, body.signal.dry_run
            for order in body.orders:
                self._mean(order, row.event_ns, reason, is_shadow=is_shadow, was_kept=was_kept)
        elif isinstance(body, OrderSent):
            self._mean(body.order, row.event_ns, body.reason, is_shadow=is_shadow)
        elif isinstance(body, Denied):
            self._deny(body)
        elif isinstance(body, _REPORTS):
            self._report(body)  # type: ignore[arg-type]  # the members of the union

    def _mean(
        self, order: Order, event_ns: int, reason: str, *, is_shadow: bool, was_kept: bool = False
    ) -> None:
        sent = Submitted(client_order_id=order.client_order_id, event_ns=event_ns)
        self._lines[order.client_order_id] = OrderLine(
            decided_ns=event_ns,
            order=order if was_kept else apply(order, sent),
            reason=reason,
            is_dry_run=is_shadow or was_kept,
            fees={},
            ended_ns=None,
        )

    def _deny(self, denied: Denied) -> None:
        """End an order that was decided on and never sent."""
        line = self._lines.get(denied.client_order_id)
        if line is not None and not line.order.is_final:
            order = msgspec.structs.replace(line.order, status=OrderStatus.DENIED)
            self._lines[denied.client_order_id] = msgspec.structs.replace(
                line, order=order, ended_ns=denied.event_ns
            )

    def _report(self, report: Report) -> None:
        line = self._lines.get(report.client_order_id)
        if line is None:
            return
        try:
            order = apply(line.order, report)
        except IllegalTransitionError:
            return  # the engine refused it too, and journaled an anomaly
        fees = line.fees
        if isinstance(report, Filled) and report.fee and order is not line.order:
            paid = fees.get(report.fee_asset, Decimal(0)) + report.fee
            fees = {**fees, report.fee_asset: paid}
        self._lines[report.client_order_id] = msgspec.structs.replace(
            line, order=order, fees=fees, ended_ns=report.event_ns if order.is_final else None
        )
