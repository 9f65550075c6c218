"""A venue that may say anything of any order, in any order; and an honest one to end with.

What it says is drawn by the test: of what is live as a rule, of what is long over now and then.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from argonaut.domain.event import Correction
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import Amended, Order, OrderStatus, OrderType, Triggered
from argonaut.engine.held import HELD_HERE
from tests.stories.wire import Wire

ROUNDS = 40  # in which an honest venue has answered everything, and every wait is over
_TO_END = frozenset({OrderStatus.PENDING_CANCEL, OrderStatus.UNKNOWN})
_LOT = Decimal("0.001")


class Liar(Wire):
    """Answers what the test draws."""

    @property
    def there(self) -> list[Order]:
        """The live orders that the venue may have been told of, the last ones last."""
        desk = self.engine.desk
        return [
            each
            for each in desk.live.values()
            if each.venue_order_id != HELD_HERE and each.client_order_id not in desk.netting.kept
        ]

    def answer(self, kind: str, which: int, more: Any, *, is_live: bool) -> None:
        """Say something of a live order, or of any that was ever sent."""
        of = self.there if is_live else self.sent
        if not of:
            return
        sent, desk = of[-1 - which % len(of)], self.engine.desk
        name = sent.client_order_id
        order = desk.live.get(name) or desk.closed.get(name) or sent
        if kind == "fill":
            share, price = more
            quantity = (order.leaves * share).quantize(_LOT) if order.leaves > 0 else 10 * _LOT
            if quantity:
                self.fill(order, str(quantity), price)
        elif kind == "reject":
            self.reject(order, code=more)
        elif kind == "amend":
            self._amend(name)
        elif kind == "trigger":
            if order.order_type in (OrderType.STOP, OrderType.TRAILING_STOP):
                self.step(Triggered(client_order_id=name, event_ns=self.now_ns))
        elif kind == "ended":
            said = "the venue shows its end"
            self.step(Correction(event_ns=self.now_ns, what="ended", subject=name, detail=said))
        else:
            getattr(self, kind)(order)

    def come_to_rest(self) -> None:
        """Answer everything as an honest venue does, and let every wait pass."""
        for number in range(ROUNDS):
            for order in self.there:
                now = self.engine.desk.live.get(order.client_order_id)
                if now is not None:
                    self._answer_honestly(now)
            self.wait(2)
            if number % 5 == 4:
                self.bar(100)

    def _answer_honestly(self, order: Order) -> None:
        if order.status in _TO_END:
            self.cancel(order)
        elif order.order_type is OrderType.MARKET or order.status is OrderStatus.TRIGGERED:
            if order.leaves > 0:
                self.fill(order, str(order.leaves))
            else:
                self.cancel(order)
        elif order.status is OrderStatus.SUBMITTED:
            self.accept(order)
        if order.client_order_id in self.engine.desk.warden.fitter.asked:
            self._amend(order.client_order_id)

    def _amend(self, name: ClientOrderId) -> None:
        """Grant what was last asked of an order, if anything was."""
        asked = [each for each in self.amended if each.client_order_id == name]
        if not asked:
            return
        change = asked[-1]
        granted = Amended(
            client_order_id=name,
            event_ns=self.now_ns,
            quantity=change.quantity,
            price=change.price,
            trigger_price=change.trigger_price,
        )
        self.step(granted)
