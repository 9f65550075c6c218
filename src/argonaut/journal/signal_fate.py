"""What became of a detector's signal, out of the rows: door, decisions, orders, their end.

The journal has every signal for ever; the server of the detectors remembers the last ones only.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.record import Decision, DetectorAnswer, OrderSent
from argonaut.domain.signal import Enter, Skip
from argonaut.journal.body import body_of
from argonaut.journal.order_log import OrderLine, OrderLog
from argonaut.journal.row import Row
from argonaut.journal.shadow import of_both, told

KINDS = ("signal", *of_both(("decision", "skip", "intent", "report")))
"""The kinds of rows a fate is made from."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was decided because of the signal."""

    event_ns: int
    who: str  # the strategy
    what: str  # buy, sell, exit, or skip
    answer: str  # approved, refused, dry run, left, or waits
    why: str


class OrderFate(msgspec.Struct, frozen=True, kw_only=True):
    """An order that came of it, as far as the journal knows."""

    id: str
    role: str
    side: str
    status: str
    quantity: Decimal
    filled: Decimal
    average_price: Decimal | None = None
    is_dry_run: bool = False  # its fills are theoretical


class SignalFate(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that became of one signal."""

    id: str
    source: str
    instrument_id: str
    side: str
    event_ns: int
    answer: str  # of the door: accepted, expired or rejected
    detail: str
    steps: tuple[Step, ...]
    orders: tuple[OrderFate, ...]


def fates_of(rows: Iterable[Row], signal_id: str, source: str = "") -> list[SignalFate]:
    """Return what became of the signals of this id, oldest first: one of each source.

    Args:
        rows: Of the kinds in `KINDS`, by rising `seq`.
        signal_id: The detector's own.
        source: Only this one's; empty for all.

    Raises:
        JournalBrokenError: A row is not what its kind says.
    """
    found: dict[str, _Fate] = {}
    for row in rows:
        body = body_of(told(row)[0])
        if isinstance(body, DetectorAnswer):
            signal = body.signal
            if signal.signal_id == signal_id and source in ("", signal.source):
                found.setdefault(signal.source, _Fate(body, row))
        else:
            for fate in found.values():
                fate.take(row, body)
    return [fate.told() for fate in found.values()]


class _Fate:
    """One signal while its rows go by."""

    def __init__(self, answer: DetectorAnswer, row: Row) -> None:
        self._answer = answer
        self._row = row
        self._steps: list[Step] = []
        self._wishes: dict[str, None] = {}  # our ids of what was decided because of it
        self._orders = OrderLog()

    def take(self, row: Row, body: object) -> None:
        if isinstance(body, Decision | Skip):
            if not self._is_ours(row, body):
                return
            self._steps.append(_step(row.event_ns, body, is_shadow=told(row)[1]))
            if isinstance(body, Decision):
                self._wishes[body.signal_id] = None
        elif isinstance(body, OrderSent) and not self._is_of_ours(body):
            return
        self._orders.take(row)  # reports on other orders change nothing there

    def _is_of_ours(self, sent: OrderSent) -> bool:
        """Whether it guards, or is a later part of, what was decided because of the signal."""
        order = sent.order
        parent = ClientOrderId(order.parent_id)
        return order.signal_id in self._wishes or self._orders.get(parent) is not None

    def _is_ours(self, row: Row, body: Decision | Skip) -> bool:
        said = body.signal if isinstance(body, Decision) else body
        if said.answers_to:
            signal = self._answer.signal
            return (said.source, said.answers_to) == (signal.source, signal.signal_id)
        return not told(row)[1] and row.event_seq == self._row.event_seq

    def told(self) -> SignalFate:
        signal = self._answer.signal
        return SignalFate(
            id=str(signal.signal_id),
            source=signal.source,
            instrument_id=signal.instrument_id,
            side=signal.side,
            event_ns=self._row.event_ns,
            answer=self._answer.answer,
            detail=self._answer.detail,
            steps=tuple(self._steps),
            orders=tuple(map(_order, self._orders.lines)),
        )


def _step(event_ns: int, body: Decision | Skip, *, is_shadow: bool) -> Step:
    if isinstance(body, Skip):
        answer = "waits" if body.is_waiting else "left"
        return Step(
            event_ns=event_ns, who=body.strategy_id, what="skip", answer=answer, why=body.reason
        )
    signal = body.signal
    is_trial = is_shadow or signal.dry_run
    answer = "refused" if not body.approved else "dry run" if is_trial else "approved"
    return Step(
        event_ns=event_ns,
        who=signal.strategy_id,
        what=signal.side.value if isinstance(signal, Enter) else "exit",
        answer=answer,
        why=signal.reason if body.approved else body.verdicts[-1].sentence,
    )


def _order(line: OrderLine) -> OrderFate:
    order = line.order
    return OrderFate(
        is_dry_run=line.is_dry_run,
        id=order.client_order_id,
        role=order.role.value,
        side=order.side.value,
        status=order.status.value,
        quantity=order.quantity,
        filled=order.filled,
        average_price=order.average_price,
    )
