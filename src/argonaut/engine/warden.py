"""Keeps every position protected: compares what should rest at the venue with what does."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from argonaut.domain.command import AmendOrder, Record
from argonaut.domain.ids import ClientOrderId, SignalId, StrategyId
from argonaut.domain.order import Order, OrderRole, OrderStatus, OrderType, Report, Triggered
from argonaut.domain.record import Anomaly
from argonaut.domain.signal import Protect, Protection
from argonaut.engine import ids, protect
from argonaut.engine.route import Key, Route, Span
from argonaut.execution.guard import Guard, Leg, Pair
from argonaut.ledger.holding import Holding

if TYPE_CHECKING:
    from argonaut.engine.desk import Desk

_SETBACKS_MAX = 2  # orders of one leg that the venue ends unasked before it is given up
_CALM_NS = 60_000_000_000  # an order that rested as long wipes the setbacks before it out
_ANSWER_NS = 10_000_000_000  # an amendment without an answer for so long is sent again
_IN_FLIGHT = frozenset({OrderStatus.SUBMITTED, OrderStatus.PENDING_CANCEL, OrderStatus.UNKNOWN})


class Warden:
    """One guard a holding. `restore` is called after everything that could have opened a gap."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.guards: dict[Key, Guard] = {}
        self._asked: dict[ClientOrderId, tuple[AmendOrder, int]] = {}  # not answered yet, since
        self._serial = 0  # guards so far
        self._number = 0  # protective orders so far

    # what happened

    def on_fill(
        self, order: Order, holding: Holding, was: Decimal, protection: Protection | None
    ) -> None:
        """Grow, shrink or end the guard by what a fill did to the holding."""
        key = (order.strategy_id, order.instrument_id)
        guard = self.guards.get(key)
        change = abs(holding.quantity) - abs(was)
        if order.role is OrderRole.ENTRY:
            guard = self._on_entry_fill(order, holding, was, protection)
        elif guard is not None and order.role is OrderRole.EXIT:
            guard.shrink(-change)
        elif guard is not None:
            self._on_leg_fill(guard, order, -change)
        if guard is not None and (holding.is_flat or guard.is_long != holding.is_long):
            self.retire(key, order)
        self._show(key, holding)

    def on_report(self, before: Order, after: Order, report: Report) -> None:
        """Fold a report on a protective order: its leg stands or has ended, or it is nobody's."""
        key, order_id = (after.strategy_id, after.instrument_id), after.client_order_id
        self._asked.pop(order_id, None)
        guard = self.guards.get(key)
        found = None if guard is None else guard.find(order_id)
        if guard is None or found is None:
            self._sweep(after)
            return
        pair, leg = found
        if pair.settling == order_id:
            pair.settling = None
        if isinstance(report, Triggered):
            leg.has_triggered = True
        if after.is_final:
            leg.order_id = None
            is_unasked = before.status is not OrderStatus.PENDING_CANCEL and not after.filled
            if is_unasked and not guard.is_suspended and self._wanted(guard, pair) > 0:
                self._on_setback(guard, leg, report)

    def audit(self) -> None:
        """Look at everything once more, for what a venue did not answer or forgot to take out."""
        for order in list(self._desk.live.values()):
            if order.role.is_protective:
                guard = self.guards.get((order.strategy_id, order.instrument_id))
                if guard is None or guard.find(order.client_order_id) is None:
                    self._sweep(order)
        for key, guard in list(self.guards.items()):
            for pair in guard.pairs:
                pair.settling = None
            self.restore(key)

    def retire(self, key: Key, filled: Order | None = None) -> None:
        """Take out what still rests for a position that is gone; `filled` ended it."""
        guard = self.guards.pop(key, None)
        if guard is None:
            return
        self._desk.account.routes[key[1]].guards.pop(key[0], None)
        for order_id in list(guard.order_ids()):
            order = self._desk.live.get(order_id)
            if order is None or order.status in _IN_FLIGHT:
                continue  # its report will find that it is nobody's
            is_linked = filled is not None and self._are_linked(order, filled)
            if not is_linked:
                self._desk.cancel(order)

    def watch(self, route: Route, span: Span) -> None:
        """Let trailing stops follow, and a limit exit make way for a stop that is reached."""
        if not (0.0 < span.low <= span.high < math.inf):
            return
        for guard in list(route.guards.values()):
            level = guard.stop_level
            key = (guard.strategy_id, guard.instrument_id)
            if guard.is_suspended and level is not None:
                is_reached = span.low <= level if guard.is_long else span.high >= level
                if is_reached:
                    self._desk.exits.give_up(key)
            if guard.trail_fraction is not None and guard.follow(
                span.best(is_long=guard.is_long, since_ns=guard.created_ns)
            ):
                self._show(key, self._desk.account.book.holding(*key))

    def _on_entry_fill(
        self, order: Order, holding: Holding, was: Decimal, protection: Protection | None
    ) -> Guard | None:
        key = (order.strategy_id, order.instrument_id)
        guard = self.guards.get(key)
        if holding.is_flat:
            return guard  # an entry the other way closed it to the last lot
        is_new = not was or (was > 0) != holding.is_long
        if guard is not None and is_new:
            self.retire(key, order)
            guard = None
        if guard is None:
            if protection is None:
                return None
            entry_price = holding.average_price if is_new else order.average_price
            return self._guard(order.signal_id, holding, protection, entry_price)
        change = abs(holding.quantity) - abs(was)
        if change > 0:
            if protection is not None and len(order.fill_ids) == 1:
                assert order.average_price is not None, "it has just filled"
                guard.add(protection, order.average_price)
            guard.grow(change)
            guard.try_again()
        else:
            guard.shrink(-change)
        return guard

    def _guard(
        self,
        signal_id: SignalId,
        holding: Holding,
        protection: Protection,
        entry_price: Decimal | None,
    ) -> Guard:
        self._serial += 1
        guard = Guard(
            holding,
            self._desk.account.routes[holding.instrument_id].instrument,
            protection,
            signal_id=signal_id,
            serial=self._serial,
            created_ns=self._desk.account.now_ns,
        )
        assert entry_price is not None, "a holding that is not flat has a price"
        guard.price_from(entry_price)
        guard.grow(abs(holding.quantity))
        key = (holding.strategy_id, holding.instrument_id)
        self.guards[key] = guard
        self._set_watch(key, guard)
        return guard

    def _on_leg_fill(self, guard: Guard, order: Order, closed: Decimal) -> None:
        found = guard.find(order.client_order_id)
        if found is None:
            guard.shrink(closed)  # a leg replaced meanwhile; the base units are gone all the same
            return
        pair, _ = found
        taken = min(pair.quantity, closed)
        pair.quantity -= taken
        guard.shrink(closed - taken)
        for leg in pair.legs:
            sibling = None if leg.order_id is None else self._desk.live.get(leg.order_id)
            if sibling is not None and self._are_linked(sibling, order):
                pair.settling = sibling.client_order_id

    def _on_setback(self, guard: Guard, leg: Leg, report: Report) -> None:
        """Count an order that the venue ended by itself; the second in a row is the last."""
        now_ns = self._desk.account.now_ns
        if now_ns - leg.placed_ns > _CALM_NS:
            leg.setbacks = 0
        leg.setbacks += 1
        if leg.setbacks < _SETBACKS_MAX:
            return  # `restore` places it once more
        leg.is_given_up = True
        leg.setbacks = _SETBACKS_MAX - 1  # when it is tried again, it is tried once
        is_stop = leg.role is OrderRole.STOP
        reason = getattr(report, "reason", "") or type(report).__name__.lower()
        said = f"{leg.role.value} of {guard.strategy_id} at {guard.instrument_id}: {reason}"
        if f"refused {leg.role.value}" not in guard.complaints:
            guard.complaints.add(f"refused {leg.role.value}")
            self._desk.anomaly(
                "unprotected" if is_stop else "no target",
                said,
                guard.instrument_id if is_stop else None,
            )
        if is_stop:
            key = (guard.strategy_id, guard.instrument_id)
            self._desk.exits.escape(key, f"its stop does not rest: {reason}")

    def _sweep(self, order: Order) -> None:
        """Take out a protective order that nobody wants any more, once the venue has told of it."""
        if not (order.is_final or order.status in _IN_FLIGHT):
            self._desk.cancel(order)

    def _are_linked(self, order: Order, filled: Order) -> bool:
        """Whether the venue itself shrinks `order` because `filled` filled."""
        return (
            order is not filled
            and order.client_order_id != filled.client_order_id
            and bool(order.oco_group)
            and order.oco_group == filled.oco_group
        )

    # what is asked

    def move(self, signal: Protect, signal_id: SignalId) -> tuple[bool, str]:
        """Move the stop (only tighter) or the target; return whether, and what happened.

        What is held bare gets a guard this way.
        """
        key = (signal.strategy_id, signal.instrument_id)
        route = self._desk.account.routes.get(signal.instrument_id)
        if route is None:
            return False, f"unknown instrument {signal.instrument_id}"
        fault = protect.fault_of(signal, route.instrument)
        if fault:
            return False, fault
        holding = self._desk.account.book.holding(*key)
        guard = self.guards.get(key)
        if guard is None:
            if holding.is_flat:
                return False, "nothing is held"
            protection = protect.protection_of(signal)
            guard = self._guard(signal_id, holding, protection, holding.average_price)
            said = protect.told(guard)
        else:
            said = protect.apply(signal, guard)
        self.restore(key)
        self._show(key, holding)
        return any(" to " in each for each in said), ", ".join(said)

    def suspend(self, key: Key, *, is_watched: bool) -> bool:
        """Take the protective orders out for an exit; return whether any is still there.

        An exit that may rest for long `is_watched` here: it makes way when the stop is reached.
        """
        guard = self.guards.get(key)
        if guard is None:
            return False
        guard.is_suspended = True
        if is_watched:
            self._desk.account.routes[key[1]].guards[key[0]] = guard
        self.restore(key)
        return self.has_live_legs(key)

    def resume(self, key: Key) -> None:
        """Protect again what an exit has left."""
        guard = self.guards.get(key)
        if guard is not None:
            guard.is_suspended = False
            self._set_watch(key, guard)
            self.restore(key)

    def try_again(self, key: Key) -> None:
        """Place what was given up once more."""
        guard = self.guards.get(key)
        if guard is not None:
            guard.try_again()
            self.restore(key)

    def is_bare(self, key: Key) -> bool:
        """Whether a stop that should protect the holding was given up."""
        guard = self.guards.get(key)
        return guard is not None and any(
            pair.stop is not None and pair.stop.is_given_up and pair.quantity > 0
            for pair in guard.pairs
        )

    def has_live_legs(self, key: Key) -> bool:
        """Whether a protective order of this holding still rests."""
        guard = self.guards.get(key)
        return guard is not None and any(each in self._desk.live for each in guard.order_ids())

    def _set_watch(self, key: Key, guard: Guard) -> None:
        watched = self._desk.account.routes[key[1]].guards
        if guard.trail_fraction is not None:
            watched[key[0]] = guard
        else:
            watched.pop(key[0], None)

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
        wanted = self._wanted(guard, pair)
        if order is None:
            if pair.quantity > 0 and not (guard.is_suspended or leg.is_given_up):
                self._place(guard, pair, leg, wanted)
        elif order.status in _IN_FLIGHT:
            return  # its report will bring us back here
        elif guard.is_suspended:
            self._desk.cancel(order)
        else:
            self._adjust(guard, pair, leg, order)

    def _wanted(self, guard: Guard, pair: Pair) -> Decimal:
        """Return the base units one order of the pair should have: whole lots, as many as may."""
        most = guard.instrument.max_quantity
        quantity = pair.quantity if most is None else min(pair.quantity, most)
        return guard.instrument.quantity(quantity)

    def _place(self, guard: Guard, pair: Pair, leg: Leg, wanted: Decimal) -> None:
        price = guard.stop_level if leg.role is OrderRole.STOP else pair.target_price
        assert price is not None, "a leg has a price"
        fault = guard.instrument.fault_of(wanted, price)
        if fault is not None:
            if guard.merge(pair, price):
                self.restore((guard.strategy_id, guard.instrument_id))
            else:
                self._complain(guard, f"{leg.role.value}: {fault}")
            return
        account = self._desk.account
        order = guard.word(
            pair,
            leg,
            quantity=wanted,
            order_id=self._next_id(guard.strategy_id, leg),
            now_ns=account.now_ns,
            is_linked=len(pair.legs) == 2 and self._can_link(guard),
            reduce_only=account.reduces(guard.instrument_id, guard.close_side, wanted),
        )
        leg.order_id, leg.placed_ns = order.client_order_id, account.now_ns
        leg.has_triggered = False
        self._desk.send(order, reason=f"protects {order.quantity} held")

    def _next_id(self, strategy_id: StrategyId, leg: Leg) -> ClientOrderId:
        """Name the next protective order: of this start, whenever its guard began."""
        self._number += 1
        name = ids.signal_id(strategy_id, self._desk.epoch, self._number)
        return ids.order_id(name, leg.role.value[0])

    def _can_link(self, guard: Guard) -> bool:
        """Whether the venue itself takes one leg out for the other: it must know both."""
        capability = self._desk.capability
        stop = OrderType.STOP if guard.trail_fraction is None else OrderType.TRAILING_STOP
        return capability.has_oco and {stop, OrderType.LIMIT} <= capability.order_types

    def _adjust(self, guard: Guard, pair: Pair, leg: Leg, order: Order) -> None:
        wanted = self._wanted(guard, pair)
        is_stop = order.role is OrderRole.STOP
        price = guard.stop_price if is_stop else pair.target_price
        resting = order.trigger_price if is_stop else order.price
        assert price is not None, "a leg has a price"
        assert resting is not None, "and so has its order"
        moves = price != resting and not leg.has_triggered
        if moves and is_stop and guard.trail_fraction is not None:
            moves = price > resting if guard.is_long else price < resting  # it went on by itself
        grows = wanted > order.leaves
        shrinks = wanted < order.leaves and pair.settling != order.client_order_id
        if not (moves or grows or shrinks):
            return
        if wanted < order.leaves and guard.instrument.fault_of(wanted, price) is not None:
            self._desk.cancel(order)  # the venue would keep it as it is: more than there is to lose
            return
        if wanted <= 0 or not self._desk.capability.has_amend:
            self._desk.cancel(order)  # and place anew when the venue has let it go
            return
        change = AmendOrder(
            client_order_id=order.client_order_id,
            instrument_id=order.instrument_id,
            quantity=order.filled + wanted if grows or shrinks else None,
            price=price if moves and not is_stop else None,
            trigger_price=price if moves and is_stop else None,
        )
        now_ns = self._desk.account.now_ns
        asked, asked_ns = self._asked.get(order.client_order_id, (None, 0))
        if asked != change or now_ns - asked_ns > _ANSWER_NS:
            self._asked[order.client_order_id] = change, now_ns
            self._desk.amend(order, change)

    def _complain(self, guard: Guard, fault: str) -> None:
        """Journal once a size that no protective order can carry."""
        if fault not in guard.complaints:
            guard.complaints.add(fault)
            body = Anomaly(what="unprotected", detail=fault)
            self._desk.emit(Record("anomaly", "unprotected", body))

    def _show(self, key: Key, holding: Holding) -> None:
        """Let the strategy read where its protection stands."""
        guard = self.guards.get(key)
        holding.stop_price = None if guard is None else guard.stop_level
        holding.target_price = (
            None
            if guard is None
            else next((pair.target_price for pair in guard.pairs if pair.quantity > 0), None)
        )
