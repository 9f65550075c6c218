"""Metrics of event sources: how they answer, what they bring, how long it takes, what it led to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from argonaut.domain.record import NoticePlanned

_STAGE_BUCKETS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0, 30.0, 300.0, 3600.0)


class FeedMetrics:
    """Counters and gauges by the name a source has in the config."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._answers = Counter(
            "event_feed_answers",
            "Answers of event sources: ok, unchanged, missed by a push, or what was wrong.",
            ["source", "result"],
            registry=registry,
        )
        self._items = Counter(
            "event_items",
            "External events, by source: taken, duplicate, history of a first start, or lost.",
            ["source", "result"],
            registry=registry,
        )
        self._stale = Gauge(
            "event_feed_stale",
            "1 while a source has not answered well for too long, or does not bring everything.",
            ["source"],
            registry=registry,
        )
        self._failures = Gauge(
            "event_feed_failures",
            "Failures in a row of a source.",
            ["source"],
            registry=registry,
        )
        self._ages = {
            name: Gauge(f"event_feed_{name}_age_seconds", said, ["source"], registry=registry)
            for name, said in (
                ("last_ok", "Since the last good answer or sign of life of a source."),
                ("last_new_item", "Since the last item of a source that was not known."),
            )
        }
        self._skew = Gauge(
            "event_feed_clock_ahead_seconds",
            "By how much our clock is ahead of the source's, by its Date.",
            ["source"],
            registry=registry,
        )
        self._stages = Histogram(
            "event_stage_seconds",
            "From published to seen, from seen to parsed, from parsed to taken, of taken events.",
            ["source", "stage"],
            buckets=_STAGE_BUCKETS_S,
            registry=registry,
        )

        self._planned = Counter(
            "notices_planned",
            "Plans that announced removals, pauses and changes led to, edited ones again.",
            ["kind", "action"],
            registry=registry,
        )
        self._acts = Gauge(
            "notice_acts_at_seconds",
            "When a notice forbids entries or closes, UTC seconds of the run; while it is planned.",
            ["instrument", "kind", "action"],
            registry=registry,
        )

    def count_notice(self, plan: NoticePlanned) -> None:
        """Count one plan."""
        self._planned.labels(plan.kind, plan.action).inc()

    def show_notices(self, plans: Iterable[NoticePlanned]) -> None:
        """Show every plan there is now, and no other any more."""
        self._acts.clear()
        for plan in plans:
            for action, at_ns in (("freeze", plan.freeze_ns), ("flatten", plan.flatten_ns)):
                if at_ns is not None:
                    self._acts.labels(plan.instrument_id, plan.kind, action).set(at_ns / 1e9)

    def count_answer(self, source: str, result: str) -> None:
        """Count one answer of an event source."""
        self._answers.labels(source, result).inc()

    def count_item(self, source: str, result: str) -> None:
        """Count one item of an event source."""
        self._items.labels(source, result).inc()

    def time_stage(self, source: str, stage: str, seconds: float) -> None:
        """Note how long a stage of an event took."""
        self._stages.labels(source, stage).observe(seconds)

    def show(
        self,
        source: str,
        *,
        is_stale: bool,
        failures: int,
        ages_s: Mapping[str, float],
        skew_s: float | None = None,
    ) -> None:
        """Show how an event source is; `ages_s` are of "last_ok" and "last_new_item"."""
        if skew_s is not None:
            self._skew.labels(source).set(skew_s)
        self._stale.labels(source).set(is_stale)
        self._failures.labels(source).set(failures)
        for name, age_s in ages_s.items():
            self._ages[name].labels(source).set(age_s)
