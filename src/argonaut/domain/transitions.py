"""An order's life: one table of allowed transitions, and one function that takes the step.

The table is the law. A fill always counts, whatever we believed of its order before: after the end,
of an order that was refused, beyond what was ordered. The money is real; that it should not have
happened is for the engine to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from argonaut.domain.errors import ArgonautError
from argonaut.domain.order import (
    Accepted,
    Amended,
    Canceled,
    CancelRequested,
    Denied,
    Expired,
    Filled,
    Order,
    OrderEvent,
    OrderStatus,
    OutcomeUnknown,
    Rejected,
    Submitted,
    Triggered,
)

S = OrderStatus
_FILLED: Final = S.FILLED


class IllegalTransitionError(ArgonautError):
    """The table has no such step. The instrument goes to REDUCE_ONLY and is reconciled."""


TRANSITIONS: Mapping[OrderStatus, Mapping[type[OrderEvent], OrderStatus]] = {
    S.CREATED: {Denied: S.DENIED, Submitted: S.SUBMITTED},
    S.SUBMITTED: {
        Accepted: S.ACCEPTED,
        Rejected: S.REJECTED,
        Triggered: S.TRIGGERED,
        Filled: S.PARTIALLY_FILLED,
        CancelRequested: S.PENDING_CANCEL,
        Canceled: S.CANCELED,  # an IOC or FOK order can end without an acceptance
        Expired: S.EXPIRED,
        OutcomeUnknown: S.UNKNOWN,
    },
    S.UNKNOWN: {  # left only by venue evidence; for PENDING_CANCEL where `is_cancel_asked`
        Accepted: S.ACCEPTED,
        Rejected: S.REJECTED,
        Triggered: S.TRIGGERED,
        Filled: S.PARTIALLY_FILLED,
        CancelRequested: S.UNKNOWN,  # asking to cancel proves nothing about its fate
        Canceled: S.CANCELED,
        Expired: S.EXPIRED,
        OutcomeUnknown: S.UNKNOWN,
        Amended: S.ACCEPTED,  # the answer to an amendment, told late: it lives
    },
    S.ACCEPTED: {
        Accepted: S.ACCEPTED,  # told twice after a reconnect
        Triggered: S.TRIGGERED,
        Filled: S.PARTIALLY_FILLED,
        CancelRequested: S.PENDING_CANCEL,
        Canceled: S.CANCELED,
        Expired: S.EXPIRED,
        Rejected: S.REJECTED,  # some venues acknowledge before they check
        OutcomeUnknown: S.UNKNOWN,  # of an amendment
        Amended: S.ACCEPTED,
    },
    S.TRIGGERED: {
        Accepted: S.TRIGGERED,
        Triggered: S.TRIGGERED,
        Filled: S.PARTIALLY_FILLED,
        CancelRequested: S.PENDING_CANCEL,
        Canceled: S.CANCELED,
        Expired: S.EXPIRED,
        Rejected: S.REJECTED,  # margin check at the trigger
        OutcomeUnknown: S.UNKNOWN,  # of an amendment
        Amended: S.TRIGGERED,
    },
    S.PARTIALLY_FILLED: {
        Accepted: S.PARTIALLY_FILLED,  # the fill overtook the acceptance on the wire
        Triggered: S.PARTIALLY_FILLED,
        Filled: S.PARTIALLY_FILLED,
        CancelRequested: S.PENDING_CANCEL,
        Canceled: S.CANCELED,
        Expired: S.EXPIRED,
        OutcomeUnknown: S.UNKNOWN,  # of an amendment
        Amended: S.PARTIALLY_FILLED,
    },
    S.PENDING_CANCEL: {
        Accepted: S.PENDING_CANCEL,
        Triggered: S.PENDING_CANCEL,
        Rejected: S.REJECTED,
        Filled: S.PENDING_CANCEL,
        CancelRequested: S.PENDING_CANCEL,
        Canceled: S.CANCELED,
        Expired: S.EXPIRED,
        OutcomeUnknown: S.UNKNOWN,
        Amended: S.PENDING_CANCEL,
    },
    S.CANCELED: {  # what happened first may be told second
        Accepted: S.CANCELED,
        Triggered: S.CANCELED,
        Filled: S.CANCELED,
        Canceled: S.CANCELED,
        Expired: S.CANCELED,
        OutcomeUnknown: S.CANCELED,  # the answer to the request was lost, the end was told
    },
    S.EXPIRED: {
        Accepted: S.EXPIRED,
        Triggered: S.EXPIRED,
        Filled: S.EXPIRED,
        Canceled: S.EXPIRED,
        Expired: S.EXPIRED,
        OutcomeUnknown: S.EXPIRED,
    },
    S.DENIED: {Filled: S.DENIED},
    S.REJECTED: {  # or so we believed: what is told of it now is for a person
        Accepted: S.REJECTED,
        Triggered: S.REJECTED,
        Filled: S.REJECTED,
        Rejected: S.REJECTED,
        Canceled: S.REJECTED,
        Expired: S.REJECTED,
        OutcomeUnknown: S.REJECTED,
    },
    S.FILLED: {
        Accepted: S.FILLED,
        Triggered: S.FILLED,
        Filled: S.FILLED,
        CancelRequested: S.FILLED,
        Canceled: S.FILLED,
        Expired: S.FILLED,
        OutcomeUnknown: S.FILLED,
    },
}
_UNKNOWN: Final = S.UNKNOWN
_PENDING_CANCEL: Final = S.PENDING_CANCEL
_WITH_FILLS: Final = {S.ACCEPTED: S.PARTIALLY_FILLED, S.TRIGGERED: S.PARTIALLY_FILLED}


def apply(order: Order, event: OrderEvent) -> Order:
    """Return `order` after `event`: the same object when it tells nothing new.

    Raises:
        IllegalTransitionError: The table has no such step, or it denies what has filled.
    """
    kind = type(event)
    if kind is Filled:
        return _apply_fill(order, event)  # type: ignore[arg-type]
    status = _next(order, event)
    if order.filled:
        if kind is Rejected:
            raise IllegalTransitionError(
                f"order {order.client_order_id}: rejected, yet {order.filled} filled"
            )
        status = _WITH_FILLS.get(status, status)
    if kind is Accepted:
        assert isinstance(event, Accepted)
        if status is order.status and event.venue_order_id == order.venue_order_id:
            return order
        return replace(order, status=status, venue_order_id=event.venue_order_id)
    if kind is Amended:
        assert isinstance(event, Amended)
        return _apply_amendment(order, event, status)
    if kind is CancelRequested and not (order.is_cancel_asked or status.is_final):
        return replace(order, status=status, is_cancel_asked=True)
    return order if status is order.status else replace(order, status=status)


def _next(order: Order, event: OrderEvent) -> OrderStatus:
    try:
        status = TRANSITIONS[order.status][type(event)]
    except KeyError:
        raise IllegalTransitionError(
            f"{order.status.value} order {order.client_order_id} received {event}"
        ) from None
    if order.is_cancel_asked and not (status is _UNKNOWN or status.is_final):
        return _PENDING_CANCEL  # that it lives does not undo the wish that it shall not
    return status


def _apply_fill(order: Order, event: Filled) -> Order:
    fill_id, known, quantity = event.fill_id, order.fill_ids, event.quantity
    if fill_id in known:
        return order
    status = _next(order, event)
    filled = order.filled + quantity
    if filled >= order.quantity:
        status = _FILLED
    return replace(
        order,
        status=status,
        filled=filled,
        filled_quote=order.filled_quote + event.price * quantity,
        fill_ids=(*known, fill_id),
    )


def _apply_amendment(order: Order, event: Amended, status: OrderStatus) -> Order:
    quantity = order.quantity if event.quantity is None else event.quantity
    if quantity < order.filled:
        raise IllegalTransitionError(
            f"order {order.client_order_id}: amended to {quantity}, already filled {order.filled}"
        )
    return replace(
        order,
        status=S.FILLED if quantity == order.filled else status,
        quantity=quantity,
        price=order.price if event.price is None else event.price,
        trigger_price=order.trigger_price if event.trigger_price is None else event.trigger_price,
    )
