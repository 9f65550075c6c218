"""Bugs on the way out: what leaves too early, twice, in another size, or when it must not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import (
    Canceled,
    Order,
    OrderRole,
    OrderStatus,
    OutcomeUnknown,
    Rejected,
    Report,
)
from argonaut.engine import account, exits
from argonaut.engine.account import Account
from argonaut.engine.desk import Desk
from argonaut.engine.fitter import Fitter
from argonaut.execution.guard import Guard
from argonaut.rehearsal.simulation.mutants.mutant import DOUBTS, TIGHT_CAPS, Mutant, instead
from argonaut.risk import mode
from argonaut.risk.view import Exposure
from argonaut.runtime.outbox import Outbox
from argonaut.runtime.recorder import Durable, Recorder
from argonaut.venues.binance import adapter, client
from argonaut.venues.binance.adapter import BinanceSpot
from argonaut.venues.binance.limits import Limiter

_LATE_S = 0.05
_EVERYTHING = Decimal(1_000_000)  # base units: more than anybody here has
_NOTHING_AT_RISK = Exposure(ZERO, ZERO, ZERO, ZERO)


def _resends(submit: Any) -> Any:
    async def resend(self: BinanceSpot, order: Order, **other: Any) -> Sequence[Report]:
        reports: Sequence[Report] = await submit(self, order, **other)
        if any(isinstance(each, OutcomeUnknown) for each in reports):
            return await submit(self, order, **other)  # type: ignore[no-any-return]
        return reports

    return resend


def _commits_late(commit: Any) -> Any:
    def late(self: Recorder) -> Durable:
        asyncio.get_running_loop().call_later(_LATE_S, commit, self)
        return Durable.JOURNAL

    return late


def _ends_at_once(cancel: Any) -> Any:
    def ended(self: Outbox, order: Order) -> None:
        cancel(self, order)
        now_ns = self._clock.now_ns()
        gone = Canceled(client_order_id=order.client_order_id, event_ns=now_ns)
        asyncio.get_running_loop().call_soon(self._hears.hear, gone)

    return ended


def _timeouts_are_refusals(unknown: Any) -> Any:
    def refused(self: BinanceSpot, order: Order, reason: str) -> Rejected:
        said: OutcomeUnknown = unknown(self, order, reason)
        return Rejected(
            client_order_id=order.client_order_id,
            event_ns=said.event_ns,
            code="timeout",
            reason=reason,
        )

    return refused


def _twice_the_size(exit_order: Any) -> Any:
    def doubled(*arguments: Any, **settings: Any) -> Order:
        order: Order = exit_order(*arguments, **settings)
        return replace(order, quantity=order.quantity * 2)

    return doubled


def _off_the_grid(parameters_of: Any) -> Any:
    def finer(order: Order, rules: Any) -> Any:
        parameters = parameters_of(order, rules)
        if isinstance(parameters, str) or "quantity" not in parameters:
            return parameters
        return {**parameters, "quantity": f"{parameters['quantity']}1"}

    return finer


def _unchecked(_: Any) -> Any:
    return lambda *_: None


def _sized_to_the_order(grow: Any) -> Any:
    def larger(self: Guard, quantity: Decimal) -> None:
        grow(self, quantity + self.instrument.quantity(quantity))

    return larger


def _leaves(order: Order) -> Decimal:
    is_doubtful = order.role is OrderRole.ENTRY and order.status is OrderStatus.UNKNOWN
    is_over = order.status.is_final or is_doubtful
    return ZERO if is_over else order.quantity - order.filled


def _intends_in_silence(_: Any) -> Any:
    def intend(self: Desk, order: Order, reason: str, *, pair: int = 0) -> None:
        del self, order, reason, pair

    return intend


SENDING: tuple[Mutant, ...] = (
    Mutant(
        name="resend on time-out",
        says="an order without an answer is sent again under the same id",
        patches=((BinanceSpot, "submit", _resends),),
        needs=(DOUBTS,),
    ),
    Mutant(
        name="journal after send",
        says="the commit of an intent comes 50 ms after the order has left",
        patches=((Recorder, "commit", _commits_late),),
    ),
    Mutant(
        name="intent not written",
        says="the intent of a protective order is not journaled",
        patches=((Desk, "intend", _intends_in_silence),),
    ),
    Mutant(
        name="time-out is a refusal",
        says="no answer is taken for a rejection",
        patches=((BinanceSpot, "_unknown", _timeouts_are_refusals),),
        needs=(DOUBTS,),
    ),
    Mutant(
        name="cancel taken for done",
        says="an order counts as canceled as soon as that was asked for",
        patches=((Outbox, "cancel", _ends_at_once),),
    ),
    Mutant(
        name="exit not reduce",
        says="an exit sells twice of what is held",
        patches=((exits, "exit_order", _twice_the_size),),
    ),
    Mutant(
        name="quantity off the lot",
        says="a quantity is sent with one digit too many",
        patches=(
            (adapter, "parameters_of", _off_the_grid),
            (client, "fault_of_request", _unchecked),
        ),
    ),
    Mutant(
        name="stop sized to the order",
        says="a stop is made for more than has filled",
        patches=(
            (Guard, "grow", _sized_to_the_order),
            (Fitter, "_room", instead(lambda *_: _EVERYTHING)),
        ),
    ),
    Mutant(
        name="stop not shrunk",
        says="what exits have closed is not taken off the stop",
        patches=((Guard, "shrink", instead(lambda self, quantity: None)),),
    ),
    Mutant(
        name="UNKNOWN not in exposure",
        says="an entry whose fate is unknown reserves nothing",
        patches=(
            (Order, "leaves", instead(property(_leaves))),
            (account, "_leaves", instead(_leaves)),
        ),
        needs=((TIGHT_CAPS,), DOUBTS),
    ),
    Mutant(
        name="caps not checked",
        says="what is at risk counts as nothing",
        patches=(
            (Account, "symbol_exposure", instead(lambda self, name: _NOTHING_AT_RISK)),
            (Account, "venue_exposure", instead(lambda self, name: _NOTHING_AT_RISK)),
            (Account, "account_exposure", instead(lambda self: _NOTHING_AT_RISK)),
        ),
        needs=((TIGHT_CAPS,),),
    ),
    Mutant(
        name="kill does not bind",
        says="entries are let out whatever the mode",
        patches=(
            (TradingMode, "allows_entries", instead(property(lambda self: True))),
            (mode, "_ENTERING", instead(tuple(TradingMode))),
        ),
        needs=(("operator halt",),),
    ),
    Mutant(
        name="429 retried at once",
        says="a Retry-After is not waited out",
        patches=(
            (Limiter, "hold", instead(lambda *_: 0)),
            (Limiter, "is_held", instead(lambda *_: False)),
        ),
        needs=(("banned", "throttled"),),
    ),
)
