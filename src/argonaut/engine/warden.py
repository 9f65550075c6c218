"""Keeps every position protected: compares what should rest at the venue with what does."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from argonaut.domain.command import AmendOrder, Record
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.number import ZERO
from argonaut.domain.order import Order, OrderRole, OrderStatus
from argonaut.domain.record import Anomaly
from argonaut.domain.signal import Protect, Protection
from argonaut.execution.guard import Guard, Leg, Pair
from argonaut.ledger.holding import Holding

if TYPE_CHECKING:
    from argonaut.engine.desk import Desk

Key = tuple[StrategyId, InstrumentId]
_IN_FLIGHT = frozenset({OrderStatus.SUBMITTED, OrderStatus.PENDING_CANCEL, OrderStatus.UNKNOWN})


class Warden:
    """One guard a holding. `restore` is called after everything that could have opened a gap."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.guards: dict[Key, Guard] = {}
        self._complained: set[tuple[Key, Decimal]] = set()

    # what happened

    def on_fill(
        self, order: Order, holding: Holding, was: Decimal, protection: Protection | None
    ) -> None:
        """Grow, shrink or end the guard by what a fill did to the holding."""
        key = (order.strategy_id, order.instrument_id)
        guard = self.guards.get(key)
        if order.role.is_protective:
            pair = None if guard is None else guard.pair_of(order.client_order_id)
            if pair is not None:
                pair.quantity -= min(pair.quantity, abs(was - holding.quantity))
                pair.is_settling = bool(order.oco_group) and self._desk.capability.has_oco
        elif order.role is OrderRole.EXIT:
            if guard is not None:
                guard.shrink(abs(was - holding.quantity))
        else:
            guard = self._on_entry_fill(order, holding, was, protection, guard)
        if holding.is_flat and guard is not None:
            self._retire(key, guard, order)
        self._show(key, holding)

    def _on_entry_fill(
        self,
        order: Order,
        holding: Holding,
        was: Decimal,
        protection: Protection | None,
        guard: Guard | None,
    ) -> Guard | None:
        key = (order.strategy_id, order.instrument_id)
        if holding.is_flat:
            return guard  # an entry the other way closed it to the last lot
        if guard is not None and guard.is_long != holding.is_long:
            self._retire(key, guard, order)
            guard, was = None, ZERO
        if guard is None:
            if protection is None:
                return None
            guard = self.guards[key] = Guard(
                order.strategy_id,
                self._desk.account.routes[order.instrument_id].instrument,
                protection,
                signal_id=order.signal_id,
                is_long=holding.is_long,
                tag=order.tag,
                user_id=order.user_id,
            )
        assert holding.average_price is not None, "a holding that is not flat has a price"
        guard.price_from(holding.average_price)
        change = abs(holding.quantity) - abs(was)
        if change > 0:
            guard.grow(change)
        else:
            guard.shrink(-change)
        return guard

    def _retire(self, key: Key, guard: Guard, filled: Order) -> None:
        """Take out what still rests for a position that `filled` has ended."""
        if self.guards.get(key) is guard:
            del self.guards[key]
        for order_id in list(guard.order_ids()):
            order = self._desk.live.get(order_id)
            if order is None or order.status in _IN_FLIGHT:
                continue  # its report will bring it to `sweep`
            if not (self._desk.capability.has_oco and _are_linked(order, filled)):
                self._desk.cancel(order)

    def sweep(self, order: Order) -> None:
        """Take out a protective order that nobody wants any more, once the venue has told of it."""
        guard = self.guards.get((order.strategy_id, order.instrument_id))
        pair = None if guard is None else guard.pair_of(order.client_order_id)
        if pair is not None:
            pair.is_settling = False
        elif order.status not in _IN_FLIGHT:
            self._desk.cancel(order)

    # what is asked

    def move(self, signal: Protect) -> tuple[bool, str]:
        """Move the stop (only tighter) or the target; return whether, and what happened."""
        key = (signal.strategy_id, signal.instrument_id)
        guard = self.guards.get(key)
        if guard is None:
            return False, "nothing is held under protection"
        said = []
        if signal.stop_price is not None:
            stop = guard.instrument.price(signal.stop_price)
            moved = guard.tighten(stop)
            said.append(f"stop to {stop}" if moved else f"stop stays at {guard.stop_price}")
        if signal.target_price is not None:
            target = guard.instrument.price(signal.target_price)
            if guard.retarget(target):
                said.append(f"target to {target}")
        self.restore(key)
        self._show(key, self._desk.account.book.holding(*key))
        return any(" to " in each for each in said), ", ".join(said)

    def suspend(self, key: Key) -> bool:
        """Take the protective orders out for an exit; return whether any is still there."""
        guard = self.guards.get(key)
        if guard is None:
            return False
        guard.is_suspended = True
        self.restore(key)
        return self.has_live_legs(key)

    def resume(self, key: Key) -> None:
        """Protect again what an exit has left."""
        guard = self.guards.get(key)
        if guard is not None:
            guard.is_suspended = False
            self.restore(key)

    def forget(self, key: Key, order: Order) -> None:
        """Note that the order of a leg is final."""
        guard = self.guards.get(key)
        pair = None if guard is None else guard.pair_of(order.client_order_id)
        if pair is None:
            return
        if order.status is not OrderStatus.FILLED:
            pair.is_settling = False  # the venue took the sibling of a filled leg out
        for leg in pair.legs:
            if leg.order_id == order.client_order_id:
                leg.order_id = None

    def has_live_legs(self, key: Key) -> bool:
        """Whether a protective order of this holding still rests."""
        guard = self.guards.get(key)
        return guard is not None and any(each in self._desk.live for each in guard.order_ids())

    # closing the gap

    def restore(self, key: Key) -> None:
        """Make what rests equal to what should rest. Doing it twice changes nothing."""
        guard = self.guards.get(key)
        if guard is None:
            return
        for pair in guard.pairs:
            for leg in pair.legs:
                self._restore_leg(guard, pair, leg)

    def _restore_leg(self, guard: Guard, pair: Pair, leg: Leg) -> None:
        order = None if leg.order_id is None else self._desk.live.get(leg.order_id)
        wanted = guard.instrument.quantity(pair.quantity)
        if order is None:
            if wanted > 0 and not guard.is_suspended:
                self._place(guard, pair, leg)
        elif order.status in _IN_FLIGHT:
            return  # its report will bring us back here
        elif guard.is_suspended:
            self._desk.cancel(order)
        else:
            self._adjust(guard, pair, order, wanted)

    def _place(self, guard: Guard, pair: Pair, leg: Leg) -> None:
        capability = self._desk.capability
        order = guard.word(pair, leg, now_ns=self._desk.account.now_ns, has_oco=capability.has_oco)
        price = order.price or order.trigger_price
        assert price is not None, f"a protective order has a price: {order}"
        fault = guard.instrument.fault_of(order.quantity, price)
        if fault is not None:
            self._complain(guard, order, fault)
            return
        leg.order_id = order.client_order_id
        self._desk.send(order, reason=f"protects {order.quantity} held")

    def _adjust(self, guard: Guard, pair: Pair, order: Order, wanted: Decimal) -> None:
        is_stop = order.role is OrderRole.STOP
        price = guard.stop_price if is_stop else pair.target_price
        resting = order.trigger_price if is_stop else order.price
        assert price is not None, "a leg has a price"
        trailed = (
            is_stop and guard.trail_fraction is not None and not _is_tighter(guard, price, resting)
        )
        moves = price != resting and not trailed
        grows = wanted > order.leaves
        shrinks = wanted < order.leaves and not pair.is_settling
        if not (moves or grows or shrinks):
            return
        if wanted <= 0 or not self._desk.capability.has_amend:
            self._desk.cancel(order)  # and place anew when the venue has let it go
            return
        self._desk.amend(
            order,
            AmendOrder(
                client_order_id=order.client_order_id,
                instrument_id=order.instrument_id,
                quantity=order.filled + wanted if grows or shrinks else None,
                price=price if moves and not is_stop else None,
                trigger_price=price if moves and is_stop else None,
            ),
        )

    def _complain(self, guard: Guard, order: Order, fault: str) -> None:
        """Journal once a size that no protective order can carry."""
        said = ((guard.strategy_id, guard.instrument_id), order.quantity)
        if said not in self._complained:
            self._complained.add(said)
            body = Anomaly(what="unprotected", detail=f"{order.role.value}: {fault}")
            self._desk.emit(Record("anomaly", "unprotected", body))

    def _show(self, key: Key, holding: Holding) -> None:
        """Let the strategy read where its protection stands."""
        guard = self.guards.get(key)
        holding.stop_price = None if guard is None else guard.stop_price
        holding.target_price = (
            None
            if guard is None
            else next((pair.target_price for pair in guard.pairs if pair.quantity > 0), None)
        )


def _are_linked(order: Order, filled: Order) -> bool:
    """Whether the venue itself takes `order` out because `filled` filled."""
    return bool(order.oco_group) and order.oco_group == filled.oco_group


def _is_tighter(guard: Guard, price: Decimal, resting: Decimal | None) -> bool:
    if resting is None:
        return True
    return price > resting if guard.is_long else price < resting
