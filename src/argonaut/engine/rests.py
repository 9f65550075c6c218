"""What is held and neither protected nor wanted: it is left instead.

No stop can protect what is worth an order at the market and not one at its stop's level. It is what
a thin book leaves of an exit, of a stop, or of an entry that ended early. While an entry works it
may grow. And nobody wants what orders opened that were to close something: two of them filled where
one was meant to, because the venue told late, or took no notice of a cancel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from argonaut.domain.order import Order, OrderRole
from argonaut.engine.later import Later
from argonaut.engine.route import Key
from argonaut.ledger.holding import Holding

if TYPE_CHECKING:
    from argonaut.engine.desk import Desk

STRAY: Final = "nobody wanted it"
_SOON_NS: Final = 500_000_000  # after what an order has just got: the book is given a moment
_TOO_LITTLE: Final = "the venue takes no stop of so little"


class Rests:
    """Looks at what is left when an order has ended, and leaves what is not to stay."""

    def __init__(self, desk: Desk, later: Later, again: Callable[[Holding], None]) -> None:
        self._desk = desk
        self._later = later
        self._again = again

    def on_end(self, key: Key, order: Order) -> None:
        """Have a rest left soon, where an order has ended that will bring no more of it."""
        holding = self._holding(key)
        is_no_end = holding.is_stray and order.role is OrderRole.ENTRY
        if is_no_end or not self._why_left(holding):
            return
        was_to_close = order.role is OrderRole.EXIT and order.side.sign * holding.quantity < 0
        if was_to_close and not (order.filled or order.is_cancel_asked):
            self._again(holding)  # nobody is there to trade with
        else:
            self._leave_soon(key)

    def leave(self, key: Key) -> None:
        """Leave a rest now; tried again later where it may not go."""
        holding = self._holding(key)
        if holding.is_stray:
            self._desk.exits.give_up(key)  # what waits for its price; its end brings us back
        why = self._why_left(holding)
        if not why:
            return
        self._desk.exits.escape(key, why)
        if holding.quantity and not holding.exiting:
            self._again(holding)

    def look(self) -> None:
        """Have left what still is to be, after a restart in the moment it was to go."""
        for holding in self._desk.account.book.holdings():
            key = (holding.strategy_id, holding.instrument_id)
            if holding.is_stray and self._why_left(holding) and not self._later.is_set(key):
                self._leave_soon(key)

    def _leave_soon(self, key: Key) -> None:
        self._later.wait(key, self._desk.account.now_ns + _SOON_NS)

    def _why_left(self, holding: Holding) -> str:
        """Return why a holding may not stay, empty while it may or is on its way out."""
        if not holding.quantity or holding.exiting:
            return ""
        if holding.is_stray and self._desk.exits.has_lots(holding):
            return STRAY
        is_too_little = not holding.entering and self._desk.warden.is_too_little(
            (holding.strategy_id, holding.instrument_id)
        )
        return _TOO_LITTLE if is_too_little else ""

    def _holding(self, key: Key) -> Holding:
        return self._desk.account.book.holding(key[0], key[1])
