"""What the journal tells of a run, folded by nothing but the order table: a second opinion.

The engine has its own fold of these rows. This one is made apart from it, so that what the engine
believes of itself can be held against what it wrote down.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from argonaut.domain.ids import ClientOrderId, InstrumentId, StrategyId
from argonaut.domain.number import ZERO
from argonaut.domain.order import (
    CancelRequested,
    Denied,
    Filled,
    Order,
    OrderRole,
    OrderStatus,
    OutcomeUnknown,
    Rejected,
    Report,
    Submitted,
)
from argonaut.domain.record import Decision, OrderSent
from argonaut.domain.transitions import IllegalTransitionError, apply
from argonaut.journal.body import body_of
from argonaut.journal.row import Row
from argonaut.ports import NOT_SENT
from argonaut.rehearsal.simulation.evidence import Commit, Evidence

Key = tuple[StrategyId, InstrumentId]


class Entry(msgspec.Struct, frozen=True):
    """One row with when it became durable (the world's clock), in which life, and its content."""

    row: Row
    at_ns: int
    life: int
    body: Any  # what `body_of` makes of it


class Step(msgspec.Struct, frozen=True):
    """One report on one order, and the order after it."""

    entry: Entry
    report: Report | Denied
    before: OrderStatus
    order: Order


class ToldOrder:
    """One order as the journal tells it, from its intent on."""

    __slots__ = ("entry", "illegal", "intent", "order", "reason", "sent_in", "steps")

    def __init__(
        self, intent: Order, entry: Entry, reason: str, *, sent_in: int | None = None
    ) -> None:
        self.intent = intent
        self.entry = entry
        self.sent_in = sent_in  # the life whose request placed it first; None: none did
        self.reason = reason  # why it was sent, where no decision tells
        self.order = intent
        self.steps: list[Step] = []
        self.illegal: list[str] = []  # steps the table does not have

    @property
    def key(self) -> Key:
        """Whose it is, and where."""
        return self.intent.strategy_id, self.intent.instrument_id

    @property
    def was_unknown(self) -> bool:
        """Whether its outcome was unknown at some time."""
        unknown = OrderStatus.UNKNOWN
        return any(unknown in (each.before, each.order.status) for each in self.steps)

    def take(self, report: Report | Denied, entry: Entry) -> Step | None:
        """Take one more report; None where the table has no such step."""
        before = self.order
        name, at_ns = before.client_order_id, report.event_ns
        if before.status is OrderStatus.CREATED and not isinstance(report, Denied):
            before = apply(before, Submitted(client_order_id=name, event_ns=at_ns))
        if before.status is OrderStatus.SUBMITTED and self._was_in_doubt(report, entry):
            died = OutcomeUnknown(client_order_id=name, event_ns=at_ns, reason="the process died")
            before = apply(before, died)
        try:
            self.order = apply(before, report)
        except IllegalTransitionError as error:
            self.illegal.append(str(error))
            return None
        step = Step(entry, report, before.status, self.order)
        self.steps.append(step)
        return step

    def _was_in_doubt(self, report: object, entry: Entry) -> bool:
        """Whether a life has ended since it was meant; one that waited and left in this has not.

        Nor has one that waited, never left in any life, and could not leave in this one either, or
        was taken out before it did.
        """
        stays = isinstance(report, CancelRequested) or (
            isinstance(report, Rejected) and report.code == NOT_SENT
        )
        if stays and self.sent_in is None:
            return False
        return entry.life not in (self.entry.life, self.sent_in)


class Story:
    """All rows, the orders they tell of, and reports on orders nobody meant."""

    def __init__(self, evidence: Evidence) -> None:
        self.entries = tuple(_entries(evidence.rows, evidence.commits))
        self.orders: dict[ClientOrderId, ToldOrder] = {}
        self.strays: list[Entry] = []
        self.twice: list[Entry] = []  # intents under an id that had one already
        self.fills: list[Step] = []
        self._sent_in: dict[str, int] = {}  # by client id
        for sent in evidence.sent:
            for name in sent.places:
                self._sent_in.setdefault(name, sent.life)
        for entry in self.entries:
            self._take(entry)

    def of_kind(self, kind: str) -> Iterator[Entry]:
        """Yield the rows of one kind, in order."""
        return (each for each in self.entries if each.row.kind == kind)

    def holdings(self, *, to_ns: int | None = None) -> Mapping[Key, Decimal]:
        """Return what each strategy held by `to_ns`, base fees taken off, as far as told."""
        held: dict[Key, Decimal] = {}
        for step in self.fills:
            if to_ns is not None and step.entry.at_ns > to_ns:
                break
            key = (step.order.strategy_id, step.order.instrument_id)
            held[key] = held.get(key, ZERO) + base_change(step)
        return held

    def _take(self, entry: Entry) -> None:
        body = entry.body
        if isinstance(body, Decision):
            if body.approved and not body.signal.dry_run:
                for order in body.orders:
                    self._mean(order, entry, "")
        elif isinstance(body, OrderSent):
            self._mean(body.order, entry, body.reason)
        elif entry.row.kind == "report":
            told = self.orders.get(body.client_order_id)
            step = None if told is None else told.take(body, entry)
            if told is None:
                self.strays.append(entry)
            if step is not None and isinstance(step.report, Filled):
                self.fills.append(step)

    def _mean(self, order: Order, entry: Entry, reason: str) -> None:
        known = self.orders.get(order.client_order_id)
        if known is None:
            name = order.client_order_id
            self.orders[name] = ToldOrder(order, entry, reason, sent_in=self._sent_in.get(name))
        elif known.steps or self._sent_in.get(order.client_order_id, entry.life) < entry.life:
            self.twice.append(entry)
        else:  # decided before, and worded anew when what it waited for was over; it has not left
            known.intent = known.order = order
            known.entry = entry


def base_change(step: Step) -> Decimal:
    """Return by how much a fill changes what is held, signed, a fee taken in base included."""
    fill, order = step.report, step.order
    assert isinstance(fill, Filled), f"want a fill, not {fill}"
    base = order.instrument_id.partition("/")[0]
    fee = fill.fee if fill.fee_asset == base else ZERO
    return fill.quantity * order.side.sign - fee


def is_entry(order: Order) -> bool:
    """Whether the order can add risk."""
    return order.role is OrderRole.ENTRY


def _entries(rows: tuple[Row, ...], commits: tuple[Commit, ...]) -> Iterator[Entry]:
    """Yield each row with the first commit that covers it, and the life that wrote it.

    A life that died on its way out of a commit told of none, so the next one's commit covers its
    rows: their own process stamp knows better. Rows moved in from the emergency log bear the stamp
    of who moved them: there the commit does.
    """
    seqs = [each.seq for each in commits]
    for row in rows:
        found = bisect_left(seqs, row.seq)
        commit = commits[min(found, len(commits) - 1)]
        life = commit.life if row.pid is None else min(row.pid, commit.life)
        yield Entry(row, commit.at_ns, life, body_of(row))
