"""A run as plain lines, where no person watches a terminal: one a notable event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argonaut.cli.output import printable
from argonaut.cli.screen import Picture, duration
from argonaut.domain.command import Record
from argonaut.domain.event import Adjusted, Condition, Correction, ForeignOrder
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import Filled, Order, Rejected
from argonaut.domain.record import (
    Allocated,
    Anomaly,
    Decision,
    DetectorAnswer,
    ModeChanged,
    OffPace,
    OrderSent,
    Shortlisted,
    StrategyPaused,
)
from argonaut.domain.roundtrip import RoundTrip
from argonaut.reports.wording import money, percent, plain, utc

_HOUR_NS = 3_600 * 1_000_000_000
_ORDERS_KEPT = 10_000


class LineTeller:
    """An observer of the session that prints what is worth a line.

    A refusal of the same check for the same strategy and instrument is told once an hour of tape.
    `mark` stands before each line, such as that of the shadow.
    """

    def __init__(self, tell: Callable[[str], None], *, mark: str = "") -> None:
        self._tell = tell
        self._mark = mark
        self._orders: dict[ClientOrderId, Order] = {}
        self._refused_ns: dict[tuple[str, str, str], int] = {}
        self._tellers: dict[type, Callable[[int, Any], str]] = {
            Decision: self._decision,
            OrderSent: self._sent,
            Filled: self._filled,
            RoundTrip: _closed,
            Rejected: lambda _, body: f"venue rejected {body.client_order_id}: {body.reason}",
            DetectorAnswer: _signal,
            ModeChanged: lambda _, body: f"mode {body.mode} by {body.who}: {body.reason}",
            StrategyPaused: lambda _, body: (
                f"strategy {body.strategy_id} paused at {body.instrument_id}: {body.error}"
            ),
            Allocated: lambda _, body: body.sentence,
            OffPace: lambda _, body: body.sentence,
            Shortlisted: lambda _, body: body.sentence,
            Anomaly: lambda _, body: f"anomaly {body.what}: {body.detail}",
            Adjusted: lambda _, body: body.sentence,
            Correction: lambda _, body: f"correction {body.sentence}",
            ForeignOrder: lambda _, body: body.sentence,
            Condition: lambda _, body: f"condition {body.sentence}",
        }

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Take one journal row."""
        del event_seq
        teller = self._tellers.get(type(record.body))
        said = teller(event_ns, record.body) if teller is not None else ""
        if said:
            self._tell(printable(f"{utc(event_ns)}  {self._mark}{said}"))

    def _decision(self, event_ns: int, decision: Decision) -> str:
        for order in decision.orders:
            self._keep(order)
        signal, verdict = decision.signal, decision.verdicts[-1]
        if decision.approved and (decision.orders or signal.dry_run):
            return ""  # its fills are told
        if decision.approved:
            return f"exit {signal.strategy_id} {signal.instrument_id} {_said(verdict.sentence)}"
        key = (signal.strategy_id, signal.instrument_id, verdict.code)
        told_ns = self._refused_ns.get(key)
        if told_ns is not None and event_ns - told_ns < _HOUR_NS:
            return ""
        self._refused_ns[key] = event_ns
        return f"refused {signal.strategy_id} {signal.instrument_id} {_said(verdict.sentence)}"

    def _sent(self, event_ns: int, sent: OrderSent) -> str:
        del event_ns
        self._keep(sent.order)
        return ""

    def _filled(self, event_ns: int, fill: Filled) -> str:
        del event_ns
        order = self._orders.get(fill.client_order_id)
        if order is None:
            return f"filled {plain(fill.quantity)} at {plain(fill.price)}"
        return (
            f"filled {order.strategy_id} {order.role.value} {order.side.value} "
            f"{plain(fill.quantity)} {order.instrument_id} at {plain(fill.price)}"
        )

    def _keep(self, order: Order) -> None:
        self._orders[order.client_order_id] = order
        if len(self._orders) > _ORDERS_KEPT:
            del self._orders[next(iter(self._orders))]


def status_line(picture: Picture) -> str:
    """Return where a run stands, on one line."""
    shown = picture.snapshot
    change = None
    if shown.equity is not None and shown.equity_start:
        change = shown.equity / shown.equity_start - 1
    left = "" if picture.left_s is None else f", {duration(picture.left_s)} left"
    pace = f"{shown.rows_played:,} rows"  # live there is no tape that ends
    if shown.rows_total:
        pace = f"{shown.rows_played / shown.rows_total:.0%} at {picture.speed:,.0f}x{left}"
    refused = sum(shown.refusals.values())
    return (
        f"{utc(shown.now_ns)}  status {shown.mode}, {pace}; "
        f"equity {money(shown.equity)} {picture.quote} {percent(change, signed=True)}, "
        f"{len(shown.holdings)} held, {shown.counts['fills']:,} fills, {refused:,} refused"
    )


def _closed(event_ns: int, trip: RoundTrip) -> str:
    del event_ns
    return (
        f"closed {trip.strategy_id} {'long' if trip.is_long else 'short'} "
        f"{plain(trip.quantity)} {trip.instrument_id}: {money(trip.pnl, signed=True)} "
        f"({percent(float(trip.pnl_fraction), signed=True)})"
    )


def _signal(event_ns: int, body: DetectorAnswer) -> str:
    del event_ns
    signal = body.signal
    detail = f": {body.detail}" if body.detail else ""
    return f"signal {signal.source} {signal.side} {signal.instrument_id} {body.answer}{detail}"


def _said(sentence: str) -> str:
    return sentence.removeprefix("refused: ").removeprefix("passed: ")
