"""Watches levels that no order at the venue stands for, and leaves when one is reached.

Where one order locks the base units (spot, without lists of orders) only the stop rests, and the
target is kept here. Where the venue has stops but no trailing ones, a plain stop rests behind the
trail and is moved up in steps; the trail itself is kept here. So the venue always has a stop, also
when this process is what fails.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import OrderRole, OrderType
from argonaut.engine.route import Key, Span
from argonaut.execution.guard import Guard, Pair
from argonaut.ports import Capability

if TYPE_CHECKING:
    from argonaut.engine.desk import Desk

_AGAIN_NS = 5_000_000_000  # a way out that came to nothing is tried again after so long
_ROUNDED_UP = Decimal("1e-18")  # so that a share of a holding is never a lot short of a pair


def keeps_target(capability: Capability, pair: Pair) -> bool:
    """Whether the target of a pair is kept here, because its stop locks the base units."""
    return _locks(capability) and pair.stop is not None and pair.target is not None


def keeps_exit(capability: Capability, guard: Guard) -> bool:
    """Whether a limit exit is kept here until its price is there, so that the stop rests."""
    return _locks(capability) and any(each.stop is not None for each in guard.pairs)


def _locks(capability: Capability) -> bool:
    is_spot = not capability.has_oco and not capability.allows_short
    return is_spot and OrderType.STOP in capability.order_types


def keeps_trail(capability: Capability, guard: Guard) -> bool:
    """Whether a trail is kept here, with a plain stop at the venue behind it."""
    kinds = capability.order_types
    is_plain = OrderType.TRAILING_STOP not in kinds and OrderType.STOP in kinds
    return guard.trail_fraction is not None and is_plain


class Lookout:
    """Looks at every price for guards whose levels are kept here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._due_ns: dict[Key, int] = {}  # when a holding may be left this way again

    def is_needed(self, guard: Guard) -> bool:
        """Whether the guard has to see every price."""
        capability, key = self._desk.capability, (guard.strategy_id, guard.instrument_id)
        if guard.trail_fraction is not None or self._desk.exits.owed.waits_for_price(key):
            return True
        return any(keeps_target(capability, pair) for pair in guard.pairs)

    def watch(self, guard: Guard, span: Span, level: Decimal | None) -> None:
        """Leave what a price has reached; `level` is where the stop was before it."""
        key = (guard.strategy_id, guard.instrument_id)
        account = self._desk.account
        holding = account.book.holding(*key)
        if guard.is_suspended or holding.exiting or account.now_ns < self._due_ns.get(key, 0):
            return
        if level is not None and self._is_behind(guard, level):
            is_reached = span.low <= level if guard.is_long else span.high >= level
            if is_reached and guard.instrument.takes_of(holding.quantity, level):
                self._leave(key, ONE, f"the trail at {level} is reached", OrderRole.STOP)
                return
        if self._desk.exits.owed.reach(key, span):
            self._due_ns[key] = account.now_ns + _AGAIN_NS
            return
        reached = self._reached(guard, span)
        closed = sum((each.quantity for each in reached), start=ZERO)
        price = reached[0].target_price if reached else None
        if price is not None and guard.instrument.takes_of(closed, price):
            share = min(closed / abs(holding.quantity) + _ROUNDED_UP, ONE)
            self._leave(key, share, "the target is reached", OrderRole.TARGET)

    def _is_behind(self, guard: Guard, level: Decimal) -> bool:
        """Whether the venue's stop rests looser than the trail kept here."""
        if not keeps_trail(self._desk.capability, guard):
            return False
        live = self._desk.live
        resting = [live[each].trigger_price for each in guard.order_ids() if each in live]
        return all(
            each is None or (each < level if guard.is_long else each > level) for each in resting
        )

    def _reached(self, guard: Guard, span: Span) -> list[Pair]:
        """Return the pairs whose target, kept here, a price has met."""
        found = []
        for pair in guard.pairs:
            price = pair.target_price
            if price is None or not keeps_target(self._desk.capability, pair):
                continue
            if span.high >= price if guard.is_long else span.low <= price:
                found.append(pair)
        return found

    def _leave(self, key: Key, share: Decimal, reason: str, role: OrderRole) -> None:
        self._due_ns[key] = self._desk.account.now_ns + _AGAIN_NS
        guard = self._desk.warden.guards[key]
        self._desk.exits.leave(key, share, reason, tag=guard.tag_of(role))
