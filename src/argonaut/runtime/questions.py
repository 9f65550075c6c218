"""One round of questions to a venue, each with an end, none able to fail a run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from argonaut.domain.ids import ClientOrderId, OrderKey
from argonaut.domain.order import Order
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueOrder
from argonaut.execution.reconcile.round import Ours, Said, is_acknowledged
from argonaut.monitoring.logs import log_event
from argonaut.ports import Venue

ANSWER_S = 20.0  # an adapter that takes longer has given no answer
_AT_ONCE = 5  # look-ups under way at a time: a round is no burst

AnswerT = TypeVar("AnswerT")


async def answered(question: Awaitable[AnswerT | NoAnswer], what: str) -> AnswerT | NoAnswer:
    """Return the answer; none in time, or an adapter's bug, is no answer."""
    try:
        async with asyncio.timeout(ANSWER_S):
            return await question
    except TimeoutError:
        return NoAnswer(detail=f"{what}: nothing within {ANSWER_S:g} s")
    except Exception as error:  # noqa: BLE001 - an adapter's bug must not end reconciliation
        log_event("venue_failed", level="ERROR", question=what, error=type(error).__name__)
        return NoAnswer(detail=f"{what}: {type(error).__name__}")


async def ask_round(
    venue: Venue,
    ours: Ours,
    *,
    asked_ns: int,
    since_ns: int,
    also: Sequence[ClientOrderId] = (),
    probe: Sequence[OrderKey] = (),
) -> Said:
    """Ask for everything: balances, open orders, executions, and orders not among the open ones.

    `also` are orders to look up in any case, `probe` the venue's ids of orders that may be ours.
    """
    names = tuple(ours.instruments)
    balances, open_orders, fills = await asyncio.gather(
        answered(venue.balances(), "balances"),
        answered(venue.open_orders(), "open orders"),
        asyncio.gather(
            *(answered(venue.fills(name, since_ns), f"fills of {name}") for name in names)
        ),
    )
    listed = () if isinstance(open_orders, NoAnswer) else tuple(open_orders)
    return Said(
        asked_ns=asked_ns,
        open_orders=None if isinstance(open_orders, NoAnswer) else listed,
        fills={
            name: tuple(each)
            for name, each in zip(names, fills, strict=True)
            if not isinstance(each, NoAnswer)
        },
        fills_since_ns=since_ns,
        balances=None if isinstance(balances, NoAnswer) else dict(balances.total),
        locked=None if isinstance(balances, NoAnswer) else balances.locked,
        found=await _look_up(venue, _unlisted(ours, listed, also)),
        probed=await _probe(venue, ours, probe),
    )


def is_full(said: Said, ours: Ours) -> bool:
    """Whether every question of a round was answered."""
    return (
        said.open_orders is not None
        and said.balances is not None
        and set(said.fills) == set(ours.instruments)
    )


def _unlisted(
    ours: Ours, listed: Sequence[VenueOrder], also: Sequence[ClientOrderId]
) -> list[Order]:
    """Return the orders of ours that the list of open ones says nothing about."""
    by_name = {each.client_order_id for each in listed}
    by_venue = {each.key for each in listed}
    wanted = [
        order
        for name, order in ours.live.items()
        if name not in by_name and (order.instrument_id, order.venue_order_id) not in by_venue
    ]
    more = [ours.order(name) for name in also]
    known = {order.client_order_id for order in wanted}
    return wanted + [
        each for each in more if each is not None and each.client_order_id not in known
    ]


async def _look_up(
    venue: Venue, orders: Sequence[Order]
) -> Mapping[ClientOrderId, VenueOrder | NotFound]:
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(order: Order) -> VenueOrder | NotFound | NoAnswer:
        async with turn:
            return await answered(venue.find(order), f"order {order.client_order_id}")

    answers = await asyncio.gather(*(one(order) for order in orders))
    return {
        order.client_order_id: answer
        for order, answer in zip(orders, answers, strict=True)
        if not isinstance(answer, NoAnswer)
    }


async def _probe(
    venue: Venue, ours: Ours, probe: Sequence[OrderKey]
) -> Mapping[OrderKey, VenueOrder]:
    """Look up orders by the venue's id, each in the name of an order that may be it.

    Venues number the orders of each instrument on their own, so it is one of the same instrument.
    """
    unproved = {
        each.instrument_id: each for each in ours.live.values() if not is_acknowledged(each)
    }
    asked = [
        replace(unproved[instrument_id], venue_order_id=venue_order_id)
        for instrument_id, venue_order_id in probe
        if instrument_id in unproved
    ]
    answers = await asyncio.gather(
        *(answered(venue.find(each), f"order {each.venue_order_id}") for each in asked)
    )
    return {each.key: each for each in answers if isinstance(each, VenueOrder)}
