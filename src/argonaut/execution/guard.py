"""What protects a holding: pairs of a stop and a target, sized to what has really filled.

A guard says what protection *should* rest at the venue. The engine compares that with what does
rest and closes the difference, after every event that could have changed either; so a lost,
refused or canceled stop is noticed by the same code that placed it.

The quantities of all pairs add up to the absolute holding, always: entries grow them by the
target's share, the pair's own fills and exits shrink them. Where the stop rests is known here at
every moment, a trailing one too, so that a stop placed anew never rests looser than before.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from argonaut.domain.ids import ClientOrderId, InstrumentId, SignalId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO, to_decimal
from argonaut.domain.order import Order, OrderRole, OrderType, Side
from argonaut.domain.signal import Protection
from argonaut.ledger.holding import Holding


class Leg:
    """One protective order as it should be: a stop or a target of one pair."""

    __slots__ = ("has_triggered", "is_given_up", "order_id", "placed_ns", "role", "setbacks")

    def __init__(self, role: OrderRole) -> None:
        self.role = role
        self.order_id: ClientOrderId | None = None  # the order that stands for it now
        self.placed_ns = 0  # when that order was sent
        self.has_triggered = False  # its trigger was reached: it takes what it gets
        self.setbacks = 0  # orders of it in a row that the venue ended unasked and unfilled
        self.is_given_up = False  # not placed again before something has changed


class Pair:
    """A stop and a target over the same base units; when one fills the other shrinks."""

    __slots__ = ("quantity", "settling", "share", "stop", "target", "target_price")

    def __init__(self, share: Decimal, target_price: Decimal | None, *, has_stop: bool) -> None:
        self.share = share  # of each entry fill, in (0, 1]
        self.quantity = ZERO  # base units this pair closes, on the lot grid
        self.settling: ClientOrderId | None = None  # the leg the venue shrinks because of the other
        self.target_price = target_price
        self.stop = Leg(OrderRole.STOP) if has_stop else None
        self.target = Leg(OrderRole.TARGET) if target_price is not None else None

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The stop first, because it is the one that must not be missing."""
        return tuple(leg for leg in (self.stop, self.target) if leg is not None)


class Guard:
    """The protection of one strategy's holding in one instrument."""

    __slots__ = (
        "best_price",
        "complaints",
        "created_ns",
        "instrument",
        "is_long",
        "is_suspended",
        "pairs",
        "protection",
        "serial",
        "signal_id",
        "stop_price",
        "strategy_id",
        "tag",
        "trail_fraction",
        "trailed_price",
        "user_id",
    )

    def __init__(
        self,
        holding: Holding,
        instrument: Instrument,
        protection: Protection,
        *,
        signal_id: SignalId,
        serial: int,
        created_ns: int,
    ) -> None:
        self.strategy_id = holding.strategy_id
        self.instrument = instrument
        self.protection = protection
        self.signal_id = signal_id
        self.is_long = holding.is_long
        self.serial = serial  # tells guards of one signal apart
        self.created_ns = created_ns
        self.tag = holding.entry_tag
        self.user_id = holding.entry_user_id
        self.stop_price: Decimal | None = None  # as asked for
        self.trail_fraction: Decimal | None = None
        self.trailed_price: Decimal | None = None  # where the trail has taken the stop since
        self.is_suspended = False  # while an exit order works, the venue lends it the base units
        self.pairs: list[Pair] = []
        self.complaints: set[str] = set()  # what was said of it already
        self.best_price: float | None = None  # best price the trail has seen

    @property
    def instrument_id(self) -> InstrumentId:
        """The instrument guarded."""
        return self.instrument.instrument_id

    @property
    def close_side(self) -> Side:
        """The side that reduces the holding."""
        return Side.SELL if self.is_long else Side.BUY

    @property
    def stop_level(self) -> Decimal | None:
        """Where the stop rests now: as asked for, or tighter where the trail has taken it."""
        asked, trailed = self.stop_price, self.trailed_price
        if asked is None or trailed is None:
            return asked
        return max(asked, trailed) if self.is_long else min(asked, trailed)

    def price_from(self, entry_price: Decimal) -> None:
        """Turn fractions into prices, measured from the first fill, and share the pairs out."""
        self.stop_price = self._stop_from(self.protection, entry_price)
        trail = self.protection.trail_fraction
        self.trail_fraction = None if trail is None else to_decimal(trail)
        has_stop = self.stop_price is not None
        left = ONE
        for target in self.protection.targets:
            share = min(to_decimal(target.share), left)
            left -= share
            self.pairs.append(
                Pair(
                    share,
                    self._target_from(entry_price, target.price, target.fraction),
                    has_stop=has_stop,
                )
            )
        if left > ZERO:
            self.pairs.append(Pair(left, None, has_stop=has_stop))

    def _stop_from(self, spec: Protection, entry_price: Decimal) -> Decimal | None:
        """The tighter of the fixed stop and where the trail starts."""
        sign = 1 if self.is_long else -1
        candidates = []
        if spec.stop_price is not None:
            candidates.append(self.instrument.price(spec.stop_price))
        for fraction in (spec.stop_fraction, spec.trail_fraction):
            if fraction is not None:
                level = entry_price * (ONE - sign * to_decimal(fraction))
                candidates.append(self._on_grid(level, self.close_side.opposite))
        if not candidates:
            return None
        return max(candidates) if self.is_long else min(candidates)

    def _target_from(
        self, entry_price: Decimal, price: float | None, fraction: float | None
    ) -> Decimal:
        if price is not None:
            return self.instrument.price(price)
        assert fraction is not None, "a target has a price or a fraction"
        sign = 1 if self.is_long else -1
        level = entry_price * (ONE + sign * to_decimal(fraction))
        return self._on_grid(level, self.close_side)

    def _on_grid(self, level: Decimal, side: Side) -> Decimal:
        """Round a level to a tick, one tick at the least: a fraction may reach down to zero."""
        return max(self.instrument.price_passive(level, side), self.instrument.tick_size)

    def grow(self, quantity: Decimal) -> None:
        """Spread base units of an entry fill over the pairs; the last takes what rounding left.

        A pair that was split off has no share, so that what is too small for an order adds up in
        one place.
        """
        sharing = [pair for pair in self.pairs if pair.share > ZERO]
        given = ZERO
        for pair in sharing[:-1]:
            part = self.instrument.quantity(quantity * pair.share)
            pair.quantity += part
            given += part
        sharing[-1].quantity += quantity - given

    def add(self, protection: Protection, entry_price: Decimal) -> None:
        """Take in the protection of a further entry: its stop where tighter; targets stay.

        Its own stop may have sized it, so the whole holding moves to the tighter of the two.
        """
        stop_price = self._stop_from(protection, entry_price)
        if stop_price is not None:
            self.tighten(stop_price)

    def merge(self, pair: Pair, price: Decimal) -> bool:
        """Give a part too small for an order of its own to another pair; return whether one could.

        `price` is what the order would have had. A single stop over everything is better than
        none over a part.
        """
        others = [each for each in self.pairs if each is not pair and each.quantity > ZERO]
        if not others:
            return False
        taker = max(reversed(others), key=lambda each: each.quantity)
        together = self.instrument.quantity(taker.quantity + pair.quantity)
        if self.instrument.fault_of(together, price) is not None:
            return False
        taker.quantity += pair.quantity
        pair.quantity = ZERO
        return True

    def split(self, pair: Pair, quantity: Decimal) -> None:
        """Give a part of a pair to one of its own, with the same target; it grows by nothing."""
        part = Pair(ZERO, pair.target_price, has_stop=pair.stop is not None)
        part.quantity = quantity
        pair.quantity -= quantity
        self.pairs.append(part)

    def shrink(self, quantity: Decimal, *, is_nearest_first: bool = False) -> None:
        """Take base units closed by an exit out of the pairs, the farthest target first."""
        for pair in self.pairs if is_nearest_first else reversed(self.pairs):
            part = min(pair.quantity, quantity)
            pair.quantity -= part
            quantity -= part

    def follow(self, price: float) -> bool:
        """Let the trail see a price; return whether it took the stop along.

        Level = best price x (1 - trail fraction) of a long, x (1 + trail fraction) of a short.
        """
        best = self.best_price
        if best is not None and (price <= best if self.is_long else price >= best):
            return False
        self.best_price = price
        assert self.trail_fraction is not None, "only a trailing stop follows"
        sign = 1 if self.is_long else -1
        level = self.instrument.price(price) * (ONE - sign * self.trail_fraction)
        trailed = self._on_grid(level, self.close_side)
        if not self.is_tighter(trailed):
            return False
        self.trailed_price = trailed
        return True

    def is_tighter(self, stop_price: Decimal) -> bool:
        """Whether a stop there would protect more than the one there is."""
        level = self.stop_level
        if level is None:
            return True
        return stop_price > level if self.is_long else stop_price < level

    def tighten(self, stop_price: Decimal) -> bool:
        """Move the stop in the protective direction only; return whether it moved."""
        if not self.is_tighter(stop_price):
            return False
        for pair in self.pairs:
            pair.stop = pair.stop or Leg(OrderRole.STOP)
        self.stop_price = stop_price
        return True

    def retarget(self, price: Decimal) -> bool:
        """Move the first open pair's target; return whether it moved."""
        for pair in self.pairs:
            if pair.quantity > 0:
                if pair.target_price == price:
                    return False
                pair.target_price = price
                pair.target = pair.target or Leg(OrderRole.TARGET)
                return True
        return False

    def find(self, order_id: ClientOrderId) -> tuple[Pair, Leg] | None:
        """Return the leg this order stands for, and its pair."""
        for pair in self.pairs:
            for leg in pair.legs:
                if leg.order_id == order_id:
                    return pair, leg
        return None

    def try_again(self) -> None:
        """Place what was given up once more: something has changed, or time has passed."""
        for pair in self.pairs:
            for leg in pair.legs:
                leg.is_given_up = False

    def order_ids(self) -> Iterable[ClientOrderId]:
        """Yield the orders that stand for legs now."""
        for pair in self.pairs:
            for leg in pair.legs:
                if leg.order_id is not None:
                    yield leg.order_id

    def word(
        self,
        pair: Pair,
        leg: Leg,
        *,
        quantity: Decimal,
        order_id: ClientOrderId,
        now_ns: int,
        is_linked: bool,
        reduce_only: bool,
        is_trail_kept: bool = False,
    ) -> Order:
        """Word the order for one leg; a trail that is kept elsewhere has a plain stop."""
        is_stop = leg.role is OrderRole.STOP
        details: dict[str, Any]
        if is_stop:
            trail = None if is_trail_kept else self.trail_fraction
            details = {
                "order_type": OrderType.STOP if trail is None else OrderType.TRAILING_STOP,
                "trigger_price": self.stop_level,
                "trail_fraction": trail,
            }
        else:
            details = {"order_type": OrderType.LIMIT, "price": pair.target_price}
        return Order(
            client_order_id=order_id,
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=self.close_side,
            role=leg.role,
            quantity=quantity,
            reduce_only=reduce_only,
            oco_group=self._group_of(pair) if is_linked else "",
            signal_id=self.signal_id,
            parent_id=f"{self.signal_id}-e",
            tag=self.tag_of(leg.role),
            user_id=self.user_id,
            created_ns=now_ns,
            **details,
        )

    def tag_of(self, role: OrderRole) -> str:
        """Return the tag of what closes by a stop or a target."""
        if self.protection.exit_tag:
            return self.protection.exit_tag
        return f"{self.tag}_{role.value}" if self.tag else role.value

    def _group_of(self, pair: Pair) -> str:
        return f"{self.signal_id}-g{self.serial}-{self.pairs.index(pair)}"
