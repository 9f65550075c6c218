"""A guard as a record, and back: what should rest, and which orders stand for it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from argonaut.domain.ids import ClientOrderId, InstrumentId, SignalId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import OrderRole
from argonaut.domain.signal import Protection
from argonaut.execution.guard import Guard, Leg, Pair
from argonaut.ledger.holding import Holding


class SavedLeg(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One leg; the fields are named as those of `Leg`."""

    order_id: ClientOrderId | None
    placed_ns: int
    has_triggered: bool
    setbacks: int
    is_given_up: bool


class SavedPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One pair; None for a leg it does not have."""

    share: Decimal
    quantity: Decimal
    settling: ClientOrderId | None
    target_price: Decimal | None
    stop: SavedLeg | None
    target: SavedLeg | None


class SavedGuard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One guard; the fields are named as those of `Guard`."""

    strategy_id: StrategyId
    instrument_id: InstrumentId
    signal_id: SignalId
    serial: int
    created_ns: int
    is_long: bool
    tag: str
    user_id: str
    protection: Protection
    stop_price: Decimal | None
    trail_fraction: Decimal | None
    trailed_price: Decimal | None
    best_price: float | None
    is_suspended: bool
    is_watched: bool  # it wants to see every price
    complaints: list[str]
    pairs: list[SavedPair]


_PLAIN = (
    "stop_price",
    "trail_fraction",
    "trailed_price",
    "best_price",
    "is_suspended",
    "is_long",
    "tag",
    "user_id",
)


def saved_of(guard: Guard, *, is_watched: bool) -> SavedGuard:
    """Return a guard as a record."""
    return SavedGuard(
        strategy_id=guard.strategy_id,
        instrument_id=guard.instrument_id,
        signal_id=guard.signal_id,
        serial=guard.serial,
        created_ns=guard.created_ns,
        protection=guard.protection,
        complaints=sorted(guard.complaints),
        pairs=[
            SavedPair(
                pair.share,
                pair.quantity,
                pair.settling,
                pair.target_price,
                _saved_leg(pair.stop),
                _saved_leg(pair.target),
            )
            for pair in guard.pairs
        ],
        is_watched=is_watched,
        **{name: getattr(guard, name) for name in _PLAIN},
    )


def guard_of(saved: SavedGuard, holding: Holding, instrument: Instrument) -> Guard:
    """Return the guard of a record."""
    guard = Guard(
        holding,
        instrument,
        saved.protection,
        signal_id=saved.signal_id,
        serial=saved.serial,
        created_ns=saved.created_ns,
    )
    for name in _PLAIN:
        setattr(guard, name, getattr(saved, name))
    guard.complaints = set(saved.complaints)
    guard.pairs = [_pair_of(each) for each in saved.pairs]
    return guard


def _saved_leg(leg: Leg | None) -> SavedLeg | None:
    if leg is None:
        return None
    return SavedLeg(*(getattr(leg, name) for name in SavedLeg.__struct_fields__))


def _pair_of(saved: SavedPair) -> Pair:
    pair = Pair(saved.share, saved.target_price, has_stop=False)
    pair.quantity, pair.settling = saved.quantity, saved.settling
    pair.stop = _leg_of(saved.stop, OrderRole.STOP)
    pair.target = _leg_of(saved.target, OrderRole.TARGET)
    return pair


def _leg_of(saved: SavedLeg | None, role: OrderRole) -> Leg | None:
    if saved is None:
        return None
    leg = Leg(role)
    for name in SavedLeg.__struct_fields__:
        setattr(leg, name, getattr(saved, name))
    return leg
