"""A wish of a strategy or detector: enter, exit, or move the protection. Never an order.

Prices in a signal are floats, because indicators make them; `Instrument.price` turns them into
money. Sizes are Decimal, because people configure them.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, SignalId, StrategyId
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import OrderType, Side, TimeInForce


def _check_positive(name: str, value: float | None) -> None:
    if value is not None and not (math.isfinite(value) and value > 0):
        raise InvalidValueError(f"want {name} > 0, not {value}")


class Notional(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Spend this many quote units."""

    quote: Decimal


class Quantity(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Trade this many base units."""

    base: Decimal


class EquityFraction(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Spend `fraction` of equity, but at least `min_quote` quote units."""

    fraction: Decimal
    min_quote: Decimal = ZERO


class RiskFraction(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Lose at most `fraction` of equity if the stop is hit; notional kept within the two bounds."""

    fraction: Decimal
    min_quote: Decimal = ZERO
    max_quote: Decimal | None = None


class CashFraction(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Spend `fraction` of the free quote balance, fee included, at whatever price it fills."""

    fraction: Decimal = ONE


Size = Notional | Quantity | EquityFraction | RiskFraction | CashFraction


class Target(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A take-profit for `share` of the filled quantity, at a price or a fraction above entry.

    `fraction` is measured in the direction of profit: 0.035 is 3.5 % above a long's entry.
    """

    price: float | None = None
    fraction: float | None = None
    share: float = 1.0

    def __post_init__(self) -> None:
        """Want exactly one of price and fraction."""
        if (self.price is None) == (self.fraction is None):
            raise InvalidValueError(f"a target wants either a price or a fraction, not {self}")
        _check_positive("target", self.price if self.price is not None else self.fraction)
        if not 0 < self.share <= 1:
            raise InvalidValueError(f"want 0 < share <= 1, not {self.share}")


class Protection(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """What guards a position once the entry fills; fractions are of the average entry price.

    `trail_fraction` follows the best price since entry; with a stop as well, the tighter of the
    two holds. `exit_tag` is the tag of the orders it places; without one they have the entry's
    tag with "_stop" or "_target" behind it. Empty means no protection.
    """

    stop_price: float | None = None
    stop_fraction: float | None = None
    trail_fraction: float | None = None
    targets: tuple[Target, ...] = ()
    exit_tag: str = ""

    def __post_init__(self) -> None:
        """Check that every number is finite and positive and the shares do not exceed one."""
        if self.stop_price is not None and self.stop_fraction is not None:
            raise InvalidValueError("a protection wants a stop price or a stop fraction, not both")
        _check_positive("stop_price", self.stop_price)
        for name in ("stop_fraction", "trail_fraction"):
            value = getattr(self, name)
            _check_positive(name, value)
            if value is not None and value >= 1:
                raise InvalidValueError(f"want {name} < 1 (0.01 is one percent), not {value}")
        if self.targets and sum(target.share for target in self.targets) > 1 + 1e-9:
            raise InvalidValueError(f"target shares add up to more than 1: {self.targets}")

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.has_stop or self.targets)

    @property
    def has_stop(self) -> bool:
        """Whether a stop of any manner is asked for."""
        return not (
            self.stop_price is None and self.stop_fraction is None and self.trail_fraction is None
        )


UNPROTECTED = Protection()


class Enter(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A wish to open or enlarge a position."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    side: Side
    size: Size
    reason: str
    tag: str = ""
    protection: Protection = UNPROTECTED
    order_type: OrderType = OrderType.MARKET
    limit_price: float | None = None
    trigger_price: float | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    confidence: float = 1.0
    signal_id: SignalId = SignalId("")
    source: str = ""
    user_id: str = ""
    dry_run: bool = False
    answers_to: str = ""  # id of the detector's signal it comes of; `source` sent it


class Exit(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A wish to close `fraction` of what the strategy holds (all of it by default)."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    reason: str
    fraction: Decimal = ONE
    tag: str = ""
    order_type: OrderType = OrderType.MARKET
    limit_price: float | None = None
    signal_id: SignalId = SignalId("")
    source: str = ""
    user_id: str = ""
    dry_run: bool = False
    answers_to: str = ""  # id of the detector's signal it comes of; `source` sent it


class Protect(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A wish to move the stop or the target of what the strategy holds. A stop only tightens."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    reason: str
    stop_price: float | None = None
    target_price: float | None = None
    signal_id: SignalId = SignalId("")


class Skip(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """Not a wish but a reason: why the strategy saw its moment and did nothing.

    Journaled for `argonaut why`; a strategy yields it when the reason changes, not on every bar.
    """

    strategy_id: StrategyId
    instrument_id: InstrumentId
    reason: str
    source: str = ""  # of the detector's signal it is about
    answers_to: str = ""  # and that signal's id
    is_waiting: bool = False  # something may come of it yet


class Announce(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """Not a wish but news of the instrument: an event for everybody who listens to events.

    The engine makes an `ExternalEvent` of it, of this moment, with the strategy as its source.
    """

    strategy_id: StrategyId
    instrument_id: InstrumentId
    reason: str
    kind: str
    priority: float = 0.0  # 0 to 1
    payload: dict[str, str] = {}


class Watch(msgspec.Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """A wish to be shown an instrument that is not there yet, as soon as the venue trades it.

    It is expected from `from_ns` on (UTC), and not wanted any more after `until_ns`.
    """

    strategy_id: StrategyId
    instrument_id: InstrumentId
    reason: str
    from_ns: int
    until_ns: int


class Note(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """Something the operator should hear from a strategy; `stages` are nanoseconds by name."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    reason: str
    stages: dict[str, int] = {}


Signal = Enter | Exit | Protect | Skip | Announce | Watch | Note


class Overheard(NamedTuple):
    """What another strategy wishes at the same instrument, whatever the gate will make of it."""

    event_ns: int
    wish: Signal
