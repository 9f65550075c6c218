"""The tables of the HTML report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from argonaut.domain.roundtrip import RoundTrip
from argonaut.reports.markup import Markup, element, joined
from argonaut.reports.report_input import ReportInput
from argonaut.reports.returns import monthly_returns
from argonaut.reports.statistics import profit_fraction
from argonaut.reports.text import SIGNAL_HEAD, Row, signal_rows
from argonaut.reports.wording import NOTHING, money, percent, plain, utc

TRADES_SHOWN = 200
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEAT_MAX = 55  # percent of full color for the strongest month
_TRADE_HEAD = (
    "closed (UTC)",
    "instrument",
    "strategy",
    "side",
    "quantity",
    "entry",
    "exit",
    "profit",
    "",
    "fees",
    "tags",
)
_ANSWER_CLASS = {"refused": "loss", "approved": "gain", "reduced": "warn"}


def table(head: Row, rows: Sequence[Row], *, names: int = 1) -> Markup:
    """Return a table; its first `names` columns are words, the others numbers."""
    titles = [element("th", title, **_kind(column >= names)) for column, title in enumerate(head)]
    body = [
        element(
            "tr",
            *(element("td", cell, **_kind(column >= names)) for column, cell in enumerate(row)),
        )
        for row in rows
    ]
    return _table([element("tr", *titles)] if head else [], body)


def month_table(report: ReportInput) -> Markup:
    """Return the return of every month, colored by how good or bad it was."""
    months = monthly_returns(report.equity_ns, report.equity)
    strongest = max((abs(value) for value in months.values()), default=0.0)
    head = element("tr", *(element("th", each, class_="number") for each in ("", *_MONTHS, "year")))
    rows = []
    for year, keys in groupby(months, key=lambda key: key[0]):
        values = {month: months[year, month] for _, month in keys}
        total = 1.0
        for value in values.values():
            total *= 1 + value
        cells = [_heat(values.get(month), strongest) for month in range(1, 13)]
        yearly = element("td", percent(total - 1, signed=True), class_="number total")
        rows.append(element("tr", element("th", str(year), class_="number"), *cells, yearly))
    return _table([head], rows)


def decision_table(report: ReportInput) -> Markup:
    """Return the last decisions with their reasons, newest first."""
    answer_column = SIGNAL_HEAD.index("answer")
    rows = []
    for row in signal_rows(report):
        answer = row[answer_column]
        cells = [
            element("td", cell, class_="short" if column <= answer_column else "long")
            for column, cell in enumerate(row)
        ]
        tone = _ANSWER_CLASS.get(answer, "muted")
        cells[answer_column] = element("td", answer, class_=f"short {tone}")
        rows.append(element("tr", *cells))
    return _table([element("tr", *(element("th", title) for title in SIGNAL_HEAD))], rows)


def trade_table(trips: Sequence[RoundTrip]) -> Markup:
    """Return the last closed trades, newest first."""
    words = {0, 1, 2, 3, 10}
    head = element(
        "tr",
        *(element("th", each, **_kind(i not in words)) for i, each in enumerate(_TRADE_HEAD)),
    )
    rows = []
    for trip in reversed(trips[-TRADES_SHOWN:]):
        tone = "gain" if trip.pnl > 0 else "loss"
        cells = [
            element("td", cell, class_=f"number {tone}" if column in {7, 8} else "number")
            if column not in words
            else element("td", cell, class_="short")
            for column, cell in enumerate(_trade_cells(trip))
        ]
        rows.append(element("tr", *cells))
    return _table([head], rows)


def _trade_cells(trip: RoundTrip) -> Row:
    return (
        utc(trip.closed_ns),
        trip.instrument_id,
        trip.strategy_id,
        "long" if trip.is_long else "short",
        plain(trip.quantity),
        plain(trip.entry_price),
        plain(trip.exit_price),
        money(trip.pnl, signed=True),
        percent(profit_fraction(trip), signed=True),
        money(trip.fees),
        " → ".join(tag for tag in (trip.tag, trip.exit_tag) if tag),
    )


def _heat(value: float | None, strongest: float) -> Markup:
    if value is None:
        return element("td", "", class_="number")
    color = "gain" if value >= 0 else "loss"
    share = _HEAT_MAX * abs(value) / strongest if strongest else 0.0
    style = f"background:color-mix(in srgb, var(--{color}) {share:.0f}%, transparent)"
    return element("td", percent(value, signed=True), class_="number", style=style)


def _table(head: Iterable[Markup], rows: Sequence[Markup]) -> Markup:
    body = rows or [element("tr", element("td", NOTHING))]
    inner = element("table", element("thead", joined(head)), element("tbody", joined(body)))
    return element("div", inner, class_="scroll")


def _kind(is_number: bool) -> dict[str, str]:  # noqa: FBT001 - one fact of one column
    return {"class_": "number"} if is_number else {}
