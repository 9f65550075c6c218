"""One order of ours against what the venue shows of it: the reports that make both equal.

Fills win: an order is never ended before every execution the venue counts for it is booked. What
the venue says may be older than what we know; a count that went back proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from argonaut.domain.event import Correction
from argonaut.domain.number import ZERO
from argonaut.domain.order import (
    Accepted,
    Amended,
    Canceled,
    Expired,
    Filled,
    Order,
    OrderStatus,
    OrderType,
    Rejected,
    Report,
    Triggered,
)
from argonaut.domain.venue_view import VenueFill, VenueOrder
from argonaut.execution.reconcile.round import LOCAL, Found, is_acknowledged

_S = OrderStatus
_STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})


def report_of(order: Order, fill: VenueFill) -> Filled:
    """Word an execution as a report on our order."""
    return Filled(
        client_order_id=order.client_order_id,
        event_ns=fill.event_ns,
        fill_id=fill.fill_id,
        quantity=fill.quantity,
        price=fill.price,
        fee=fill.fee,
        fee_asset=fill.fee_asset,
        is_maker=fill.is_maker,
    )


def missed(order: Order, fills: Sequence[VenueFill], now_ns: int) -> list[Found]:
    """Return the inputs that book executions nobody told us of, oldest first."""
    inputs: list[Found] = []
    for fill in sorted(fills, key=lambda each: (each.event_ns, each.fill_id)):
        evidence = {
            "fill": fill.fill_id,
            "venue_order": fill.venue_order_id,
            "quantity": str(fill.quantity),
            "price": str(fill.price),
        }
        inputs += [
            Correction(
                event_ns=now_ns,
                what="missed_fill",
                subject=order.client_order_id,
                detail=f"execution {fill.fill_id} is in the venue's list and was not told to us",
                evidence=evidence,
            ),
            report_of(order, fill),
        ]
    return inputs


def brought_level(
    order: Order, shown: VenueOrder, fills: Sequence[VenueFill], now_ns: int
) -> list[Found]:
    """Return the inputs that bring a live order level with what the venue shows.

    `fills` are its executions that are not in the books. Nothing is returned where both agree.
    """
    inputs = [*_found(order, shown, now_ns), *missed(order, fills, now_ns)]
    filled = order.filled + sum((each.quantity for each in fills), ZERO)
    if filled >= order.quantity:
        return inputs  # the last execution ended it
    if shown.filled == filled and shown.status.is_final:
        inputs += _ended(order, shown, filled, now_ns)
    elif not shown.status.is_final:
        inputs += _moved_on(order, shown, filled, now_ns)
    return inputs


def lags(order: Order, shown: VenueOrder, fills: Sequence[VenueFill]) -> bool:
    """Whether the venue counts more for an order than the executions it lists."""
    return shown.filled > order.filled + sum((each.quantity for each in fills), ZERO)


def is_another(order: Order, shown: VenueOrder) -> bool:
    """Whether the venue knows our id by two of its own: somebody else uses it too."""
    return order.venue_order_id not in (None, LOCAL, shown.venue_order_id)


def went_back(shown: VenueOrder, filled_when_asked: Decimal) -> bool:
    """Whether the venue counts less than it had told before it was asked: a stale answer."""
    return shown.filled < filled_when_asked


def _found(order: Order, shown: VenueOrder, now_ns: int) -> list[Found]:
    """Acknowledge an order that was sent and never answered, or whose state was unknown."""
    is_known = is_acknowledged(order) and order.venue_order_id == shown.venue_order_id
    if (is_known and order.status is not _S.UNKNOWN) or shown.status is _S.REJECTED:
        return []
    accepted = Accepted(
        client_order_id=order.client_order_id,
        event_ns=now_ns,
        venue_order_id=shown.venue_order_id,
    )
    return [
        Correction(
            event_ns=now_ns,
            what="found",
            subject=order.client_order_id,
            detail=f"the venue has it as {shown.venue_order_id}, {shown.status.value}",
            evidence=_evidence(order, shown),
        ),
        accepted,
    ]


def _ended(order: Order, shown: VenueOrder, filled: Decimal, now_ns: int) -> list[Found]:
    correction = Correction(
        event_ns=now_ns,
        what="ended",
        subject=order.client_order_id,
        detail=f"the venue shows it {shown.status.value} with {filled} filled",
        evidence=_evidence(order, shown),
    )
    return [correction, _end(order, shown, filled, now_ns)]


def _end(order: Order, shown: VenueOrder, filled: Decimal, now_ns: int) -> Report:
    name, reason = order.client_order_id, shown.reason or "found so when asked"
    if shown.status is _S.CANCELED:
        return Canceled(client_order_id=name, event_ns=now_ns, reason=reason)
    if shown.status is _S.REJECTED and not filled:
        return Rejected(client_order_id=name, event_ns=now_ns, code="venue", reason=reason)
    # An order sized by quote units is FILLED before its base units are: the rest expires.
    return Expired(client_order_id=name, event_ns=now_ns, reason=reason)


def _moved_on(order: Order, shown: VenueOrder, filled: Decimal, now_ns: int) -> list[Found]:
    """Tell a trigger or an amendment that the stream has swallowed."""
    inputs: list[Found] = []
    if shown.status is _S.TRIGGERED and order.status is _S.ACCEPTED and not filled:
        inputs.append(Triggered(client_order_id=order.client_order_id, event_ns=now_ns))
    changed = _amendment(order, shown, now_ns)
    if changed is not None and order.status is not _S.SUBMITTED:
        inputs.append(changed)
    return inputs


def _amendment(order: Order, shown: VenueOrder, now_ns: int) -> Amended | None:
    if order.order_type is OrderType.MARKET or shown.quantity < shown.filled:
        return None
    quantity = shown.quantity if shown.quantity != order.quantity else None
    has_price = order.price is not None and shown.price
    price = shown.price if has_price and shown.price != order.price else None
    trigger = None
    if order.order_type in _STOPS and order.trigger_price is not None and shown.trigger_price:
        trigger = shown.trigger_price if shown.trigger_price != order.trigger_price else None
    if quantity is None and price is None and trigger is None:
        return None
    return Amended(
        client_order_id=order.client_order_id,
        event_ns=now_ns,
        quantity=quantity,
        price=price,
        trigger_price=trigger,
    )


def _evidence(order: Order, shown: VenueOrder) -> dict[str, str]:
    return {
        "was": order.status.value,
        "venue_order": shown.venue_order_id,
        "shown": shown.status.value,
        "filled": f"{shown.filled} of {shown.quantity}",
        "updated_ns": str(shown.updated_ns),
    }
