"""The stored rows of one event, while a journal is folded: what happened then, and nothing else.

The handlers run as they did, but what they would journal only happens if the row is there. So a
fold ends where the rows end, in the middle of an event too, and asks no gate and no market again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import Order, OrderEvent
from argonaut.domain.record import Anomaly, Decision, OrderSent
from argonaut.domain.signal import Enter, Exit

BodyT = TypeVar("BodyT", bound=msgspec.Struct)


class Script:
    """Rows that are left to happen, in order; each happens once."""

    def __init__(self, bodies: Iterable[msgspec.Struct]) -> None:
        self._left = list(bodies)

    def next(self) -> msgspec.Struct | None:
        """Take the first row that no handler has asked for; None at the end."""
        return self._left.pop(0) if self._left else None

    def put_back(self, body: msgspec.Struct) -> None:
        """Leave a row to the handler that is called because of it."""
        self._left.insert(0, body)

    def drop(self, body: msgspec.Struct) -> None:
        """Take a row off, if it is still left."""
        self._left = [each for each in self._left if each is not body]

    def told(self, order_id: ClientOrderId, kind: type[OrderEvent]) -> bool:
        """Whether an event of that kind happened to the order."""
        return self._take(kind, lambda body: body.client_order_id == order_id) is not None

    def decided(self, wish: Enter | Exit) -> Decision | None:
        """What was decided about a wish for this holding."""
        return self._take(
            Decision,
            lambda body: (
                type(body.signal) is type(wish)
                and body.signal.strategy_id == wish.strategy_id
                and body.signal.instrument_id == wish.instrument_id
            ),
        )

    def sent(self, wanted: Callable[[Order], bool]) -> Order | None:
        """The order that was sent with an intent of its own."""
        found = self._take(OrderSent, lambda body: wanted(body.order))
        return None if found is None else found.order

    def placed(self, wanted: Callable[[Order], bool], pair: int) -> Order | None:
        """The protective order that was sent for a pair."""
        found = self._take(OrderSent, lambda body: body.pair == pair and wanted(body.order))
        return None if found is None else found.order

    def was_anomaly(self, what: str) -> bool:
        """Whether something was told that should not be."""
        return self._take(Anomaly, lambda body: body.what == what) is not None

    def tells_anomaly(self, what: str, beginning: str) -> bool:
        """Whether that is still to be told, in a detail that begins so."""
        return any(
            isinstance(body, Anomaly) and body.what == what and body.detail.startswith(beginning)
            for body in self._left
        )

    def _take(self, kind: type[BodyT], wanted: Callable[[BodyT], bool]) -> BodyT | None:
        for at, body in enumerate(self._left):
            if isinstance(body, kind) and wanted(body):
                del self._left[at]
                return body
        return None
