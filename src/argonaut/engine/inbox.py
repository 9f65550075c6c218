"""What venues report, folded into orders, books and protection, and doubted where it must be."""

from __future__ import annotations

from collections import OrderedDict
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from argonaut.domain.command import CancelOrder, Record
from argonaut.domain.event import Correction
from argonaut.domain.grid import is_too_little
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import Accepted, Filled, Order, OrderRole, OrderStatus, Rejected, Report
from argonaut.domain.roundtrip import RoundTrip
from argonaut.domain.transitions import IllegalTransitionError, apply
from argonaut.engine.audit import is_unwanted
from argonaut.engine.held import HELD_HERE
from argonaut.engine.route import Key
from argonaut.ledger.holding import Holding

_ENTRY: Final = OrderRole.ENTRY
_FILLED: Final = OrderStatus.FILLED
_PENDING_CANCEL: Final = OrderStatus.PENDING_CANCEL
_TRIGGERED: Final = OrderStatus.TRIGGERED
_UNKNOWN: Final = OrderStatus.UNKNOWN
if TYPE_CHECKING:
    from argonaut.engine.desk import Desk

ENDED_KEPT: Final = 1_000
_NEVER_TAKEN: Final = frozenset({OrderStatus.REJECTED, OrderStatus.DENIED})


class Inbox:
    """Takes reports in any order and any number: each counts once, and money always counts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.ended: OrderedDict[ClientOrderId, None] = OrderedDict()  # the venue shows their end

    def on_correction(self, correction: Correction) -> None:
        """Remember that the venue itself shows the end of an order, before that end is reported."""
        if correction.what == "ended":
            self.ended[ClientOrderId(correction.subject)] = None
            if len(self.ended) > ENDED_KEPT:
                self.ended.popitem(last=False)

    def on_report(self, report: Report) -> None:
        """Fold one report into its order, the book and the protection."""
        desk, order_id = self._desk, report.client_order_id
        before = desk.live.get(order_id) or desk.closed.get(order_id)
        if before is None:
            self._on_nobodys(report)
            return
        kind = type(report)
        if kind is Filled:
            if self._is_booked_elsewhere(before, report):  # type: ignore[arg-type]
                return
        elif kind is Rejected and self._is_doubtful(before, report):  # type: ignore[arg-type]
            return
        try:
            after = apply(before, report)
        except IllegalTransitionError as error:
            desk.anomaly("illegal transition", str(error), before.instrument_id)
            return
        if after is before:
            return  # told before; it counts once
        desk.emit(Record("report", order_id, report))
        self._take(before, after, report)

    def _take(self, before: Order, after: Order, report: Report) -> None:
        desk = self._desk
        fill = report if isinstance(report, Filled) else None
        if fill is not None:
            desk.tell(after, fill)
        desk.store(before, after)
        if before.status is _UNKNOWN and after.status is _PENDING_CANCEL:
            # What was asked in doubt was lost, or came before the order did. Asking twice is safe.
            desk.emit(CancelOrder(after.client_order_id, after.instrument_id))
        key = (after.strategy_id, after.instrument_id)
        holding = desk.account.book.holding(key[0], key[1])
        if fill is not None:
            self._book(after, fill, holding)
        if after.role is _ENTRY:
            self._on_entry(after, key, holding, fill)
            if before.status is _UNKNOWN:
                self._on_found(after.client_order_id)
        else:
            self._on_closing(before, after, key, report)
        if after.status.is_final:
            desk.exits.owed.settle(holding)
        if before.status.is_final:
            self._on_late(before, after, report)
        elif after.filled > after.quantity:
            self._on_excess(after)

    # what should not be

    def _on_nobodys(self, report: Report) -> None:
        if isinstance(report, Filled) and self._desk.account.book.has_seen(report.fill_id):
            return  # told again, long after its order was forgotten
        self._desk.anomaly("foreign report", str(report))

    def _is_booked_elsewhere(self, order: Order, fill: Filled) -> bool:
        """Whether the venue's trade was booked for another order: it counts once (I07)."""
        if fill.fill_id in order.fill_ids:
            return False  # told again
        if not self._desk.account.book.has_booked(order.instrument_id, fill.fill_id):
            return False
        said = f"{fill.fill_id}, told of {order.client_order_id}, was booked for another order"
        self._desk.anomaly("fill of two orders", said, order.instrument_id)
        return True

    def _is_doubtful(self, order: Order, report: Rejected) -> bool:
        """Whether a refusal denies what the venue has said (R3): not found is not an end.

        What triggers is checked once more by some venues, so there a refusal is their word.
        """
        if order.is_final or order.status is _TRIGGERED or not is_acknowledged(order):
            return False
        if order.client_order_id in self.ended:
            del self.ended[order.client_order_id]
            return False
        said = f"{order.client_order_id} was acknowledged as {order.venue_order_id}: {report}"
        self._desk.anomaly("doubtful rejection", said)
        return True

    def _on_late(self, before: Order, after: Order, report: Report) -> None:
        """Tell what came after the end: fills are booked, and what lives again is taken out."""
        desk, order_id = self._desk, after.client_order_id
        was_refused = before.status in _NEVER_TAKEN
        where = after.instrument_id if was_refused else None
        if after.excess:
            self._on_excess(after)
        elif isinstance(report, Filled):
            said = f"{report.fill_id} of {order_id}, {before.status.value} before: booked"
            desk.anomaly("late fill", said, where)
        elif was_refused and isinstance(report, Accepted):
            desk.anomaly("refused order lives", f"{order_id}: taken out", where)
            desk.emit(CancelOrder(order_id, after.instrument_id))

    def _on_excess(self, after: Order) -> None:
        said = f"{after.client_order_id} filled {after.filled} of {after.quantity}: booked"
        self._desk.anomaly("overfill", said, after.instrument_id)

    # what it leads to

    def _on_found(self, order_id: ClientOrderId) -> None:
        """Take out an entry that turned up when nobody wants one any more."""
        entry = self._desk.live.get(order_id)
        if entry is not None and is_unwanted(self._desk, entry):
            self._desk.cancel(entry)

    def _on_entry(self, after: Order, key: Key, holding: Holding, fill: Filled | None) -> None:
        desk = self._desk
        if after.status.is_final:
            self._write_off_dust(after, holding)
            if after.status is _FILLED:
                desk.entry_protection.pop(after.client_order_id, None)
        if fill is not None:
            if holding.exiting:
                desk.exits.trim(key)
                desk.exits.release(key)
                desk.exits.owed.take_over(key)
            desk.warden.restore(key)
            desk.exits.on_entry_fill(key)
        elif after.is_final:
            desk.warden.restore(key)  # what was too small to protect while more was to come
        if after.is_final:
            desk.exits.rests.on_end(key, after)

    def _on_closing(self, before: Order, after: Order, key: Key, report: Report) -> None:
        exits, warden = self._desk.exits, self._desk.warden
        if after.role.is_protective:
            warden.on_report(before, after, report)
        if after.is_final:
            self._write_off_dust(after, self._desk.account.book.holding(key[0], key[1]))
        if after.role.is_protective:
            if isinstance(report, Filled):
                exits.trim(key)
            if after.status.is_final:
                exits.release(key)
        elif after.status.is_final:
            exits.on_end(before, after, report)
        warden.restore(key)
        if after.status.is_final:
            exits.rests.on_end(key, after)

    def _book(self, order: Order, fill: Filled, holding: Holding) -> None:
        desk, order_id, was = self._desk, order.client_order_id, holding.quantity
        for trip in desk.account.book.apply_fill(order, fill):
            desk.emit(Record("round_trip", order_id, trip))
            self._allocate(trip)
        desk.warden.on_fill(order, holding, was, desk.entry_protection.get(order_id))
        left = holding.quantity
        if left and abs(left) < abs(was):
            self._write_off_dust(order, holding)
        desk.account.settle(desk.account.routes[order.instrument_id])
        if left and order.role is not _ENTRY and left * order.side.sign > 0:
            said = f"{fill.fill_id} of {order_id} opened {left} base"
            desk.anomaly("overclosed", said, order.instrument_id)
            desk.exits.rests.leave((order.strategy_id, order.instrument_id))

    def _allocate(self, trip: RoundTrip) -> None:
        """Give a strategy less, or more again, by what it has closed."""
        allocator = self._desk.account.allocator
        step = None if allocator is None else allocator.on_trip(trip)
        if step is not None:
            self._desk.emit(Record("allocation", trip.strategy_id, step))

    def _write_off_dust(self, order: Order, holding: Holding) -> None:
        """Give up what is too little to trade, unless more of it is on its way."""
        if not holding.quantity or holding.entering:
            return
        desk, key = self._desk, (order.strategy_id, order.instrument_id)
        dust = desk.account.book.write_off_dust(*key)
        if dust:
            self._tell_of_dust(key, dust, "is below one lot", order)
        elif order.is_final:
            self.write_off_rest(key, order)

    def write_off_rest(self, key: Key, filled: Order | None = None) -> None:
        """Give up what is left where no order of it is taken and none of ours can close it.

        Which price it is worth nothing at is of the moment: a journal tells that it was so.
        """
        desk = self._desk
        holding, script = desk.account.book.holding(key[0], key[1]), desk.script
        if script is not None:
            is_over = script.tells_anomaly("dust", f"{holding.quantity} {key[1]} ")
        else:
            is_over = (
                self.is_too_little(key)
                and not (holding.entering or holding.exiting)
                and not desk.warden.has_live_legs(key)
            )
        if is_over:
            dust = desk.account.book.write_off(*key)
            self._tell_of_dust(key, dust, "is less than the venue takes an order of", filled)

    def is_too_little(self, key: Key, quantity: Decimal | None = None) -> bool:
        """Whether the venue takes no order of a holding, or of so much of it."""
        route, holding = (
            self._desk.account.routes[key[1]],
            self._desk.account.book.holding(key[0], key[1]),
        )
        asked = holding.quantity if quantity is None else quantity
        worth = (route.money(), holding.average_price)
        return bool(asked) and is_too_little(route.instrument, asked, worth)

    def _tell_of_dust(self, key: Key, dust: Decimal, why: str, filled: Order | None) -> None:
        desk = self._desk
        desk.anomaly("dust", f"{dust} {key[1]} {why}")
        desk.warden.retire(key, filled)
        desk.account.settle(desk.account.routes[key[1]])


def is_acknowledged(order: Order) -> bool:
    """Whether the venue has said that it has the order; one held here it has not seen yet."""
    return order.venue_order_id not in (None, HELD_HERE)
