"""Fits what rests to what should rest: places, amends and takes out single protective orders."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from argonaut.domain.command import AmendOrder, Record
from argonaut.domain.ids import ClientOrderId, StrategyId
from argonaut.domain.number import ZERO
from argonaut.domain.order import Order, OrderRole, OrderStatus, OrderType
from argonaut.domain.record import Anomaly, OrderSent
from argonaut.engine import ids
from argonaut.engine.lookout import keeps_target, keeps_trail
from argonaut.execution.guard import Guard, Leg, Pair

if TYPE_CHECKING:
    from argonaut.engine.desk import Desk

IN_FLIGHT = frozenset({OrderStatus.SUBMITTED, OrderStatus.PENDING_CANCEL, OrderStatus.UNKNOWN})
_PAIRS_MAX = 4  # venues allow five stops of an instrument, or not many more
_RISEN = Decimal("1.1")  # since the entry, so that what is worth an order does not wait
_STEPS = 4  # of a trail, in which the stop behind it follows
_ANSWER_NS = 10_000_000_000  # an amendment without an answer for so long is not waited for


class Fitter:
    """Works on one guard at a time; what is in flight is left alone until its report comes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.number = 0  # protective orders so far
        self.orphans: dict[ClientOrderId, None] = {}  # live, and of no guard any more
        self.asked: dict[ClientOrderId, tuple[AmendOrder, int]] = {}  # not answered yet, since

    def fit(self, guard: Guard) -> None:
        """Close every difference of a guard. Doing it twice changes nothing."""
        for pair in guard.pairs:
            for leg in pair.legs:
                self._fit_leg(guard, pair, leg)

    def _fit_leg(self, guard: Guard, pair: Pair, leg: Leg) -> None:
        order = None if leg.order_id is None else self._desk.live.get(leg.order_id)
        wanted, is_lent = self.wanted(guard, pair), self.is_lent(guard)
        if guard.is_suspended and not is_lent:
            wanted = min(wanted, self._room(guard, leg))  # what the exit that works leaves
            if order is None and guard.instrument.fault_of(wanted, self._price(guard, pair, leg)):
                return
        if order is None:
            is_kept = leg.role is OrderRole.TARGET and keeps_target(self._desk.capability, pair)
            if pair.quantity > 0 and not (is_lent or leg.is_given_up or is_kept):
                self._place(guard, pair, leg, wanted)
        elif order.status in IN_FLIGHT:
            return  # its report will bring us back here
        elif is_lent:
            self._desk.cancel(order)
        else:
            self._adjust(guard, pair, leg, order, wanted)

    def is_lent(self, guard: Guard) -> bool:
        """Whether every base unit is to be free for an exit that has not gone yet."""
        if not guard.is_suspended:
            return False
        key = (guard.strategy_id, guard.instrument_id)
        is_working = self._desk.account.book.holding(*key).exiting
        return not is_working or self._desk.exits.is_waiting(key)

    def wanted(self, guard: Guard, pair: Pair) -> Decimal:
        """Return the base units one order of the pair should have: whole lots, as many as may."""
        most = guard.instrument.max_quantity
        quantity = pair.quantity if most is None else min(pair.quantity, most)
        return guard.instrument.quantity(quantity)

    def _place(self, guard: Guard, pair: Pair, leg: Leg, wanted: Decimal) -> None:
        price = self._price(guard, pair, leg)
        fault = guard.instrument.fault_of(wanted, price)
        if fault is not None:
            if guard.merge(pair, price):
                self.fit(guard)
            elif wanted > 0:  # less than a lot is dust, and nothing that could be protected
                self._complain(guard, leg, "small", fault)
            return
        order = self._placed_as_told(guard, pair, leg) or self._word(guard, pair, leg, wanted)
        if order is None:
            return
        leg.order_id, leg.placed_ns = order.client_order_id, self._desk.account.now_ns
        leg.has_triggered = False
        guard.complaints.discard(_of("small", leg))  # to be told anew if it comes to that again
        number = guard.pairs.index(pair)
        self._desk.intend(order, f"protects {order.quantity} held", pair=number)
        self._desk.send(order)

    def _price(self, guard: Guard, pair: Pair, leg: Leg) -> Decimal:
        price = guard.stop_level if leg.role is OrderRole.STOP else pair.target_price
        assert price is not None, "a leg has a price"
        return price

    def _word(self, guard: Guard, pair: Pair, leg: Leg, wanted: Decimal) -> Order | None:
        room = self._room(guard, leg)
        if room < wanted:
            wanted = room
            if guard.instrument.fault_of(wanted, self._price(guard, pair, leg)) is not None:
                self._complain_of_orphans(guard, leg)
                return None
        if self._desk.script is not None:
            return None  # it was not sent then
        account = self._desk.account
        return guard.word(
            pair,
            leg,
            quantity=wanted,
            order_id=self._next_id(guard.strategy_id, leg),
            now_ns=account.now_ns,
            is_linked=len(pair.legs) == 2 and self._can_link(guard),
            reduce_only=account.reduces(guard.instrument_id, guard.close_side, wanted),
            is_trail_kept=keeps_trail(self._desk.capability, guard),
        )

    def _room(self, guard: Guard, leg: Leg) -> Decimal:
        """Return what this leg may close beside everything live that closes the same (I08).

        An order of unknown fate counts as one that rests: it is what another would double. One that
        is being amended counts as the larger of what it is and may become, or two would grow into
        the same room at once. Stop and target are alternatives, so each counts with exits alone.
        """
        desk, key = self._desk, (guard.strategy_id, guard.instrument_id)
        holding = desk.account.book.holding(*key)
        room = abs(holding.quantity)
        if holding.exiting * guard.close_side.sign > 0:
            room -= abs(holding.exiting)
        for pair in guard.pairs:
            for other in pair.legs:
                if other.role is leg.role and other is not leg and other.order_id is not None:
                    room -= self._most(other.order_id)
        for order in self._orphans_of(guard, leg):
            room -= order.leaves
        return guard.instrument.quantity(max(room, ZERO))

    def _most(self, order_id: ClientOrderId) -> Decimal:
        """Return the most base units a live order may have left: what is asked of it counts too."""
        order = self._desk.live.get(order_id)
        if order is None:
            return ZERO
        change, _ = self.asked.get(order_id, (None, 0))
        if change is None or change.quantity is None:
            return order.leaves
        return max(order.leaves, change.quantity - order.filled)

    def _orphans_of(self, guard: Guard, leg: Leg) -> list[Order]:
        live = self._desk.live  # one that has just ended is forgotten after its fill is booked
        orders = [live[each] for each in self.orphans if each in live]
        return [
            each
            for each in orders
            if each.strategy_id == guard.strategy_id
            and each.instrument_id == guard.instrument_id
            and each.side is guard.close_side
            and each.role is leg.role
        ]

    def _placed_as_told(self, guard: Guard, pair: Pair, leg: Leg) -> Order | None:
        """Return the order that a journal that is folded says was sent for this leg."""
        script = self._desk.script
        if script is None:
            return None
        order = script.placed(
            lambda each: (
                each.role is leg.role
                and each.strategy_id == guard.strategy_id
                and each.instrument_id == guard.instrument_id
            ),
            guard.pairs.index(pair),
        )
        self.number += order is not None
        return order

    def repeat(self, guard: Guard, sent: OrderSent) -> None:
        """Place once more what a stored intent says was placed, for no other reason than time."""
        pair = guard.pairs[sent.pair]
        for leg in pair.legs:
            if leg.role is sent.order.role:
                self._place(guard, pair, leg, sent.order.quantity)

    def _next_id(self, strategy_id: StrategyId, leg: Leg) -> ClientOrderId:
        """Name the next protective order: of this start, whenever its guard began."""
        self.number += 1
        name = ids.signal_id(strategy_id, self._desk.epoch, self.number)
        return ids.order_id(name, leg.role.value[0])

    def _can_link(self, guard: Guard) -> bool:
        """Whether the venue itself takes one leg out for the other: it must know both."""
        capability = self._desk.capability
        stop = OrderType.STOP if guard.trail_fraction is None else OrderType.TRAILING_STOP
        return capability.has_oco and {stop, OrderType.LIMIT} <= capability.order_types

    def _adjust(self, guard: Guard, pair: Pair, leg: Leg, order: Order, wanted: Decimal) -> None:
        is_stop = order.role is OrderRole.STOP
        price = guard.stop_price if is_stop else pair.target_price
        resting = order.trigger_price if is_stop else order.price
        assert price is not None, "a leg has a price"
        assert resting is not None, "and so has its order"
        moves = price != resting and not leg.has_triggered
        if is_stop and keeps_trail(self._desk.capability, guard):
            price = guard.stop_level or price
            moves = moves and _is_a_step(guard, price, resting)
        elif moves and is_stop and guard.trail_fraction is not None:
            moves = price > resting if guard.is_long else price < resting  # it went on by itself
        if wanted > order.leaves:
            wanted = max(order.leaves, min(wanted, self._room(guard, leg)))
        grows = wanted > order.leaves
        shrinks = wanted < order.leaves and pair.settling != order.client_order_id
        if not (moves or grows or shrinks):
            return
        if shrinks and guard.instrument.fault_of(wanted, price) is not None:
            self._desk.cancel(order)  # the venue would keep it as it is: more than there is to lose
            return
        can_grow = self._desk.capability.has_amend
        if leg.has_triggered and self._may_split(guard, wanted - order.leaves, price):
            can_grow = False  # a market order by now: no venue is sure to make it larger
        if is_stop and grows and not (moves or can_grow):
            self._add(guard, pair, wanted - order.leaves, price)
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
        self._ask(order, change, shrinks=shrinks)

    def _ask(self, order: Order, change: AmendOrder, *, shrinks: bool) -> None:
        """Ask for a change, once until it should have been answered; a refusal may be silent.

        What was not made smaller is more than there is to lose: it is taken out, and placed anew
        when the venue has let it go. What was not made larger, or moved, protects as it is.
        """
        order_id, now_ns = order.client_order_id, self._desk.account.now_ns
        asked, asked_ns = self.asked.get(order_id, (None, 0))
        if asked == change and now_ns - asked_ns <= _ANSWER_NS:
            return
        if asked == change and shrinks:
            self._desk.cancel(order)
            return
        self.asked[order_id] = change, now_ns
        self._desk.amend(order, change)

    def _add(self, guard: Guard, pair: Pair, more: Decimal, price: Decimal) -> None:
        """Protect what came on top of a stop that rests and cannot be amended, or has triggered.

        It has a stop of its own beside it while there may be another. Then the smallest makes way
        for a larger one, because what it covers is bare until that rests. What is too small for an
        order waits for the end of the entry: more is on its way. One that has triggered makes way
        for nothing: it fills, and what is left is looked at again.
        """
        rules = guard.instrument
        if self._may_split(guard, more, price):
            guard.split(pair, more)
            self.fit(guard)
            return
        holding = self._desk.account.book.holding(guard.strategy_id, guard.instrument_id)
        worth = max(price, holding.average_price or price) * _RISEN
        stops = [stop.leaves for each in guard.pairs if (stop := self._resting_stop(each))]
        bare = max(rules.quantity(abs(holding.quantity) - sum(stops, start=ZERO)), more)
        grows = holding.entering * guard.close_side.sign < 0
        if grows and rules.notional(bare, worth) < rules.min_notional:
            return
        taker = self._smallest(guard, pair)
        if not self._at_stake(taker).is_finite():
            return
        if taker is not pair:
            pair.quantity -= more
            taker.quantity += more
        stop = self._resting_stop(taker)
        assert stop is not None, "one that can make way rests"
        self._desk.cancel(stop)

    def _may_split(self, guard: Guard, more: Decimal, price: Decimal) -> bool:
        """Whether there may be another stop, and `more` is enough for one."""
        return len(guard.pairs) < _PAIRS_MAX and guard.instrument.fault_of(more, price) is None

    def _smallest(self, guard: Guard, pair: Pair) -> Pair:
        """Return the pair with the least to lose of those that can take from `pair`."""
        found = pair
        for other in guard.pairs:
            is_alike = other.target_price == pair.target_price
            if is_alike and self._at_stake(other) < self._at_stake(found):
                found = other
        return found

    def _at_stake(self, pair: Pair) -> Decimal:
        """Return what is bare while the stop of a pair is replaced; endless if it cannot be now."""
        stop = self._resting_stop(pair)
        is_filling = pair.stop is not None and pair.stop.has_triggered
        return Decimal("Infinity") if stop is None or is_filling else stop.leaves

    def _resting_stop(self, pair: Pair) -> Order | None:
        """Return the stop of a pair if the venue has it and nothing is asked of it."""
        order_id = None if pair.stop is None else pair.stop.order_id
        order = None if order_id is None else self._desk.live.get(order_id)
        return None if order is None or order.status in IN_FLIGHT else order

    def _complain_of_orphans(self, guard: Guard, leg: Leg) -> None:
        for each in self._orphans_of(guard, leg):
            if each.status is OrderStatus.UNKNOWN:
                said = f"waits for {each.client_order_id}, whose fate nobody knows"
                self._complain(guard, leg, each.client_order_id, said)

    def _complain(self, guard: Guard, leg: Leg, why: str, said: str) -> None:
        """Journal once what keeps an order from resting, however its size and price go on."""
        complaint = _of(why, leg)
        if complaint not in guard.complaints:
            guard.complaints.add(complaint)
            body = Anomaly(what="unprotected", detail=f"{leg.role.value}: {said}")
            self._desk.emit(Record("anomaly", "unprotected", body))


def _of(why: str, leg: Leg) -> str:
    return f"{why} {leg.role.value}"


def _is_a_step(guard: Guard, level: Decimal, resting: Decimal) -> bool:
    """Whether a stop behind a trail is worth moving: a quarter of the trail, or as was asked for.

    Each move takes it out for a moment, so it does not follow every tick.
    """
    trail, asked = guard.trail_fraction, guard.stop_price
    assert trail is not None, "there is a trail behind which it rests"
    sign = 1 if guard.is_long else -1
    if asked is not None and (asked - resting) * sign > 0:
        return True
    return (level - resting) * sign >= resting * trail / _STEPS
