"""Everything a report of a run is made from; text and HTML take nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from argonaut.domain.ids import InstrumentId
from argonaut.domain.roundtrip import RoundTrip
from argonaut.reports.attribution_tables import AttributionTables
from argonaut.reports.candles import Candles
from argonaut.reports.diagnosis import Finding
from argonaut.reports.dry_run import DryRun
from argonaut.reports.returns import Floats, Times
from argonaut.reports.run_log import FillMark, LevelMark, RunLog
from argonaut.reports.signal_line import SignalLine
from argonaut.reports.statistics import Statistics

_DECISIONS_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """One run. Names and reasons come from outside: writers escape every one of them.

    `facts` are lines for the foot of the report, in order: config, data, models, journal hash.
    `counts` are the funnel's: decisions, orders, fills and so on. Equity is in `quote`.
    """

    title: str
    quote: str
    statistics: Statistics
    equity_ns: Times
    equity: Floats
    attribution: AttributionTables = field(default_factory=AttributionTables)
    round_trips: Sequence[RoundTrip] = ()
    fills: Sequence[FillMark] = ()
    levels: Sequence[LevelMark] = ()
    decisions: Sequence[SignalLine] = ()
    refusals: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    candles: Mapping[InstrumentId, Candles] = field(default_factory=dict)
    diagnosis: Sequence[Finding] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    dry_run: DryRun | None = None  # what was on trial; in nothing of the above


def report_of(
    log: RunLog,
    statistics: Statistics,
    attribution: AttributionTables,
    *,
    title: str,
    quote: str,
    candles: Mapping[InstrumentId, Candles] | None = None,
    diagnosis: Sequence[Finding] = (),
    facts: Mapping[str, str] | None = None,
) -> ReportInput:
    """Return the report of what a log has seen so far; the log may go on."""
    equity_ns, equity = log.equity_columns()
    return ReportInput(
        title=title,
        quote=quote,
        statistics=statistics,
        equity_ns=equity_ns,
        equity=equity,
        attribution=attribution,
        round_trips=tuple(log.round_trips),
        fills=tuple(log.fill_marks),
        levels=log.levels(int(equity_ns[-1]) if equity_ns.size else 0),
        decisions=log.last_signals(_DECISIONS_SHOWN),
        refusals=dict(log.refusals),
        counts={
            "decisions": log.decisions,
            "approved": log.approved,
            "reduced": log.reduced,
            "refused": sum(log.refusals.values()),
            "orders": log.orders,
            "fills": log.fills,
            "trades": log.trades,
            "skips": log.skips,
        },
        candles=dict(candles or {}),
        diagnosis=tuple(diagnosis),
        facts=dict(facts or {}),
    )
