"""Opposite market orders of one moment meet here instead of at the venue.

Several strategies on one account and instrument may want opposite things at once. What both of them
want is crossed inside, at the last price the market showed: each has a fill of its own, without a
fee, and only the difference goes to the venue. An entry waits up to a second for an opposite exit
whose protection is being taken out, so that the two can meet. See docs/adr/0018.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import msgspec

from argonaut.domain.command import Command, Record, SubmitOrder
from argonaut.domain.ids import ClientOrderId, FillId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ZERO
from argonaut.domain.order import (
    Filled,
    Order,
    OrderRole,
    OrderStatus,
    OrderType,
    Side,
    Submitted,
)
from argonaut.domain.transitions import apply
from argonaut.engine.ids import order_id

_CREATED: Final = OrderStatus.CREATED
_ENTRY: Final = OrderRole.ENTRY
_MARKET: Final = OrderType.MARKET
_SELL: Final = Side.SELL
_SUBMITTED: Final = OrderStatus.SUBMITTED
if TYPE_CHECKING:
    from argonaut.engine.desk import Desk

_INSIDE: Final = "in/"
_PATIENCE_NS: Final = 1_000_000_000  # an entry that waited so long for an exit goes alone
_CLOSING: Final = (OrderRole.EXIT, OrderRole.ENTRY)


def is_inside(fill_id: FillId) -> bool:
    """Whether a fill was made here, against another strategy, and is none of the venue's."""
    return fill_id.startswith(_INSIDE)


def other_side_of(fill: Filled) -> Filled:
    """Return the fill of the order that an inside fill was crossed with."""
    own, other = fill.fill_id.removeprefix(_INSIDE).split("/")
    return msgspec.structs.replace(
        fill, client_order_id=ClientOrderId(other), fill_id=_fill_id(other, own)
    )


class Netting:
    """Looks once a step at the market orders that are about to leave."""

    def __init__(self, desk: Desk, *, is_on: bool) -> None:
        self.is_on = is_on
        self.fresh: list[ClientOrderId] = []  # about to leave in this step
        self.kept: dict[ClientOrderId, int] = {}  # entries that wait for an exit: since when
        self.untold: list[Filled] = []  # booked by a fold whose row is still to be written
        self._desk = desk

    def note(self, order: Order) -> None:
        """Remember that a market order is about to leave."""
        if self.is_on and order.quote_quantity is None and order.role in _CLOSING:
            self.fresh.append(order.client_order_id)

    def settle(self, out: list[Command]) -> None:
        """Cross what is opposite among the orders about to leave; `out` is what the step wants."""
        fresh, self.fresh = self.fresh, []
        waits = bool(self._desk.exits.waiting)
        if not self.kept and len(fresh) == 1 and not waits:
            return
        names = [*self.kept, *fresh]
        if not self._desk.exits.flattening:
            self._cross(self._open(names), out)
        for order in self._open(names):
            self._let_go_or_keep(order, out)
        for name in list(self.kept):
            if name not in self._desk.live:
                del self.kept[name]

    def take_out(self, name: ClientOrderId) -> bool:
        """Forget an entry that waits, because it is not wanted any more; return whether it did."""
        return self.kept.pop(name, None) is not None

    def forget(self) -> None:
        """Forget what is about to leave: a journal is folded, and nothing leaves."""
        self.fresh.clear()

    # over a restart

    def complete(self, halves: Iterable[Filled]) -> None:
        """Book the other side of crosses of which the journal has one row alone."""
        for half in halves:
            other = other_side_of(half)
            self._desk.inbox.on_report(other)
            self.untold.append(other)

    def tell(self) -> None:
        """Write the rows that a crash kept out of the journal."""
        for fill in self.untold:
            self._desk.emit(Record("report", fill.client_order_id, fill))
        self.untold.clear()

    def repeat(self, order: Order) -> bool:
        """Take the row of an order as what a cross did to it; return whether it is one.

        Either an order that is live already became smaller, or a part of one was split off. What
        protects never meets anything here, though it has a parent too.
        """
        if order.role.is_protective:
            return False
        desk = self._desk
        before = desk.live.get(order.client_order_id)
        if before is not None:
            desk.store(before, msgspec.structs.replace(before, quantity=order.quantity))
        elif order.parent_id:
            self._begin(order)
        return before is not None or bool(order.parent_id)

    # how

    def _open(self, names: Sequence[ClientOrderId]) -> list[Order]:
        live = self._desk.live
        found = [live[name] for name in names if name in live]
        return [each for each in found if each.status is _SUBMITTED]

    def _cross(self, orders: Sequence[Order], out: list[Command]) -> None:
        for first in orders:
            for second in orders:
                if first.side is _SELL and _are_opposite(first, second):
                    self._meet(first.client_order_id, second.client_order_id, out)

    def _meet(self, sold: ClientOrderId, bought: ClientOrderId, out: list[Command]) -> None:
        """Cross a sale with a purchase, as they are by now, as far as both go."""
        open_ = self._open((sold, bought))
        if len(open_) < 2:
            return
        sale, purchase = open_
        route = self._desk.account.routes[sale.instrument_id]
        price, quantity = route.money(), min(sale.quantity, purchase.quantity)
        if price is None or any(
            _is_unsendable(route.instrument, each.quantity - quantity, price) for each in open_
        ):
            return
        said = f"{quantity} of {sale.strategy_id} and {purchase.strategy_id} cross at {price}"
        ours, theirs = (self._part(each, quantity, said, out) for each in (sale, purchase))
        fill = Filled(
            client_order_id=ours,
            event_ns=self._desk.account.now_ns,
            fill_id=_fill_id(ours, theirs),
            quantity=quantity,
            price=price,
        )
        self._desk.inbox.on_report(fill)
        self._desk.inbox.on_report(other_side_of(fill))

    def _part(
        self, order: Order, quantity: Decimal, said: str, out: list[Command]
    ) -> ClientOrderId:
        """Return what of an order is crossed: itself, or a part of it; the rest still leaves."""
        desk, name = self._desk, order.client_order_id
        was_about_to = _withdraw(out, name)
        if quantity == order.quantity:
            return name
        rest = msgspec.structs.replace(order, quantity=order.quantity - quantity)
        desk.intend(msgspec.structs.replace(rest, status=_CREATED), said)
        desk.store(order, rest)
        part = msgspec.structs.replace(
            order,
            client_order_id=self._part_id(order),
            quantity=quantity,
            parent_id=name,
            created_ns=desk.account.now_ns,
            status=_CREATED,
        )
        desk.intend(part, said)
        self._begin(part)
        if was_about_to:
            out.append(SubmitOrder(rest))
        return part.client_order_id

    def _begin(self, part: Order) -> None:
        """Let a part live as an order of its own, under the protection of the whole."""
        desk, name = self._desk, part.client_order_id
        protection = desk.entry_protection.get(ClientOrderId(part.parent_id))
        if protection is not None:
            desk.entry_protection[name] = protection
        sent = Submitted(client_order_id=name, event_ns=desk.account.now_ns)
        desk.store(None, apply(part, sent))

    def _part_id(self, order: Order) -> ClientOrderId:
        leg, number = order.client_order_id.rsplit("-", 1)[1][0], 1
        while True:
            name = order_id(order.signal_id, leg, number)
            if name not in self._desk.live and name not in self._desk.closed:
                return name
            number += 1

    def _let_go_or_keep(self, order: Order, out: list[Command]) -> None:
        name, now_ns = order.client_order_id, self._desk.account.now_ns
        since_ns = self.kept.get(name, now_ns)
        if self._waits(order) and now_ns - since_ns < _PATIENCE_NS:
            self.kept[name] = since_ns
            _withdraw(out, name)
        elif self.kept.pop(name, None) is not None:
            out.append(SubmitOrder(order))

    def _waits(self, order: Order) -> bool:
        """Whether an opposite exit is about to leave, once the venue lets go of its protection."""
        exits = self._desk.exits
        if order.role is not _ENTRY or exits.flattening:
            return False
        return any(_are_opposite(order, each) for each in exits.waiting.values())


def _are_opposite(one: Order, other: Order) -> bool:
    return (
        one.side is not other.side
        and one.instrument_id == other.instrument_id
        and one.strategy_id != other.strategy_id
        and one.order_type is other.order_type is _MARKET
    )


def _is_unsendable(instrument: Instrument, rest: Decimal, price: Decimal) -> bool:
    """Whether the venue would not take what a cross leaves of an order."""
    return rest > ZERO and instrument.fault_of(rest, price) is not None


def _withdraw(out: list[Command], name: ClientOrderId) -> bool:
    for at, command in enumerate(out):
        if isinstance(command, SubmitOrder) and command.order.client_order_id == name:
            del out[at]
            return True
    return False


def _fill_id(own: str, other: str) -> FillId:
    return FillId(f"{_INSIDE}{own}/{other}")
