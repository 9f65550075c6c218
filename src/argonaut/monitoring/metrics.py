"""Prometheus metrics with stable names, counted from journal rows and set from a snapshot.

Names and meanings are listed in docs/reference/metrics.md. Money is in the account's quote asset;
`_usd` names keep the spelling dashboards use, whatever stablecoin that asset is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from argonaut.domain.command import Record
from argonaut.domain.number import to_float
from argonaut.domain.order import Filled
from argonaut.domain.record import Anomaly, Decision, DetectorAnswer, NoticePlanned, OrderSent
from argonaut.domain.roundtrip import RoundTrip
from argonaut.domain.signal import Note, Skip
from argonaut.monitoring.feed_metrics import FeedMetrics
from argonaut.monitoring.trial_metrics import TrialMetrics

_STAGE_BUCKETS_S = (0.001, 0.005, 0.025, 0.1, 0.5, 2.0, 10.0, 60.0, 600.0, 86_400.0)


class AccountSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What gauges show of an instant; amounts in the account's quote asset."""

    equity: float
    drawdown_fraction: float
    loss_today: float
    exposure_by_venue: Mapping[str, float]
    positions: int
    health: int  # 0 ok, 1 degraded, 2 halted
    ledger_residual: float
    events: int  # inputs stepped so far


class Metrics:
    """An observer of the session with a registry of its own."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._ticks = Counter("strategy_ticks", "Inputs stepped by the engine.", registry=registry)
        self._orders = Counter("strategy_orders", "Orders placed.", ["source"], registry=registry)
        self._fills = Counter("strategy_fills", "Executions.", registry=registry)
        self._refusals = Counter(
            "risk_refusals", "Signals refused by the gate.", ["code"], registry=registry
        )
        self._skips = Counter(
            "strategy_skips", "Moments seen and let pass.", ["source"], registry=registry
        )
        self._stages = _stages(registry)
        self._signals = Counter(
            "detector_signals", "Signals from outside.", ["answer"], registry=registry
        )
        self._answers = Counter(
            "detector_answers",
            "Answers to signals, by how they came; code says why one was turned away.",
            ["transport", "answer", "code"],
            registry=registry,
        )
        self._answer_counters: dict[tuple[str, str, str], Counter] = {}
        self._queue = Gauge("detector_queue_size", "Signals that wait.", registry=registry)
        self._transports = Gauge(
            "detector_transport_up",
            "1 while signals can come that way.",
            ["transport"],
            registry=registry,
        )
        self.feeds = FeedMetrics(registry)
        self.trials = TrialMetrics(registry)
        self._anomalies = Counter("anomalies", "What should not be.", ["what"], registry=registry)
        self._trades = Counter(
            "strategy_trades", "Round trips.", ["source", "result"], registry=registry
        )
        self._equity = Gauge("account_equity_usd", "Equity.", registry=registry)
        self._drawdown = Gauge(
            "risk_equity_drawdown_pct",
            "Drawdown from the window's peak, percent.",
            registry=registry,
        )
        self._daily = Gauge(
            "pnl_realized_daily_usd", "Equity gained since 00:00 UTC.", registry=registry
        )
        self._realized = Gauge(
            "pnl_realized_usd", "Profit and loss of closed trades.", ["source"], registry=registry
        )
        self._win_rate = Gauge(
            "strategy_win_rate", "Fraction of round trips that won.", ["source"], registry=registry
        )
        self._exposure = Gauge(
            "venue_exposure_usd", "Worst-case exposure.", ["venue"], registry=registry
        )
        self._positions = Gauge("open_positions", "Instruments held.", registry=registry)
        self._health = Gauge("health_state", "0 ok, 1 degraded, 2 halted.", registry=registry)
        self._residual = Gauge(
            "ledger_residual", "Sum of all postings; anything but 0 is a bug.", registry=registry
        )
        self._events_seen = 0
        self._results: dict[str, tuple[int, int]] = {}  # by strategy: (trades, wins)
        self._counters = self._by_row()

    def _by_row(self) -> dict[type, Callable[[Any], None]]:
        """Return what counts each kind of row."""
        return {
            Decision: self._on_decision,
            OrderSent: self._on_intent,
            Filled: lambda _: self._fills.inc(),
            Skip: lambda body: self._skips.labels(body.strategy_id).inc(),
            Note: self._on_note,
            DetectorAnswer: lambda body: self._signals.labels(body.answer).inc(),
            Anomaly: lambda body: self._anomalies.labels(body.what).inc(),
            RoundTrip: self._on_round_trip,
            NoticePlanned: self.feeds.count_notice,
        }

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Count one journal row."""
        del event_seq, event_ns
        count = self._counters.get(type(record.body))
        if count is not None:
            count(record.body)

    def count_answer(self, transport: str, answer: str, code: str) -> None:
        """Count the answer to one signal."""
        key = (transport, answer, code)
        counter = self._answer_counters.get(key)
        if counter is None:  # looking labels up costs as much as checking a signature
            counter = self._answer_counters[key] = self._answers.labels(*key)
        counter.inc()

    def show_transport(self, name: str, *, is_up: bool) -> None:
        """Show whether signals can come that way."""
        self._transports.labels(name).set(is_up)

    def watch_queue(self, size: Callable[[], int]) -> None:
        """Show how many signals wait, asked whenever somebody looks."""
        self._queue.set_function(size)

    def show(self, snapshot: AccountSnapshot) -> None:
        """Set the gauges."""
        self._ticks.inc(snapshot.events - self._events_seen)
        self._events_seen = snapshot.events
        self._equity.set(snapshot.equity)
        self._drawdown.set(100 * snapshot.drawdown_fraction)
        self._daily.set(-snapshot.loss_today)
        self._positions.set(snapshot.positions)
        self._health.set(snapshot.health)
        self._residual.set(snapshot.ledger_residual)
        for venue, exposure in snapshot.exposure_by_venue.items():
            self._exposure.labels(venue).set(exposure)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def _on_decision(self, decision: Decision) -> None:
        if not decision.approved:
            self._refusals.labels(decision.verdicts[-1].code).inc()
        if not decision.signal.dry_run:
            for order in decision.orders:
                self._orders.labels(order.strategy_id).inc()

    def _on_intent(self, sent: OrderSent) -> None:
        if sent.order.role.is_protective:  # an exit was counted with its decision
            self._orders.labels(sent.order.strategy_id).inc()

    def _on_note(self, note: Note) -> None:
        for stage, ns in note.stages.items():
            self._stages.labels(note.strategy_id, stage).observe(ns / 1e9)

    def _on_round_trip(self, trip: RoundTrip) -> None:
        name, won = trip.strategy_id, trip.pnl > 0
        self._trades.labels(name, "win" if won else "loss").inc()
        self._realized.labels(name).inc(to_float(trip.pnl))
        trades, wins = self._results.get(name, (0, 0))
        self._results[name] = trades + 1, wins + won
        self._win_rate.labels(name).set((wins + won) / (trades + 1))


def _stages(registry: CollectorRegistry) -> Histogram:
    return Histogram(
        "strategy_stage_seconds",
        "From one stage of an event's way to the next, such as seen_to_parsed.",
        ["source", "stage"],
        buckets=_STAGE_BUCKETS_S,
        registry=registry,
    )
