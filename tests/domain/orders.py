"""Orders that have lived through events, and random events for them to live through."""

from decimal import Decimal
from functools import reduce
from typing import Any

from hypothesis import strategies as st

from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, StrategyId, VenueOrderId
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
    OrderRole,
    OrderType,
    OutcomeUnknown,
    Rejected,
    Side,
    Submitted,
    Triggered,
)
from argonaut.domain.transitions import apply

D = Decimal
NAME = ClientOrderId("a-1")
WHEN: dict[str, Any] = {"client_order_id": NAME, "event_ns": 1}

SUBMITTED = Submitted(**WHEN)
ACCEPTED = Accepted(**WHEN, venue_order_id=VenueOrderId("v-1"))
TRIGGERED = Triggered(**WHEN)
UNKNOWN = OutcomeUnknown(**WHEN, reason="timeout")
CANCEL_REQUESTED = CancelRequested(**WHEN)
CANCELED = Canceled(**WHEN)
EXPIRED = Expired(**WHEN)
REJECTED = Rejected(**WHEN, code="-2010", reason="insufficient balance")
DENIED = Denied(**WHEN, reason="killed")


def new_order(quantity: str = "1", **more: Any) -> Order:
    return Order(
        client_order_id=NAME,
        strategy_id=StrategyId("trend"),
        instrument_id=InstrumentId("BTC/USDT@sim"),
        side=Side.BUY,
        order_type=OrderType.LIMIT,
        role=OrderRole.ENTRY,
        quantity=D(quantity),
        **more,
    )


def order_after(*events: OrderEvent) -> Order:
    """An order of 1 base unit that has lived through `events`."""
    return reduce(apply, events, new_order())


def fill(fill_id: str, quantity: str, price: str = "100", **more: Any) -> Filled:
    return Filled(**WHEN, fill_id=FillId(fill_id), quantity=D(quantity), price=D(price), **more)


def amended(**changes: str) -> Amended:
    numbers: dict[str, Any] = {name: D(value) for name, value in changes.items()}
    return Amended(**WHEN, **numbers)


POSITIVE = st.decimals(D("0.01"), D("2"), places=2)
EVENTS: st.SearchStrategy[OrderEvent] = st.one_of(
    st.sampled_from(
        [
            SUBMITTED,
            ACCEPTED,
            TRIGGERED,
            UNKNOWN,
            CANCEL_REQUESTED,
            CANCELED,
            EXPIRED,
            REJECTED,
            DENIED,
        ]
    ),
    st.builds(
        fill,
        st.integers(1, 6).map(str),
        st.sampled_from(["0.1", "0.25", "0.4", "1"]),
        st.sampled_from(["99.5", "100", "101"]),
    ),
    st.builds(
        Amended,
        client_order_id=st.just(NAME),
        event_ns=st.just(1),
        quantity=st.none() | POSITIVE,
        price=st.none() | POSITIVE,
        trigger_price=st.none() | POSITIVE,
    ),
)
