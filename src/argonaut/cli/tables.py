"""Tables for a terminal: the report of a run, and rows of any command. Drawing only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from argonaut.cli.output import printable
from argonaut.reports.dry_run import (
    DRY_RUN_HEAD,
    DRY_RUN_HEADING,
    dry_run_rows,
    dry_run_sentence,
)
from argonaut.reports.report_input import ReportInput
from argonaut.reports.text import (
    ATTRIBUTION_HEAD,
    SIGNAL_HEAD,
    attribution_rows,
    attribution_sections,
    funnel_sentence,
    headline_rows,
    refusal_rows,
    signal_rows,
    statistic_rows,
)

_DECISIONS_SHOWN = 10
_TEXT_COLUMNS = frozenset(SIGNAL_HEAD)


def report_view(report: ReportInput) -> RenderableType:
    """Return the report of a run as tables."""
    parts: list[RenderableType] = [
        Text(report.title, style="bold"),
        pairs(headline_rows(report), columns=2),
        Text(funnel_sentence(report)),
        *(_finding(each.sentence, each.weight) for each in report.diagnosis),
        pairs(statistic_rows(report), columns=2, title="Statistics"),
    ]
    parts += [
        grid(ATTRIBUTION_HEAD, attribution_rows(table), title=name)
        for name, table in attribution_sections(report)
        if table
    ]
    if report.dry_run is not None:
        rows = dry_run_rows(report.dry_run)
        parts.append(grid(DRY_RUN_HEAD, rows, title=DRY_RUN_HEADING))
        parts.append(Text(dry_run_sentence(report.dry_run, report.quote)))
    if report.refusals:
        parts.append(grid(("refused by", "times"), refusal_rows(report), title="Refusals"))
    if report.decisions:
        rows = signal_rows(report)[:_DECISIONS_SHOWN]
        parts.append(grid(SIGNAL_HEAD, rows, title="Last decisions"))
    if report.facts:
        parts.append(pairs(list(report.facts.items()), title="Run"))
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts))


def grid(head: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> Table:
    """Return a table with a head; every cell is plain text, whatever it holds."""
    table = Table(title=title or None, title_justify="left", title_style="bold", box=None)
    for index, name in enumerate(head):
        is_text = index == 0 or name in _TEXT_COLUMNS
        table.add_column(name, justify="left" if is_text else "right", header_style="dim")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def pairs(rows: Sequence[tuple[str, ...]], *, columns: int = 1, title: str = "") -> Table:
    """Return names with their values, in one or more pairs of columns read downwards."""
    table = Table(
        title=title or None, title_justify="left", title_style="bold", box=None, show_header=False
    )
    for _ in range(columns):
        table.add_column(style="dim", no_wrap=True)
        table.add_column()
    height = -(-len(rows) // columns)
    for line in range(height):
        cells = [rows[at] for at in range(line, len(rows), height)]
        table.add_row(*(Text(printable(text)) for pair in cells for text in pair))
    return table


def aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table as plain lines, whole however long: for pipes and files."""
    cleaned = [tuple(map(printable, row)) for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    for row in cleaned:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _finding(sentence: str, weight: str) -> Text:
    mark, style = ("!", "yellow") if weight == "warning" else ("-", "dim")
    return Text(f"{mark} {printable(sentence)}", style=style)
