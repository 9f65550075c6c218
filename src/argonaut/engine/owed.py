"""Exits that are owed: asked for and not done yet, because it is not time or nothing was sent.

Three kinds. Where one order locks the base units (spot without lists of orders), a limit exit waits
here for its price, so that the stop goes on resting. An exit of everything also closes what an
entry under way still fills. And an exit that did not get to the venue is sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from argonaut.domain.event import NO_PRICES
from argonaut.domain.number import ONE, ZERO, to_float
from argonaut.domain.order import Order
from argonaut.domain.signal import Exit, Signal
from argonaut.engine.owing import Owing
from argonaut.engine.route import Key, Span
from argonaut.ledger.holding import Holding

if TYPE_CHECKING:
    from argonaut.engine.desk import Desk

_PATIENCE_NS = 5_000_000_000  # a limit exit that rests unwanted for so long makes way for the stop


class Owed:
    """At most one exit a holding; the last one asked for is the one that counts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._by_key: dict[Key, Owing] = {}
        self._is_reached = False  # while an exit is asked for whose limit is reached

    # what comes to be owed

    def take(self, wish: Exit, holding: Holding, quantity: Decimal | None) -> None:
        """Keep in mind what an exit of `quantity` that was approved may not close at once."""
        key = (holding.strategy_id, holding.instrument_id)
        if self._desk.warden.keeps_exit(key, wish):
            self._put(Owing(wish, quantity))
            self._desk.warden.look_at(key)
        elif wish.fraction == ONE and holding.entering:
            self._put(Owing(wish))
        else:
            self._by_key.pop(key, None)

    def is_for_what_fills(self, wish: Signal, holding: Holding) -> bool:
        """Whether an exit has nothing to close yet but what an entry under way fills; owe it."""
        if not isinstance(wish, Exit) or wish.fraction != ONE:
            return False
        if holding.quantity or not holding.entering:
            return False
        self._put(Owing(wish))
        return True

    def take_over(self, key: Key) -> None:
        """Take out a limit exit that rests, and owe it: what it closes has come to want a stop."""
        for order in self._desk.exits.working(key):
            wish = _wish_of(order, "it waits for its price here")
            if self._desk.warden.keeps_exit(key, wish):
                self._put(Owing(wish, order.quantity))
                self._desk.warden.look_at(key)
                self._desk.exits.give_up(key)

    def take_back(self, order: Order, holding: Holding) -> None:
        """Owe what is left of an exit that did not get to the venue, or found nobody."""
        left = order.quantity - order.filled
        rules = self._desk.account.routes[order.instrument_id].instrument
        is_all = left >= rules.quantity(abs(holding.quantity))
        if left > ZERO:
            part = f"the venue took {order.filled} of {order.quantity}"
            said = part if order.filled else "its order did not get through"
            wish = _wish_of(order, said)
            self._put(Owing(wish, None if is_all else left))

    def _put(self, owing: Owing) -> None:
        known = self._by_key.get(owing.key)
        if known is None or known.limit_price is None or known.limit_price != owing.limit_price:
            self._by_key[owing.key] = owing

    # what waits for its price

    def waits_for_price(self, key: Key) -> bool:
        """Whether a limit exit is kept here while its stop rests."""
        owing = self._by_key.get(key)
        return owing is not None and self._desk.warden.keeps_exit(key, owing.wish)

    def is_due(self, key: Key) -> bool:
        """Whether an exit is owed that waits for no price."""
        return key in self._by_key and not self.waits_for_price(key)

    def is_kept_already(self, wish: Exit) -> bool:
        """Whether the very exit that is asked for waits here for its price."""
        key = (wish.strategy_id, wish.instrument_id)
        owing = self._by_key.get(key)
        is_same = owing is not None and owing.limit_price == wish.limit_price
        return is_same and not self._is_reached and self.waits_for_price(key)

    def keeps(self, order: Order) -> bool:
        """Whether an exit waits here: its price was not there when it was decided, or unknown."""
        key = (order.strategy_id, order.instrument_id)
        is_blind = NO_PRICES in self._desk.account.routes[order.instrument_id].causes
        return not self._is_reached and self.waits_for_price(key) and (is_blind or _is_far(order))

    def reach(self, key: Key, span: Span) -> bool:
        """Send the limit exit that is kept here when prices have come to it; return whether."""
        owing, holding = self._by_key.get(key), self._desk.account.book.holding(*key)
        if owing is None or not self.waits_for_price(key):
            return False
        is_there = owing.is_reached(span, is_long=holding.is_long)
        if not is_there or not self._desk.exits.has_lots(holding):
            return False
        self._is_reached = True
        said = f"its limit of {owing.limit_price} is reached"
        self._desk.take(owing.due(holding.quantity, said), holding)
        self._is_reached = False
        return True

    def is_stale(self, key: Key, span: Span) -> bool:
        """Whether a limit exit that is kept here was sent, and prices have gone away again."""
        owing, account = self._by_key.get(key), self._desk.account
        if owing is None or owing.limit_price is None:
            return False
        is_there = owing.is_reached(span, is_long=account.book.holding(*key).is_long)
        return not is_there and any(
            account.now_ns - each.created_ns > _PATIENCE_NS
            for each in self._desk.exits.working(key)
        )

    # what is done, or need not be

    def pay(self, key: Key) -> bool:
        """Ask for what is owed and waits for no price; return whether an exit came of it."""
        owing, holding = self._by_key.get(key), self._desk.account.book.holding(*key)
        if owing is None or holding.exiting or self.waits_for_price(key):
            return False
        if not self._desk.exits.has_lots(holding):
            return False
        self._desk.take(owing.due(holding.quantity, owing.wish.reason), holding)
        return bool(holding.exiting)  # what is too little to sell must not keep a stop out

    def paid(self, key: Key, quantity: Decimal) -> None:
        """Count base units that an exit has closed."""
        owing = self._by_key.get(key)
        if owing is None or owing.left is None:
            return
        left = owing.left - quantity
        if left > ZERO:
            self._by_key[key] = Owing(owing.wish, left)
        else:
            del self._by_key[key]

    def forgive(self, key: Key) -> None:
        """Close nothing at once any more: a new entry was asked for."""
        owing = self._by_key.get(key)
        if owing is not None and owing.limit_price is None:
            del self._by_key[key]

    def settle(self, holding: Holding) -> None:
        """Owe nothing of a holding that is over."""
        if not (holding.quantity or holding.entering or holding.exiting):
            self._by_key.pop((holding.strategy_id, holding.instrument_id), None)

    # over a restart

    def save(self) -> list[Owing]:
        """Return everything that is owed."""
        return list(self._by_key.values())

    def load(self, saved: Iterable[Owing]) -> None:
        """Take back what `save` returned."""
        self._by_key = {each.key: each for each in saved}


def _wish_of(order: Order, reason: str) -> Exit:
    """Return the wish that an exit order stands for, of everything."""
    return Exit(
        strategy_id=order.strategy_id,
        instrument_id=order.instrument_id,
        reason=reason,
        tag=order.tag,
        order_type=order.order_type,
        limit_price=None if order.price is None else to_float(order.price),
        user_id=order.user_id,
    )


def _is_far(order: Order) -> bool:
    """Whether a limit is away from the price it was decided at, so that it would rest."""
    price, limit = order.decision_price, order.price
    return limit is not None and (price is None or (limit - price) * order.side.sign < ZERO)
