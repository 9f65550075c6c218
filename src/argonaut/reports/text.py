"""The report as plain text for terminals and logs, and its rows for whoever draws tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from argonaut.ledger.attribution import Attribution
from argonaut.reports.dry_run import (
    DRY_RUN_HEAD,
    DRY_RUN_HEADING,
    dry_run_rows,
    dry_run_sentence,
)
from argonaut.reports.report_input import ReportInput
from argonaut.reports.wording import counted, days, money, percent, ratio, utc

Row = tuple[str, ...]
Pair = tuple[str, str]  # (name, value)

ATTRIBUTION_HEAD: Row = ("", "trades", "win rate", "realized", "fees", "slippage", "volume")
SIGNAL_HEAD: Row = ("time (UTC)", "who", "instrument", "wish", "answer", "reason", "why")
_DECISIONS_SHOWN = 10


def headline_rows(report: ReportInput) -> list[Pair]:
    """Return (name, value) of the figures a person looks at first."""
    found = report.statistics
    return [
        ("return", percent(found.return_fraction, signed=True)),
        ("final equity", f"{money(found.equity_final)} {report.quote}"),
        ("max drawdown", percent(found.max_drawdown_fraction)),
        ("Sharpe", ratio(found.sharpe)),
        ("trades", f"{report.counts.get('trades', found.trades):,}"),
        ("win rate", percent(found.win_rate)),
        ("profit factor", ratio(found.profit_factor)),
        ("fees", f"{money(report.attribution.total.fees)} {report.quote}"),
    ]


def statistic_rows(report: ReportInput) -> list[Pair]:
    """Return (name, value) of every other figure."""
    found = report.statistics
    return [
        ("period", f"{utc(found.start_ns)} to {utc(found.end_ns)}"),
        ("length", days(found.days)),
        ("starting equity", f"{money(found.equity_start)} {report.quote}"),
        ("highest equity", f"{money(found.equity_peak)} {report.quote}"),
        ("CAGR", percent(found.cagr, signed=True)),
        ("annual volatility", percent(found.annual_volatility)),
        ("Sortino", ratio(found.sortino)),
        ("Calmar", ratio(found.calmar)),
        ("omega", ratio(found.omega)),
        ("tail ratio", ratio(found.tail_ratio)),
        ("worst 5 % of days, from", percent(found.value_at_risk)),
        ("worst 5 % of days, mean", percent(found.conditional_value_at_risk)),
        ("longest drawdown", days(found.max_drawdown_days)),
        ("average drawdown", percent(found.average_drawdown_fraction)),
        ("average win", f"{money(found.average_win)} {report.quote}"),
        ("average loss", f"{money(found.average_loss)} {report.quote}"),
        ("best trade", percent(found.best_trade_fraction, signed=True)),
        ("worst trade", percent(found.worst_trade_fraction, signed=True)),
        ("average trade", percent(found.average_trade_fraction, signed=True)),
        ("average holding", days(found.average_holding_days)),
        ("expectancy", f"{money(found.expectancy)} {report.quote} a trade"),
        ("expectancy ratio", ratio(found.expectancy_ratio)),
        ("SQN", ratio(found.sqn)),
        ("Kelly", percent(found.kelly)),
        ("time in the market", percent(found.exposure_fraction)),
        ("turnover", ratio(found.turnover)),
        ("slippage", f"{money(report.attribution.total.slippage_quote)} {report.quote}"),
    ]


def attribution_rows(table: Mapping[str, Attribution]) -> list[Row]:
    """Return one row a name, under `ATTRIBUTION_HEAD`."""
    return [
        (
            name or "(none)",
            f"{row.round_trips:,}",
            percent(row.win_rate),
            money(row.realized, signed=True),
            money(row.fees),
            money(row.slippage_quote),
            money(row.volume_quote),
        )
        for name, row in table.items()
    ]


def signal_rows(report: ReportInput) -> list[Row]:
    """Return the last decisions, newest first, under `SIGNAL_HEAD`."""
    return [
        (
            utc(line.event_ns),
            line.who,
            line.instrument_id,
            line.wish,
            line.answer,
            line.reason,
            line.why,
        )
        for line in report.decisions
    ]


def refusal_rows(report: ReportInput) -> list[Pair]:
    """Return (code, count) with the most frequent first."""
    counted_down = sorted(report.refusals.items(), key=lambda item: (-item[1], item[0]))
    return [(code, f"{count:,}") for code, count in counted_down]


def funnel_sentence(report: ReportInput) -> str:
    """Say how wishes became trades."""
    count = report.counts.get
    return (
        f"{counted(count('decisions', 0), 'decision')}: {count('approved', 0):,} approved "
        f"({count('reduced', 0):,} reduced), {count('refused', 0):,} refused; "
        f"{counted(count('orders', 0), 'order')}, {counted(count('fills', 0), 'fill')}, "
        f"{counted(count('trades', 0), 'trade')}"
    )


def text_report(report: ReportInput) -> str:
    """Return the report as plain lines, at most as wide as its longest sentence."""
    lines = [_clean(report.title), "=" * len(_clean(report.title)), ""]
    lines += _columns(headline_rows(report))
    lines += ["", funnel_sentence(report)]
    for finding in report.diagnosis:
        mark = "!" if finding.weight == "warning" else "-"
        lines.append(f"{mark} {_clean(finding.sentence)}")
    lines += _section("Statistics", (), statistic_rows(report))
    for name, table in attribution_sections(report):
        lines += _section(name, ATTRIBUTION_HEAD, attribution_rows(table))
    if report.dry_run is not None:
        lines += _section(DRY_RUN_HEADING, DRY_RUN_HEAD, dry_run_rows(report.dry_run))
        lines += ["", dry_run_sentence(report.dry_run, report.quote)]
    lines += _section("Refusals", (), refusal_rows(report))
    lines += _section("Last decisions", SIGNAL_HEAD, signal_rows(report)[:_DECISIONS_SHOWN])
    lines += _section("Run", (), list(report.facts.items()))
    return "\n".join(lines) + "\n"


def attribution_sections(report: ReportInput) -> list[tuple[str, Mapping[str, Attribution]]]:
    """Return (heading, table) of the cuts every report shows."""
    tables = report.attribution
    return [
        ("By strategy", tables.by_strategy),
        ("By instrument", tables.by_instrument),
        ("By tag", tables.by_tag),
    ]


def _section(heading: str, head: Row, rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    return ["", heading, "-" * len(heading), *_columns([head, *rows] if head else rows)]


def _columns(rows: Iterable[Row]) -> list[str]:
    """Return rows with their columns aligned; the last one is not padded."""
    cleaned = [tuple(map(_clean, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cleaned
    ]


def _clean(text: str) -> str:
    """Keep a name from outside on its line: no control character reaches the terminal."""
    return "".join(each if each.isprintable() else "?" for each in text)
