"""The verdict on one recording: which flaws refuse it, which are only reported.

An error means the engine would be fed something no market can have shown: disorder, a price that
is not a price, a bar that contradicts itself. A warning means an honest recording of a bad day:
gaps, outages, locked books. `Flaw` lists both, `TOLERABLE` the errors a config may accept by name.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argonaut.domain.timeframe import format_timeframe
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.tape.bar_checks import check_bars
from argonaut.feeds.tape.book_checks import check_book_deltas
from argonaut.feeds.tape.columns import (
    BarColumns,
    BookDeltaColumns,
    FundingColumns,
    Kind,
    QuoteColumns,
    Recording,
    SignalRows,
    TradeColumns,
)
from argonaut.feeds.tape.findings import Finding, Findings, Flaw, Gap
from argonaut.feeds.tape.tick_checks import (
    Clocks,
    check_funding,
    check_order,
    check_quotes,
    check_time_range,
    check_trades,
)

FINDINGS_TOLD_MAX = 5


class QualityReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was read and what is wrong with it; `notes` state what the reader assumed.

    Times are UTC nanoseconds of the first and last row, None when there is none.
    """

    path: str
    kind: Kind
    rows: int
    from_ns: int | None = None
    to_ns: int | None = None
    timeframe: str | None = None
    notes: tuple[str, ...] = ()
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()  # the first of them; the warning has the count

    @property
    def is_usable(self) -> bool:
        """Whether no error was found."""
        return not self.errors

    def to_json(self) -> bytes:
        """Return the report as one JSON object."""
        return msgspec.json.encode(self)

    def raise_if_unusable(self) -> None:
        """Do nothing for a usable recording.

        Raises:
            BadDataError: Errors were found; the message names the file and each of the first five.
        """
        if self.errors:
            told = "; ".join(finding.message for finding in self.errors[:FINDINGS_TOLD_MAX])
            more = len(self.errors) - FINDINGS_TOLD_MAX
            rest = f"; and {more} more kinds of flaw" if more > 0 else ""
            raise BadDataError(f"{self.path}: {told}{rest}")


def assess(
    columns: Recording,
    *,
    path: str,
    kind: Kind,
    clocks: Clocks | None = None,
    notes: Iterable[str] = (),
    tolerate: Iterable[str] = (),
) -> QualityReport:
    """Check `columns` and return the report; `clocks` are wanted for trades, quotes and books."""
    findings = Findings(tolerate)
    if len(columns):
        _check(columns, kind, clocks, findings)
    else:
        findings.add(Finding(flaw=Flaw.EMPTY, count=0, message="no rows, want at least one"))
    if isinstance(columns, BarColumns):
        times, timeframe = columns.open_ns, format_timeframe(columns.timeframe_ns)
    else:
        times, timeframe = columns.ts_ns, None
    return QualityReport(
        path=path,
        kind=kind,
        rows=len(columns),
        from_ns=int(times[0]) if len(times) else None,
        to_ns=int(times[-1]) if len(times) else None,
        timeframe=timeframe,
        notes=tuple(notes),
        errors=tuple(findings.errors),
        warnings=tuple(findings.warnings),
        gaps=findings.gaps,
    )


def _check(columns: Recording, kind: Kind, clocks: Clocks | None, findings: Findings) -> None:
    match columns:
        case BarColumns():
            check_bars(columns, findings, has_volume=kind is not Kind.MARK)
        case FundingColumns():
            check_funding(columns, findings)
        case SignalRows():
            check_time_range("time", columns.ts_ns, findings)
            check_order(columns.ts_ns, findings)
        case TradeColumns() | QuoteColumns() | BookDeltaColumns():
            assert clocks is not None, "the decoder hands out clocks with ticks"
            if isinstance(columns, TradeColumns):
                check_trades(columns, clocks, findings)
            elif isinstance(columns, QuoteColumns):
                check_quotes(columns, clocks, findings)
            else:
                check_book_deltas(columns, clocks, findings)
