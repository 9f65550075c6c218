"""One exit that is owed: what was asked for, and what is left of it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from argonaut.domain.ids import SignalId
from argonaut.domain.number import ONE
from argonaut.domain.order import OrderType
from argonaut.domain.signal import Exit
from argonaut.engine.route import Key, Span

_ROUNDED_UP = Decimal("1e-18")  # so that a share of a holding is never a lot short


class Owing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exit; `left` is what it still is to close in base units, None for everything."""

    wish: Exit
    left: Decimal | None = None

    @property
    def key(self) -> Key:
        """Whose it is, and where."""
        return self.wish.strategy_id, self.wish.instrument_id

    @property
    def limit_price(self) -> float | None:
        """The price it waits for, if it does."""
        return self.wish.limit_price if self.wish.order_type is OrderType.LIMIT else None

    def is_reached(self, span: Span, *, is_long: bool) -> bool:
        """Whether prices have come to its limit."""
        price = self.limit_price
        return price is not None and (span.high >= price if is_long else span.low <= price)

    def due(self, held: Decimal, reason: str) -> Exit:
        """Word what is to be asked for now, of `held` base units; of no detector's signal."""
        share = ONE if self.left is None else min(self.left / abs(held) + _ROUNDED_UP, ONE)
        return msgspec.structs.replace(
            self.wish, fraction=share, reason=reason, signal_id=SignalId(""), source=""
        )
