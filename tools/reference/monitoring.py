"""The pages on log events and metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client.metrics import MetricWrapperBase

from argonaut.monitoring.logs import EVENTS
from argonaut.monitoring.metrics import Metrics
from tools.reference.markdown import code, page, table

LOG_NOTE = """\
One event a line. The file of `monitoring.log_path` holds JSON objects with `time` (the wall
clock), `level`, `event` (a name of this table), `event_time` (the engine's time, which on a tape is
the tape's) and the event's own fields. Secrets are taken out before a line is written. At 20 MB the
file moves to `argonaut.1.log`. Names are promises: they change with a major version only."""
METRICS_NOTE = """\
Served as text for Prometheus on `http://127.0.0.1:8000/metrics` (`monitoring.prometheus_port`), on
loopback only. Amounts are in the account's quote asset; names with `_usd` keep the spelling
dashboards use, whatever stablecoin that is. Names are promises: they change with a major version
only.

Names that begin with `dry_run_` tell of strategies [on trial](../howto/try-without-money.md):
nothing of it was sent, no money moved, and no other metric counts any of it. Profit, position and
equity are those of the whole trial; counters count from the start of the process, live without what
came before."""


def log_events() -> str:
    """Return the page on log events."""
    rows = [(code(name), meaning) for name, meaning in EVENTS.items()]
    source = "src/argonaut/monitoring/logs.py"
    return page("Log events", source, LOG_NOTE, table(("event", "meaning"), rows))


def metrics() -> str:
    """Return the page on metrics."""
    whole = Metrics()
    parts = (whole, whole.feeds, whole.trials)
    rows = [_metric(each) for part in parts for each in _metrics_in(vars(part).values())]
    source = "src/argonaut/monitoring/metrics.py"
    head = ("metric", "kind", "labels", "meaning")
    return page("Metrics", source, METRICS_NOTE, table(head, rows))


def _metrics_in(values: Iterable[object]) -> Iterator[MetricWrapperBase]:
    for each in values:
        if isinstance(each, MetricWrapperBase):
            yield each
        elif isinstance(each, dict):
            yield from _metrics_in(each.values())


def _metric(metric: MetricWrapperBase) -> tuple[str, ...]:
    family = next(iter(metric.describe()))
    name = f"{family.name}_total" if family.type == "counter" else family.name
    labels = ", ".join(code(each) for each in metric._labelnames)  # noqa: SLF001 - no other way
    return code(name), family.type, labels, family.documentation
