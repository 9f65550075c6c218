"""Word the orders of an approved signal."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from argonaut.domain.ids import ClientOrderId, SignalId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import Order, OrderRole, OrderType, Side
from argonaut.domain.signal import Enter, Exit
from argonaut.domain.verdict import Approved

_ENTRY: Final = OrderRole.ENTRY
_EXIT: Final = OrderRole.EXIT
_TRAILING_STOP: Final = OrderType.TRAILING_STOP
_STOPS: Final = (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP)
_LIMITS: Final = (OrderType.LIMIT, OrderType.STOP_LIMIT)


def entry_order(
    approved: Approved,
    instrument: Instrument,
    *,
    order_id: ClientOrderId,
    signal_id: SignalId,
    decision_price: Decimal,
    now_ns: int,
) -> Order:
    """Word the one order that opens or enlarges a position."""
    entry = approved.signal
    assert isinstance(entry, Enter), f"an entry order wants an Enter, not {entry}"
    side = entry.side
    return Order(
        client_order_id=order_id,
        strategy_id=entry.strategy_id,
        instrument_id=entry.instrument_id,
        side=side,
        order_type=entry.order_type,
        role=_ENTRY,
        quantity=approved.quantity,
        quote_quantity=approved.quote_quantity,
        price=_limit(entry, instrument, side),
        trigger_price=_trigger(entry, instrument),
        trail_fraction=_entry_trail(entry),
        time_in_force=entry.time_in_force,
        post_only=entry.post_only,
        signal_id=signal_id,
        tag=entry.tag,
        user_id=entry.user_id,
        decision_price=decision_price,
        created_ns=now_ns,
    )


def exit_order(
    approved: Approved,
    instrument: Instrument,
    *,
    order_id: ClientOrderId,
    signal_id: SignalId,
    side: Side,
    decision_price: Decimal | None,
    reduce_only: bool,
    now_ns: int,
) -> Order:
    """Word the one order that closes part or all of what a strategy holds.

    It is told to reduce only, except where the account itself holds less than the strategy,
    because another one holds the opposite: there the venue would refuse it.
    """
    wish = approved.signal
    assert isinstance(wish, Exit), f"an exit order wants an Exit, not {wish}"
    return Order(
        client_order_id=order_id,
        strategy_id=wish.strategy_id,
        instrument_id=wish.instrument_id,
        side=side,
        order_type=wish.order_type,
        role=_EXIT,
        quantity=approved.quantity,
        price=_limit(wish, instrument, side),
        reduce_only=reduce_only,
        signal_id=signal_id,
        tag=wish.tag,
        user_id=wish.user_id,
        decision_price=decision_price,
        created_ns=now_ns,
    )


def _limit(wish: Enter | Exit, instrument: Instrument, side: Side) -> Decimal | None:
    """Return the limit of an order type that has one; a market order ignores what came along."""
    if wish.order_type not in _LIMITS or wish.limit_price is None:
        return None
    return instrument.price_passive(instrument.price(wish.limit_price), side)


def _trigger(entry: Enter, instrument: Instrument) -> Decimal | None:
    if entry.order_type not in _STOPS or entry.trigger_price is None:
        return None
    return instrument.price(entry.trigger_price)


def _entry_trail(entry: Enter) -> Decimal | None:
    """A trailing entry follows by its protection's trail; no other entry has one."""
    if entry.order_type is not _TRAILING_STOP:
        return None
    trail = entry.protection.trail_fraction
    return None if trail is None else Decimal(repr(trail))
