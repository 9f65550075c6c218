"""Where faults meet requests: what is done, what is answered, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from argonaut.domain.errors import InvalidValueError
from argonaut.ports import Clock
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.exchange import Exchange
from argonaut.rehearsal.binance.lies import HONEST, Lies
from argonaut.rehearsal.binance.requests import Answer, Pending
from argonaut.rehearsal.binance.words import SymbolStatus
from argonaut.rehearsal.faults import (
    SECOND_NS,
    Act,
    ChangeRules,
    DelayMatching,
    DelayReply,
    DelayRequest,
    DropReply,
    DropRequest,
    FailReply,
    Faults,
    GarbleReply,
    HandCancel,
    HandTrade,
    HideOrders,
    HoldPrices,
    Lie,
    RequestFault,
    SetMaintenance,
    SetStatus,
    Shape,
    ShortOpenOrders,
    StaleReads,
    Throttle,
    Transfer,
    WrongFilled,
)

Receive = Callable[[], Pending | Answer]


class Served(NamedTuple):
    """What goes back: nothing at all when the line is cut, and in which shape."""

    answer: Answer | None
    shape: Shape | None = None


class Server:
    """Serves requests of both dialects, HTTP and WebSocket API, through the same faults."""

    def __init__(
        self, exchange: Exchange, clock: Clock, faults: Faults, pump: Callable[[], None]
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._faults = faults
        self._pump = pump  # sends on what the exchange told meanwhile

    async def serve(self, method: str, path: str, receive: Receive) -> Served:
        """Take one request through the door, the matching engine and back."""
        happening = self._faults.on_request(method, path, self._clock.wall_ns())
        await _sleep(happening, DelayRequest)
        if any(isinstance(each, DropRequest) for each in happening):
            return Served(None)
        refused = self._refused(path, happening)
        if refused is not None:
            return Served(refused)
        pending = receive()
        await _sleep(happening, DelayMatching)
        answer = pending if isinstance(pending, Answer) else self._execute(path, pending)
        self._pump()
        await _sleep(happening, DelayReply)
        for each in happening:
            if isinstance(each, DropReply):
                return Served(None)
            if isinstance(each, FailReply):
                return Served(_failed(each))
            if isinstance(each, GarbleReply):
                return Served(answer, each.shape)
        return Served(answer)

    def _execute(self, path: str, pending: Pending) -> Answer:
        now_ns = self._clock.wall_ns()
        lies = HONEST
        if not pending.endpoint.changes_orders:
            lies = told_lies(self._faults.lies(path, now_ns))
        return self._exchange.execute(pending, now_ns, lies)

    def _refused(self, path: str, happening: list[RequestFault]) -> Answer | None:
        """Return the answer of a venue that does nothing, None when it does something."""
        now_ns = self._clock.wall_ns()
        if self._exchange.state.is_in_maintenance and not path.endswith("/system/status"):
            body = {"code": -1016, "msg": "This service is no longer available."}
            return Answer(status=503, body=body)
        for each in happening:
            if isinstance(each, FailReply) and not each.executes:
                return _failed(each)
            if isinstance(each, Throttle):
                if each.is_ban:
                    self._exchange.state.limits.ban(now_ns, each.retry_after_s)
                return _throttled(each, now_ns)
        return None


async def _sleep(happening: list[RequestFault], kind: type[RequestFault]) -> None:
    seconds = sum(
        each.seconds
        for each in happening
        if isinstance(each, DelayRequest | DelayMatching | DelayReply) and type(each) is kind
    )
    if seconds:
        await asyncio.sleep(seconds)


def _failed(fault: FailReply) -> Answer:
    return Answer(status=fault.status, body={"code": fault.code, "msg": fault.msg})


def _throttled(fault: Throttle, now_ns: int) -> Answer:
    until_ms = now_ns // 1_000_000 + fault.retry_after_s * 1_000
    msg = (
        f"Way too much request weight used; IP banned until {until_ms}. "
        "Please use WebSocket Streams for live updates to avoid bans."
        if fault.is_ban
        else "Too much request weight used; current limit is 6000 request weight per 1 MINUTE. "
        "Please use WebSocket Streams for live updates to avoid polling the API."
    )
    return Answer(
        status=418 if fault.is_ban else 429,
        body={"code": -1003, "msg": msg},
        headers={"Retry-After": str(fault.retry_after_s)},
    )


def told_lies(knobs: list[Lie]) -> Lies:
    """Return the lies of several knobs as one; of two of a kind the last counts."""
    hidden_ns = stale_ns = stale_balances_ns = 0
    most: int | None = None
    share = Decimal(1)
    for knob in knobs:
        if isinstance(knob, HideOrders):
            hidden_ns = round(knob.seconds * SECOND_NS)
        elif isinstance(knob, StaleReads):
            stale_ns = round(knob.seconds * SECOND_NS)
            stale_balances_ns = stale_ns if knob.balances else 0
        elif isinstance(knob, ShortOpenOrders):
            most = knob.most
        elif isinstance(knob, WrongFilled):
            share = knob.share
    return Lies(
        hidden_ns=hidden_ns,
        stale_ns=stale_ns,
        stale_balances_ns=stale_balances_ns,
        open_orders_max=most,
        filled_share=share,
    )


def perform(act: Act, exchange: Exchange, now_ns: int) -> str:
    """Let something happen at the account or the venue; return why it could not, "" when done."""
    try:
        if isinstance(act, HandTrade):
            exchange.hand_trade(act.symbol, act.side, act.quantity, now_ns, price=act.price)
        elif isinstance(act, HandCancel):
            for order in exchange.state.matching.table.open_of(act.symbol):
                exchange.hand_cancel(order.symbol, order.order_id, now_ns)
        elif isinstance(act, Transfer):
            exchange.transfer(act.asset, act.amount, now_ns)
        elif isinstance(act, SetStatus):
            exchange.set_status(act.symbol, SymbolStatus(act.status))
        elif isinstance(act, ChangeRules):
            exchange.change_rules(act.symbol, act.rules)
        elif isinstance(act, SetMaintenance):
            exchange.set_maintenance(is_on=act.is_on)
        elif isinstance(act, HoldPrices):
            exchange.is_still = act.is_on
    except (RefusalError, InvalidValueError) as refusal:
        return str(refusal)
    return ""
