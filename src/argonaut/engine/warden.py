"""Keeps every position protected: compares what should rest at the venue with what does."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import msgspec

from argonaut.domain.command import Record
from argonaut.domain.ids import InstrumentId, SignalId
from argonaut.domain.order import (
    Accepted,
    Order,
    OrderRole,
    OrderStatus,
    OrderType,
    Report,
    Triggered,
)
from argonaut.domain.record import OrderSent, Trailed
from argonaut.domain.signal import Exit, Protect, Protection
from argonaut.engine import protect
from argonaut.engine.fitter import IN_FLIGHT, Fitter
from argonaut.engine.lookout import Lookout, keeps_exit, keeps_trail
from argonaut.engine.route import Key, Route, Span
from argonaut.engine.saved_parts import SavedWarden
from argonaut.execution.guard import Guard, Leg
from argonaut.execution.saved_guard import guard_of, saved_of
from argonaut.ledger.holding import Holding
from argonaut.ports import MISTIMED, NOT_SENT, REACHED, THROTTLED

_ENTRY: Final = OrderRole.ENTRY
_EXIT: Final = OrderRole.EXIT
_LIMIT: Final = OrderType.LIMIT
_PENDING_CANCEL: Final = OrderStatus.PENDING_CANCEL
_STOP: Final = OrderRole.STOP
_TARGET: Final = OrderRole.TARGET
if TYPE_CHECKING:
    from argonaut.engine.desk import Desk

_SETBACKS_MAX: Final = 2  # orders of one leg that the venue ends unasked before it is given up
_CALM_NS: Final = 60_000_000_000  # an order that rested as long wipes the setbacks before it out


class Warden:
    """One guard a holding. `restore` is called after everything that could have opened a gap."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.guards: dict[Key, Guard] = {}
        self.fitter = Fitter(desk)
        self.lookout = Lookout(desk)
        self._serial = 0  # guards so far

    # what happened

    def on_fill(
        self, order: Order, holding: Holding, was: Decimal, protection: Protection | None
    ) -> None:
        """Grow, shrink or end the guard by what a fill did to the holding."""
        key = (order.strategy_id, order.instrument_id)
        guard = self.guards.get(key)
        change = abs(holding.quantity) - abs(was)
        if order.role is _ENTRY:
            guard = self._on_entry_fill(order, holding, was, protection)
        elif guard is not None and order.role is _EXIT:
            is_target = order.tag == guard.tag_of(_TARGET)
            guard.shrink(-change, is_nearest_first=is_target)
        elif guard is not None:
            self._on_leg_fill(guard, order, -change)
        if guard is not None and (holding.is_flat or guard.is_long != holding.is_long):
            self.retire(key, order)
        self._show(key, holding)

    def on_report(self, before: Order, after: Order, report: Report) -> None:
        """Fold a report on a protective order: its leg stands or has ended, or it is nobody's."""
        key, order_id = (after.strategy_id, after.instrument_id), after.client_order_id
        self.fitter.asked.pop(order_id, None)
        if after.is_final:
            self.fitter.orphans.pop(order_id, None)
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
        if isinstance(report, Accepted) and leg.role is _STOP and not self.is_bare(key):
            self._desk.exits.on_protected(key)
        if after.is_final:
            leg.order_id = None
            is_unasked = before.status is not _PENDING_CANCEL and not after.filled
            if (
                is_unasked
                and not self.fitter.is_lent(guard)
                and self.fitter.wanted(guard, pair) > 0
            ):
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
            if order is not None:
                self.fitter.orphans[order_id] = None
            if order is None or order.status in IN_FLIGHT:
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
                if is_reached or self._desk.exits.owed.is_stale(key, span):
                    self._desk.exits.give_up(key)
            self.lookout.watch(guard, span, level)
            if guard.trail_fraction is not None and guard.follow(
                span.best(is_long=guard.is_long, since_ns=guard.created_ns)
            ):
                self._show(key, self._desk.account.book.holding(key[0], key[1]))
                if self._desk.folds:
                    self._tell_trail(guard)
                if keeps_trail(self._desk.capability, guard):
                    self.restore(key)

    def repeat(self, sent: OrderSent) -> None:
        """Place once more what a stored intent says was placed, for no other reason than time."""
        key = (sent.order.strategy_id, sent.order.instrument_id)
        self.restore(key)  # it may ask for the row itself
        guard = self.guards.get(key)
        if guard is not None and sent.pair < len(guard.pairs):
            self.fitter.repeat(guard, sent)

    def adopt(self, order: Order) -> None:
        """Count a protective order that is of no guard, so that none is placed beside it."""
        self.fitter.orphans[order.client_order_id] = None

    def forget_what_was_asked(self) -> None:
        """Take every amendment and every linked order for unanswered, after a restart."""
        self.fitter.asked.clear()
        for guard in self.guards.values():
            for pair in guard.pairs:
                pair.settling = None

    def _tell_trail(self, guard: Guard) -> None:
        best, level = guard.best_price, guard.trailed_price
        assert best is not None, "the trail has just seen one"
        assert level is not None, "and moved"
        body = Trailed(
            strategy_id=guard.strategy_id,
            instrument_id=guard.instrument_id,
            best_price=best,
            stop_price=level,
        )
        self._desk.emit(Record("trail", guard.strategy_id, body))

    def repeat_trail(self, trailed: Trailed) -> None:
        """Put a stop once more where its trail had taken it, the orders held here too."""
        key = (trailed.strategy_id, trailed.instrument_id)
        guard = self.guards.get(key)
        if guard is None:
            return
        guard.best_price, guard.trailed_price = trailed.best_price, trailed.stop_price
        local = self._desk.account.routes[key[1]].local
        for order_id in guard.order_ids():
            order = local.get(order_id)
            if order is not None and order.trail_fraction is not None:
                moved = msgspec.structs.replace(order, trigger_price=guard.stop_level)
                local[order_id] = self._desk.live[order_id] = moved
        self._show(key, self._desk.account.book.holding(key[0], key[1]))

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
            if protection is None or holding.is_flat:  # what is left may have been written off
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
        key, code = (guard.strategy_id, guard.instrument_id), getattr(report, "code", "")
        if leg.role is _STOP and code == REACHED:
            leg.is_given_up = True
            said, tag = f"its stop at {guard.stop_level} is reached", guard.tag_of(leg.role)
            self._desk.exits.give_up(key)  # no price may have shown it: the venue knows
            self._desk.exits.on_bare(key, said, is_refused=True, tag=tag)
            return
        now_ns = self._desk.account.now_ns
        if now_ns - leg.placed_ns > _CALM_NS:
            leg.setbacks = 0
        leg.setbacks += 1
        if leg.setbacks < _SETBACKS_MAX:
            return  # `restore` places it once more
        leg.is_given_up = True
        leg.setbacks = _SETBACKS_MAX - 1  # when it is tried again, it is tried once
        is_stop = leg.role is _STOP
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
            said = f"its stop does not rest: {reason}"
            is_refused = code not in (NOT_SENT, THROTTLED, MISTIMED)
            self._desk.exits.on_bare(key, said, is_refused=is_refused)

    def _sweep(self, order: Order) -> None:
        """Take out a protective order that nobody wants any more, once the venue has told of it."""
        if not (order.is_final or order.status in IN_FLIGHT):
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

        What is held bare gets a guard this way. `restore` makes what rests follow.
        """
        key = (signal.strategy_id, signal.instrument_id)
        route = self._desk.account.routes.get(signal.instrument_id)
        if route is None:
            return False, f"unknown instrument {signal.instrument_id}"
        fault = protect.fault_of(signal, route.instrument)
        if fault:
            return False, fault
        holding = self._desk.account.book.holding(key[0], key[1])
        guard = self.guards.get(key)
        if guard is None:
            if holding.is_flat:
                return False, "nothing is held"
            protection = protect.protection_of(signal)
            guard = self._guard(signal_id, holding, protection, holding.average_price)
            said = protect.told(guard)
            self._desk.exits.owed.take_over(key)
        else:
            said = protect.apply(signal, guard)
            if not guard.is_suspended:
                self._set_watch(key, guard)
        self._show(key, holding)
        return any(" to " in each for each in said), ", ".join(said)

    def go_blind(self, instrument_id: InstrumentId) -> None:
        """Have limit exits make way for the stops they keep out: nobody would see those reached."""
        for key, guard in list(self.guards.items()):  # an end told at once may retire one
            is_kept_out = guard.is_suspended and guard.stop_level is not None
            if key[1] == instrument_id and is_kept_out:
                self._desk.exits.give_up(key)

    def suspend(self, key: Key, *, is_watched: bool) -> bool:
        """Take the protective orders out for an exit; return whether any is still there.

        An exit that may rest for long `is_watched` here: it makes way when the stop is reached.
        """
        guard = self.guards.get(key)
        if guard is None:
            return self.has_live_legs(key)
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

    def is_too_little(self, key: Key) -> bool:
        """Whether so little is held that the venue takes no stop of it at the stop's level."""
        guard = self.guards.get(key)
        level = None if guard is None else guard.stop_level
        if guard is None or level is None or guard.is_suspended:
            return False
        return any(
            pair.stop is not None
            and pair.stop.order_id not in self._desk.live
            and self._is_below(guard, self.fitter.wanted(guard, pair), level)
            for pair in guard.pairs
        )

    def _is_below(self, guard: Guard, wanted: Decimal, level: Decimal) -> bool:
        return wanted > 0 and guard.instrument.fault_of(wanted, level) is not None

    def has_live_legs(self, key: Key) -> bool:
        """Whether a protective order that closes this holding may still rest, wanted or not."""
        guard, live = self.guards.get(key), self._desk.live
        if guard is not None and any(each in live for each in guard.order_ids()):
            return True
        if not self.fitter.orphans:
            return False
        held = self._desk.account.book.holding(key[0], key[1]).quantity
        orphans = [live[each] for each in self.fitter.orphans if each in live]
        return any(
            (each.strategy_id, each.instrument_id) == key and each.side.sign * held < 0
            for each in orphans
        )

    def keeps_exit(self, key: Key, wish: Exit) -> bool:
        """Whether an exit has a limit to wait for here, while the stop of its holding rests."""
        guard = self.guards.get(key)
        if guard is None or wish.order_type is not _LIMIT or wish.limit_price is None:
            return False
        return keeps_exit(self._desk.capability, guard)

    def look_at(self, key: Key) -> None:
        """Let the guard of a holding see every price if it has to."""
        self._set_watch(key, self.guards[key])

    def _set_watch(self, key: Key, guard: Guard) -> None:
        watched = self._desk.account.routes[key[1]].guards
        if self.lookout.is_needed(guard):
            watched[key[0]] = guard
        else:
            watched.pop(key[0], None)

    # over a restart

    def save(self) -> SavedWarden:
        """Return every guard, in the order they are looked at."""
        routes = self._desk.account.routes
        return SavedWarden(
            serial=self._serial,
            number=self.fitter.number,
            guards=[
                saved_of(guard, is_watched=key[0] in routes[key[1]].guards)
                for key, guard in self.guards.items()
            ],
            asked=list(self.fitter.asked.values()),
        )

    def load(self, saved: SavedWarden) -> None:
        """Take back what `save` returned."""
        account = self._desk.account
        self._serial, self.fitter.number = saved.serial, saved.number
        for each in saved.guards:
            key, route = (each.strategy_id, each.instrument_id), account.routes[each.instrument_id]
            guard = guard_of(each, account.book.holding(key[0], key[1]), route.instrument)
            self.guards[key] = guard
            if each.is_watched:
                route.guards[key[0]] = guard
            self._show(key, account.book.holding(key[0], key[1]))
        known = {each for guard in self.guards.values() for each in guard.order_ids()}
        self.fitter.orphans = {
            each.client_order_id: None
            for each in self._desk.live.values()
            if each.role.is_protective and each.client_order_id not in known
        }
        self.fitter.asked = {each.client_order_id: (each, ns) for each, ns in saved.asked}

    # closing the gap

    def restore(self, key: Key) -> None:
        """Make what rests equal to what should rest. Doing it twice changes nothing."""
        guard = self.guards.get(key)
        if guard is not None:
            self.fitter.fit(guard)

    def _show(self, key: Key, holding: Holding) -> None:
        """Let the strategy read where its protection stands."""
        guard = self.guards.get(key)
        holding.stop_price = None if guard is None else guard.stop_level
        holding.target_price = (
            None
            if guard is None
            else next((pair.target_price for pair in guard.pairs if pair.quantity > 0), None)
        )
