"""What comes from outside, in lines for `argonaut status`: notices, feeds, ways of signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argonaut.domain.record import NoticePlanned
from argonaut.reports.wording import counted, utc
from argonaut.runtime.inflow import DetectorNow, FeedNow, TransportNow
from argonaut.runtime.snapshot import RunSnapshot


def inflow_lines(shown: RunSnapshot) -> Iterator[str]:
    """Yield what comes from outside but for the market; nothing where nothing can come."""
    yield from (f"  notice of {_notice(each, shown.now_ns)}" for each in shown.notices)
    if shown.feeds:
        yield "  feeds"
        yield from (f"    {_feed(each)}" for each in shown.feeds)
    if shown.transports:
        yield "  ways of signals"
        yield from (f"    {_transport(each)}" for each in shown.transports)
    if shown.detectors:
        yield "  sources of signals"
        yield from (f"    {_detector(each)}" for each in shown.detectors)


def _notice(plan: NoticePlanned, now_ns: int) -> str:
    """Say what a plan does and when; on a tape the times are the tape's."""
    parts = [f"no entries {_from(plan.freeze_ns, now_ns)}"]
    if plan.flatten_ns is not None:
        parts.append(f"everything is closed {_from(plan.flatten_ns, now_ns)}")
    parts.append("for good" if plan.end_ns is None else f"over at {utc(plan.end_ns)}")
    return f"{plan.kind} at {plan.instrument_id}: {', '.join(parts)}; {plan.detail}"


def _from(at_ns: int, now_ns: int) -> str:
    return f"since {utc(at_ns)}" if at_ns <= now_ns else f"from {utc(at_ns)}"


def _feed(feed: FeedNow) -> str:
    name = f"{feed.source} ({feed.connector})" if feed.connector else feed.source
    parts = [f"{name}: {_STATES[feed.state]}"]
    if feed.failures:
        parts.append(f"{counted(feed.failures, 'failure')} in a row")
    if feed.withheld:
        parts.append(feed.withheld)
    if feed.state != "left":
        parts.append(f"answered {_when(feed.answered_ns)}")
    parts.append(f"brought news {_when(feed.brought_ns)}")
    counts = [_counts(feed.answers), _counts(feed.items)]
    said = "; ".join([", ".join(parts), *(each for each in counts if each)])
    return said + _error(feed.error, feed.error_ns)


_STATES = {
    "ok": "ok",
    "failing": "failing",
    "stale": "stale",
    "waiting": "no answer yet",
    "pushed": "waits for what is pushed",
    "left": "as the journal tells",
}


def _transport(way: TransportNow) -> str:
    state = way.state if way.since_ns is None else f"{way.state} since {utc(way.since_ns)}"
    detail = f" ({way.detail})" if way.detail else ""
    return f"{way.transport}: {state}{detail}, {_heard(way)}"


def _detector(source: DetectorNow) -> str:
    return f"{source.source}: {_heard(source)}"


def _heard(from_it: TransportNow | DetectorNow) -> str:
    counts = _counts(from_it.answers)
    said = f"heard {_when(from_it.heard_ns)}" + (f"; {counts}" if counts else "")
    return said + _error(from_it.error, from_it.error_ns)


def _when(at_ns: int | None) -> str:
    return "never" if at_ns is None else utc(at_ns)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _error(error: str, at_ns: int | None) -> str:
    if not error:
        return ""
    return f"; last error {error}" if at_ns is None else f"; last error {utc(at_ns)} {error}"
