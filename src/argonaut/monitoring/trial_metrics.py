"""Metrics of what is on trial: theoretical, under names of their own, in no figure of the account.

Every name begins with `dry_run_`, so that no sum over account metrics ever has one of them in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge

from argonaut.domain.command import Record
from argonaut.domain.order import Filled
from argonaut.domain.record import Decision, OrderSent
from argonaut.domain.roundtrip import RoundTrip
from argonaut.domain.signal import Skip


class TrialSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What gauges show of a trial; money in the account's quote asset, none of it real."""

    equity: float | None
    realized: Mapping[str, float]  # by strategy, net of fees
    open: Mapping[str, float]  # by strategy: what closing at the last price would make
    positions: Mapping[tuple[str, str], float]  # by (strategy, instrument), base units


class TrialMetrics:
    """An observer of the shadow's rows."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._orders = Counter(
            "dry_run_orders",
            "Orders of strategies on trial: never sent.",
            ["source"],
            registry=registry,
        )
        self._fills = Counter(
            "dry_run_fills", "Executions in theory, at a simulated venue.", registry=registry
        )
        self._refusals = Counter(
            "dry_run_refusals",
            "Signals on trial that the gate refused.",
            ["code"],
            registry=registry,
        )
        self._skips = Counter(
            "dry_run_skips",
            "Moments seen and let pass by strategies on trial.",
            ["source"],
            registry=registry,
        )
        self._trades = Counter(
            "dry_run_trades", "Round trips in theory.", ["source", "result"], registry=registry
        )
        self._equity = Gauge(
            "dry_run_equity_usd", "Equity of the shadow, no real money.", registry=registry
        )
        self._realized = Gauge(
            "dry_run_pnl_realized_usd",
            "Profit and loss in theory of what a strategy on trial has closed.",
            ["source"],
            registry=registry,
        )
        self._open = Gauge(
            "dry_run_pnl_open_usd",
            "What closing in theory at the last price would make.",
            ["source"],
            registry=registry,
        )
        self._positions = Gauge(
            "dry_run_position_base",
            "What a strategy on trial holds in theory, base units; absent while it holds nothing.",
            ["source", "instrument"],
            registry=registry,
        )
        self._counters: dict[type, Callable[[Any], None]] = {
            Decision: self._on_decision,
            OrderSent: self._on_intent,
            Filled: lambda _: self._fills.inc(),
            Skip: lambda body: self._skips.labels(body.strategy_id).inc(),
            RoundTrip: self._on_round_trip,
        }

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Count one row of the shadow."""
        del event_seq, event_ns
        count = self._counters.get(type(record.body))
        if count is not None:
            count(record.body)

    def show(self, snapshot: TrialSnapshot) -> None:
        """Set the gauges; what is not held or not known any more is not shown any more."""
        if snapshot.equity is not None:
            self._equity.set(snapshot.equity)
        for gauge, found in ((self._realized, snapshot.realized), (self._open, snapshot.open)):
            gauge.clear()
            for name, value in found.items():
                gauge.labels(name).set(value)
        self._positions.clear()
        for (name, instrument), quantity in snapshot.positions.items():
            self._positions.labels(name, instrument).set(quantity)

    def _on_decision(self, decision: Decision) -> None:
        if not decision.approved:
            self._refusals.labels(decision.verdicts[-1].code).inc()
        for order in decision.orders:
            self._orders.labels(order.strategy_id).inc()

    def _on_intent(self, sent: OrderSent) -> None:
        if sent.order.role.is_protective:  # an exit was counted with its decision
            self._orders.labels(sent.order.strategy_id).inc()

    def _on_round_trip(self, trip: RoundTrip) -> None:
        self._trades.labels(trip.strategy_id, "win" if trip.pnl > 0 else "loss").inc()
