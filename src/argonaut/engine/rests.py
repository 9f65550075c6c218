"""What no stop can protect, because the venue takes none of so little: it is left instead.

Such a rest is worth an order at the market and not one at its stop's level. It is what a thin book
leaves of an exit, of a stop, or of an entry that ended early. While an entry works it may grow.
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

_SOON_NS: Final = 500_000_000  # after what an order has just got: the book is given a moment


class Rests:
    """Looks at what is left when an order has ended, and leaves what cannot be protected."""

    def __init__(self, desk: Desk, later: Later, again: Callable[[Holding], None]) -> None:
        self._desk = desk
        self._later = later
        self._again = again

    def on_end(self, key: Key, order: Order) -> None:
        """Have a rest left soon, where an order has ended that will bring no more of it."""
        if not self._is_bare(key):
            return
        if order.role is OrderRole.EXIT and not order.filled:  # nobody is there to trade with
            self._again(self._holding(key))
        else:
            self._later.wait(key, self._desk.account.now_ns + _SOON_NS)

    def leave(self, key: Key) -> None:
        """Leave a rest now; tried again later where it may not go."""
        if not self._is_bare(key):
            return
        self._desk.exits.escape(key, "the venue takes no stop of so little")
        holding = self._holding(key)
        if holding.quantity and not holding.exiting:
            self._again(holding)

    def _is_bare(self, key: Key) -> bool:
        holding = self._holding(key)
        is_alone = bool(holding.quantity) and not (holding.entering or holding.exiting)
        return is_alone and self._desk.warden.is_too_little(key)

    def _holding(self, key: Key) -> Holding:
        return self._desk.account.book.holding(key[0], key[1])
