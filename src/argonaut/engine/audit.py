"""Looks whether everything is as it should be: protection rests, no entry lives on unwanted.

Once after a restart, when it also asks again for what may never have left, and then on a timer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argonaut.domain.command import CancelOrder
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Order, OrderRole, OrderStatus

if TYPE_CHECKING:
    from argonaut.engine.core import Engine
    from argonaut.engine.desk import Desk

AUDIT_KEY = "audit"  # strategies' timers have a "|" in their keys


def after_restart(engine: Engine) -> None:
    """Ask again for cancels that may never have left, close every gap, set every timer anew."""
    desk = engine.desk
    desk.netting.tell()
    for order in list(desk.live.values()):
        if order.status is OrderStatus.PENDING_CANCEL:
            desk.emit(CancelOrder(order.client_order_id, order.instrument_id))
    look(desk)
    desk.exits.go_on()
    engine.set_timers()
    desk.netting.forget()


def look(desk: Desk) -> None:
    """Take out entries that nobody wants any more, and make protection whole."""
    for order in list(desk.live.values()):
        if order.role is OrderRole.ENTRY and is_unwanted(desk, order):
            desk.cancel(order)
    desk.warden.audit()


def is_unwanted(desk: Desk, order: Order) -> bool:
    """Whether a live entry may not stay: what limits the bot came while it was under way."""
    if order.status is OrderStatus.PENDING_CANCEL:
        return False
    route = desk.account.routes[order.instrument_id]
    limits = [desk.account.mode, *route.causes.values()]
    return route.is_frozen or max(limits) > TradingMode.RECOVERING
