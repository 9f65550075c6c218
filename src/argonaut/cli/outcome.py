"""What a run amounted to, made once for the screen, JSON, CSV and HTML alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import argonaut
from argonaut.cli.output import replaced
from argonaut.config.assembly import Assembly
from argonaut.config.instruments import Stream
from argonaut.config.schema import Config, Plugin
from argonaut.config.shadow import Shadow
from argonaut.domain.ids import InstrumentId
from argonaut.domain.number import to_float
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.engine.open_profit import open_quote_of
from argonaut.feeds.tape.columns import BarColumns, QuoteColumns, TradeColumns
from argonaut.ledger.book import Book
from argonaut.reports.attribution_tables import AttributionTables, attribution_tables
from argonaut.reports.candles import Candles, candles_of_prices
from argonaut.reports.csv import write_equity_csv, write_trades_csv
from argonaut.reports.diagnosis import Facts, Finding, diagnose
from argonaut.reports.dry_run import DryRun, dry_run_of
from argonaut.reports.report_input import ReportInput, report_of
from argonaut.reports.run_log import RunLog
from argonaut.reports.statistics import Statistics, summarize
from argonaut.reports.summary import backtest_summary
from argonaut.reports.wording import utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A run that is over: its log, books and the hash of its decisions."""

    assembly: Assembly
    config_path: Path
    log: RunLog
    book: Book
    head: tuple[int, str]  # rows of the journal and the hash of the last one
    statistics: Statistics
    attribution: AttributionTables
    candles: Mapping[InstrumentId, Candles]
    diagnosis: tuple[Finding, ...]
    dry_run: DryRun | None = None
    dry_run_log: RunLog | None = None  # of what was on trial, where anything was

    def summary(self) -> dict[str, Any]:
        """Return every figure as JSON values."""
        return backtest_summary(
            self.log,
            self.statistics,
            self.attribution,
            balances=self.book.balances,
            journal_sha256=self.head[1],
            diagnosis=self.diagnosis,
            dry_run=self.dry_run,
        )

    def report(self) -> ReportInput:
        """Return what text and HTML are made from."""
        config = self.assembly.config
        report = report_of(
            self.log,
            self.statistics,
            self.attribution,
            title=f"{config.name} · {config.mode}",
            quote=config.quote,
            candles=self.candles,
            diagnosis=self.diagnosis,
            facts=_facts(self),
        )
        return replace(report, dry_run=self.dry_run)

    def write_trades(self, path: Path) -> None:
        """Write one line a closed trade. Raises OutputError."""
        with replaced(path) as file:
            write_trades_csv(file, self.log.round_trips)

    def write_equity(self, path: Path) -> None:
        """Write one line a mark to market. Raises OutputError."""
        with replaced(path) as file:
            write_equity_csv(file, *self.log.equity_columns())

    def write_dry_run_trades(self, path: Path) -> None:
        """Write one line a trade closed in theory; nothing of them is real. Raises OutputError."""
        assert self.dry_run_log is not None, "something was on trial"
        with replaced(path) as file:
            write_trades_csv(file, self.dry_run_log.round_trips, is_dry_run=True)

    def write_dry_run_equity(self, path: Path) -> None:
        """Write one line a mark to market of the shadow. Raises OutputError."""
        assert self.dry_run_log is not None, "something was on trial"
        with replaced(path) as file:
            write_equity_csv(file, *self.dry_run_log.equity_columns(), is_dry_run=True)

    def write_html(self, path: Path) -> None:
        """Write the report as one HTML file. Raises OutputError."""
        # The charts are needed by nothing else, and a run without a report starts sooner.
        from argonaut.reports.html import html_report  # noqa: PLC0415

        with replaced(path) as file:
            file.write(html_report(self.report()))


def outcome_of(
    assembly: Assembly,
    config_path: Path,
    log: RunLog,
    book: Book,
    head: tuple[int, str],
    *,
    until_ns: int = 2**63 - 1,
    shadow: Shadow | None = None,
) -> Outcome:
    """Return what a run amounted to; one that was stopped, up to `until_ns`."""
    equity_ns, equity = log.equity_columns()
    attribution = attribution_tables(book)
    statistics = summarize(
        equity_ns,
        equity,
        log.round_trips,
        open_since_ns=[
            each.opened_ns for each in book.holdings() if each.quantity and each.opened_ns
        ],
        traded_quote=to_float(attribution.total.volume_quote),
        periods_per_year=assembly.config.report.periods_per_year,
    )
    candles = candles_of(assembly.streams, until_ns=until_ns)
    facts = Facts(log=log, statistics=statistics, account=attribution.total, candles=candles)
    return Outcome(
        assembly=assembly,
        config_path=config_path,
        log=log,
        book=book,
        head=head,
        statistics=statistics,
        attribution=attribution,
        candles=candles,
        diagnosis=diagnose(facts),
        dry_run=_dry_run(shadow),
        dry_run_log=None if shadow is None or not shadow.mirror.is_awake else shadow.log,
    )


def _dry_run(shadow: Shadow | None) -> DryRun | None:
    if shadow is None or not shadow.mirror.is_awake:
        return None
    return dry_run_of(shadow.log, shadow.engine.book, open_quote_of(shadow.engine))


def candles_of(
    streams: Sequence[Stream], *, until_ns: int = 2**63 - 1
) -> dict[InstrumentId, Candles]:
    """Return candles of each instrument up to an instant: a run that was stopped saw no more.

    They are its bars, else minutes made of trades or of middle prices.
    """
    found: dict[InstrumentId, Candles] = {}
    for kind in (BarColumns, TradeColumns, QuoteColumns):
        for each in streams:
            if isinstance(each, kind) and each.instrument_id not in found:
                seen = each.between(0, until_ns)
                if len(seen):
                    found[each.instrument_id] = _candles(seen)
    return found


def _candles(stream: BarColumns | TradeColumns | QuoteColumns) -> Candles:
    if isinstance(stream, BarColumns):
        return Candles(stream.open_ns, stream.open, stream.high, stream.low, stream.close)
    if isinstance(stream, TradeColumns):
        return candles_of_prices(stream.ts_ns, stream.price, MINUTE_NS)
    return candles_of_prices(stream.ts_ns, (stream.bid + stream.ask) * 0.5, MINUTE_NS)


def _facts(outcome: Outcome) -> dict[str, str]:
    assembly, config = outcome.assembly, outcome.assembly.config
    facts = {
        "config": f"{outcome.config_path.name}, sha256 {assembly.config_hash[:16]}",
        "mode": f"{config.mode}, orders fill at the {_FILL_AT[config.venue.fill_at]}",
        "models": ", ".join(_models(config)),
        "balances at the start": ", ".join(f"{v:f} {k}" for k, v in config.balances.items()),
    }
    for number, (recording, stream) in enumerate(
        zip(config.data, assembly.streams, strict=not config.is_live), start=1
    ):
        first_ns, last_ns = _span(stream)
        assert recording.path is not None, "a stream was read from a file"
        facts[f"data {number}"] = (
            f"{recording.path.name}, {len(stream):,} rows, {utc(first_ns)} to {utc(last_ns)}"
        )
    facts["journal"] = f"{outcome.head[0]:,} rows, sha256 {outcome.head[1]}"
    facts["argonaut"] = argonaut.__version__
    return facts


_FILL_AT = {"next_open": "next bar's open", "close": "signal bar's close"}


def _models(config: Config) -> list[str]:
    said, defaults = [], []
    for name in ("fees", "slippage", "latency", "participation"):
        plugin: Plugin | None = getattr(config.venue, name)
        if plugin is None:
            defaults.append(name)
            continue
        given = ", ".join(f"{key} {value}" for key, value in plugin.params.items())
        short = plugin.class_path.rpartition(".")[2]
        said.append(f"{name} {short if plugin.enabled else 'off'}{f' ({given})' if given else ''}")
    if defaults:
        said.append(f"{', '.join(defaults)} as the venue has them by default")
    return said


def _span(stream: Stream) -> tuple[int, int]:
    times = stream.open_ns if isinstance(stream, BarColumns) else stream.ts_ns
    return int(times[0]), int(times[-1])
