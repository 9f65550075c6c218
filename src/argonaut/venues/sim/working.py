"""One order at the venue: what it waits for, what is left of it, what it reserves."""

from __future__ import annotations

import math
from decimal import Decimal
from enum import IntEnum
from typing import Final

from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import Order, OrderType


class Stage(IntEnum):
    """What an order waits for; at one price the smaller goes first."""

    MARKET = 0  # takes the next price
    TRIGGER = 1  # becomes MARKET, or LIMIT, when its trigger is reached
    LIMIT = 2  # rests at its price, or takes when it arrives


STAGE_OF: Final = {
    OrderType.MARKET: Stage.MARKET,
    OrderType.LIMIT: Stage.LIMIT,
    OrderType.STOP: Stage.TRIGGER,
    OrderType.STOP_LIMIT: Stage.TRIGGER,
    OrderType.TRAILING_STOP: Stage.TRIGGER,
}


class Working:
    """An order the venue took. Floats are the same prices as the Decimals, for comparing."""

    __slots__ = (
        "active_ns",
        "best_f",
        "cancel_ns",
        "filled",
        "handled",
        "has_arrived",
        "is_buy",
        "leaves",
        "order",
        "price",
        "price_f",
        "quote_left",
        "reference",
        "reserve_rate",
        "seq",
        "stage",
        "through_f",
        "trigger",
        "trigger_f",
    )

    def __init__(  # noqa: PLR0913 - made in two places, which know all of it
        self,
        order: Order,
        stage: Stage,
        *,
        is_buy: bool,
        seq: int,
        active_ns: int,
        leaves: Decimal,
        reserve_rate: Decimal,
        reference: Decimal | None,
        quote_left: Decimal | None = None,
        filled: Decimal = ZERO,
    ) -> None:
        self.order = order
        self.is_buy = is_buy
        self.stage = stage
        self.seq = seq  # order of acceptance over all instruments
        self.active_ns = active_ns  # when it reaches the venue; bars do not wait for it
        self.leaves = leaves  # base units
        # A buy: quote units incl. fee for one base unit; a sell: 1; else 0
        self.reserve_rate = reserve_rate
        self.reference = reference  # what the market showed when it was taken
        self.quote_left = quote_left  # quote units, fee included, of an order sized by cash
        self.filled = filled
        self.price: Decimal | None = None
        self.price_f = math.nan
        self.through_f = math.nan  # a resting limit fills at this price or beyond
        self.trigger: Decimal | None = None
        self.trigger_f = math.nan
        self.best_f = math.nan  # best price since acceptance, of a trailing stop
        self.has_arrived = False  # has met a price, so from now on it rests
        self.handled = 0  # the pass that acted on it last
        self.cancel_ns: int | None = None  # when a cancel on its way arrives

    @property
    def is_trailing(self) -> bool:
        """Whether its trigger follows the best price."""
        return self.stage is Stage.TRIGGER and self.order.order_type is OrderType.TRAILING_STOP

    @property
    def reserved(self) -> Decimal:
        """What it keeps others from spending: quote units of a buy, base units of a sell."""
        if self.quote_left is not None and self.is_buy and not self.order.reduce_only:
            return self.quote_left
        return self.leaves * self.reserve_rate

    def entry_notional(self, mark: Decimal, contract_size: Decimal) -> Decimal:
        """Return the quote units it would add to the exposure at its own price, else the mark."""
        if self.order.reduce_only:
            return ZERO
        if self.quote_left is not None:
            return self.quote_left
        return self.leaves * (self.price or self.trigger or mark) * contract_size

    def set_price(self, price: Decimal, instrument: Instrument, *, touch_fills: bool) -> None:
        """Rest at `price`; filled when the market is a tick through it, or at it if so ruled."""
        self.price, self.price_f = price, float(price)
        tick = ZERO if touch_fills else instrument.tick_size
        self.through_f = float(price - tick if self.is_buy else price + tick)

    def set_trigger(self, trigger: Decimal) -> None:
        """Wake at `trigger`."""
        self.trigger, self.trigger_f = trigger, float(trigger)

    def move_trigger(self, trigger: Decimal) -> None:
        """Wake at `trigger`; a trailing stop that is tighter by now stays where it is."""
        current = self.trigger
        if self.is_trailing and current is not None:
            trigger = min(trigger, current) if self.is_buy else max(trigger, current)
        self.set_trigger(trigger)

    def follow(self, price: float, instrument: Instrument) -> None:
        """Let a trailing stop see `price`; its trigger moves only in the protective direction.

        Trigger = best x (1 - trail_fraction) of a sell, best x (1 + trail_fraction) of a buy,
        rounded to the tick that wakes it earlier.
        """
        if (price >= self.best_f) if self.is_buy else (price <= self.best_f):
            return
        self.best_f = price
        trail = self.order.trail_fraction
        assert trail is not None, "only a trailing stop follows"
        best = instrument.price(price)
        level = best * (ONE + trail) if self.is_buy else best * (ONE - trail)
        trigger = instrument.price_passive(level, self.order.side)
        if trigger <= 0:
            return
        current = self.trigger
        if current is None or (trigger < current if self.is_buy else trigger > current):
            self.set_trigger(trigger)
