"""What a limit does while it lasts: no entry goes or stays, and stops stay where they are.

A limit is a mode above RECOVERING, or a condition of one instrument. A KILL is one, too; what is
more to it is I14.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from argonaut.domain.ids import ClientOrderId, InstrumentId
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import Order, OrderRole
from argonaut.domain.record import OrderSent
from argonaut.rehearsal.simulation.invariants.case import Case, Violation, at, at_row
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.told import Entry, Key, ToldOrder, base_change, is_entry

_CANCEL_NS = SECOND_NS  # healthy time in which a limit takes every entry out


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """One limit from its row on, until the row that ends it; None: it lasts."""

    instrument_id: InstrumentId | None  # None: everywhere
    since: Entry
    until: Entry | None = None

    def covers(self, told: ToldOrder) -> bool:
        """Whether an order is an entry where this limit is in force."""
        is_there = self.instrument_id in (None, told.intent.instrument_id)
        return is_there and is_entry(told.intent)

    def is_on(self, durable_seq: int) -> bool:
        """Whether it was in force when rows up to `durable_seq` were durable."""
        is_over = self.until is not None and durable_seq >= self.until.row.seq
        return durable_seq >= self.since.row.seq and not is_over


def limits_bind(case: Case) -> Iterator[Violation]:
    """I15: while a limit is durable no entry leaves, and those that live are taken out."""
    for limit in _limits(case):
        what = f"{limit.since.row.kind} {limit.since.row.subject}"
        for name, sent in case.placements:
            told = case.story.orders.get(ClientOrderId(name))
            if told is not None and limit.covers(told) and limit.is_on(sent.durable_seq):
                yield at("I15", sent.at_ns, name, f"no entry under {what}", "it was sent")
        allowed_ns = _CANCEL_NS + case.round_trip_ns
        late_ns = case.health.deadline_ns(limit.since.at_ns, allowed_ns)
        for name, told in case.story.orders.items():
            if not limit.covers(told):
                continue
            for order in case.own_orders.get(name, []):
                ended_ns = case.end_ns if order.ended_ns is None else order.ended_ns
                if order.created_ns <= limit.since.at_ns and ended_ns > late_ns:
                    wanted = f"taken out by {late_ns / SECOND_NS:.3f} s under {what}"
                    yield at("I15", limit.since.at_ns, name, wanted, "a live entry")


def stops_only_tighten(case: Case) -> Iterator[Violation]:
    """I15: no stop of a position is ever meant looser than one before it, limit or not.

    A position is one from flat to flat; what is worth no order counts as flat.
    """
    held: dict[Key, Decimal] = {}
    tightest: dict[Key, Decimal] = {}
    fills = {step.entry.row.seq: step for step in case.story.fills}
    for entry in case.story.entries:
        step = fills.get(entry.row.seq)
        if step is not None:
            key = (step.order.strategy_id, step.order.instrument_id)
            before, change = held.get(key, ZERO), base_change(step)
            held[key] = before + change
            is_entry = step.order.role is OrderRole.ENTRY
            if not is_entry and before * held[key] <= ZERO:
                held[key] = ZERO  # its order went on below what an order of its own may be
            if case.is_dust(key[1], held[key], entry.at_ns):
                tightest.pop(key, None)
                if not is_entry:
                    held[key] = ZERO  # what is left is written off
        elif isinstance(entry.body, OrderSent) and entry.body.order.role is OrderRole.STOP:
            order = entry.body.order
            known = tightest.get((order.strategy_id, order.instrument_id))
            level = order.trigger_price
            assert level is not None, f"a stop has a trigger: {order}"
            if known is not None and _is_looser(order, level, known):
                wanted = f"a stop at {known} or tighter"
                yield at_row("I15", entry, order.client_order_id, wanted, f"one at {level}")
            else:
                tightest[order.strategy_id, order.instrument_id] = level


def _is_looser(order: Order, level: Decimal, known: Decimal) -> bool:
    return (level - known) * order.side.sign > ZERO


def _limits(case: Case) -> Iterator[Limit]:
    """Yield every limit, those of one instrument by their causes."""
    open_: dict[tuple[InstrumentId | None, str], Entry] = {}
    for entry in case.story.entries:
        body = entry.body
        if entry.row.kind == "mode":
            where, cause, mode = None, "", TradingMode[body.mode]
        elif entry.row.kind == "condition" and body.instrument_id is not None:
            where, cause, mode = body.instrument_id, body.cause, body.mode
        else:
            continue
        since = open_.get((where, cause))
        if mode > TradingMode.RECOVERING:
            open_.setdefault((where, cause), entry)
        elif since is not None:
            del open_[where, cause]
            yield Limit(instrument_id=where, since=since, until=entry)
    for (where, _), since in open_.items():
        yield Limit(instrument_id=where, since=since)
