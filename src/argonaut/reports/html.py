"""The report as one HTML file that needs nothing else: styles, script, charts and data inside.

It opens from a disk without a network, and a content policy written into it forbids the browser to
fetch anything at all or to run a script other than the two it came with.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from importlib.resources import files

from argonaut.reports.charts import candle_figure, equity_figure
from argonaut.reports.dry_run import (
    DRY_RUN_HEAD,
    DRY_RUN_HEADING,
    dry_run_rows,
    dry_run_sentence,
)
from argonaut.reports.html_tables import (
    TRADES_SHOWN,
    decision_table,
    month_table,
    table,
    trade_table,
)
from argonaut.reports.markup import Markup, data_script, element, joined
from argonaut.reports.report_input import ReportInput
from argonaut.reports.text import (
    ATTRIBUTION_HEAD,
    Pair,
    attribution_rows,
    attribution_sections,
    funnel_sentence,
    headline_rows,
    refusal_rows,
    statistic_rows,
)
from argonaut.reports.wording import days, utc


def html_report(report: ReportInput) -> str:
    """Return the whole page, about 5 MB because of the chart library inside it."""
    scripts = (_plotly_js(), _asset("report.js"))
    policy = (
        "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src "
        + " ".join(_hash_source(each) for each in scripts)
    )
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        element("title", report.title),
        element("style", Markup(_asset("report.css"))),
    )
    body = element(
        "body",
        element("main", *_sections(report)),
        *(element("script", Markup(each)) for each in scripts),
    )
    return f'<!doctype html>\n<html lang="en">{head}{body}</html>\n'


def _sections(report: ReportInput) -> list[Markup]:
    return [
        _header(report),
        _diagnosis(report),
        _section("Equity and drawdown", _chart("equity", equity_figure(report)))
        if report.equity.size
        else _section("Equity and drawdown", element("p", "No equity was sampled.")),
        _section("Months", month_table(report)),
        *(
            _section(name, table(ATTRIBUTION_HEAD, attribution_rows(rows)))
            for name, rows in attribution_sections(report)
            if rows
        ),
        *(_dry_run(report)),
        *(_candles(report)),
        _decisions(report),
        _trades(report),
        _section("All statistics", element("div", _pairs(statistic_rows(report)), class_="pairs")),
        _section("This run", element("div", _pairs(report.facts.items()), class_="facts")),
    ]


def _header(report: ReportInput) -> Markup:
    found = report.statistics
    period = f"{utc(found.start_ns)} to {utc(found.end_ns)} UTC, {days(found.days)}"
    tiles = [
        element(
            "div",
            element("dt", name),
            element("dd", value, **({"class_": tone} if (tone := _tone(name, value)) else {})),
        )
        for name, value in headline_rows(report)
    ]
    return element(
        "header",
        element("h1", report.title),
        element("p", period, class_="muted"),
        element("dl", *tiles, class_="tiles"),
    )


def _tone(name: str, value: str) -> str:
    if name != "return":
        return ""
    return {"+": "gain", "-": "loss"}.get(value[0], "")


def _diagnosis(report: ReportInput) -> Markup:
    if not report.diagnosis:
        return Markup("")
    items = [element("li", finding.sentence, class_=finding.weight) for finding in report.diagnosis]
    return _section("What stands out", element("ul", *items, class_="findings"))


def _dry_run(report: ReportInput) -> list[Markup]:
    found = report.dry_run
    if found is None:
        return []
    said = element("p", dry_run_sentence(found, report.quote), class_="muted")
    return [_section(DRY_RUN_HEADING, said, table(DRY_RUN_HEAD, dry_run_rows(found)))]


def _candles(report: ReportInput) -> list[Markup]:
    sections = []
    for number, name in enumerate(report.candles):
        if not len(report.candles[name]):
            continue
        figure, caption = candle_figure(report, name)
        steps = [
            element("button", label, type="button", data_step=step)
            for label, step in (("previous", "-1"), ("next", "1"), ("all", "0"))
        ]
        buttons = element("span", *steps, element("span", "", class_="place"), class_="steps")
        top = element("div", element("span", caption, class_="muted"), buttons, class_="bar")
        sections.append(_section(name, top, _chart(f"candles-{number}", figure)))
    return sections


def _decisions(report: ReportInput) -> Markup:
    refused = [
        element("h3", "Refusals by check"),
        element("div", table((), refusal_rows(report)), class_="narrow"),
    ]
    return _section(
        "Decisions",
        element("p", funnel_sentence(report)),
        *(refused if report.refusals else ()),
        element("h3", f"The last {len(report.decisions)}, newest first"),
        element("div", decision_table(report), class_="tall"),
    )


def _trades(report: ReportInput) -> Markup:
    trips = report.round_trips
    shown = min(len(trips), TRADES_SHOWN)
    said = f"The last {shown:,} of {len(trips):,}, newest first" if trips else "None was closed"
    return _section(
        "Trades",
        element(
            "details", element("summary", said), element("div", trade_table(trips), class_="tall")
        ),
    )


def _pairs(rows: Iterable[Pair]) -> Markup:
    cells = [element("div", element("dt", name), element("dd", value)) for name, value in rows]
    return element("dl", *cells)


def _section(heading: str, *children: Markup) -> Markup:
    return element("section", element("h2", heading), *children)


def _chart(name: str, figure: dict[str, object]) -> Markup:
    waiting = element("noscript", "The charts need JavaScript; the tables do not.")
    place = element("div", waiting, class_="chart", id=name)
    return joined((place, data_script(name, figure)))


def _asset(name: str) -> str:
    return (files("argonaut.reports") / "assets" / name).read_text(encoding="utf-8")


def _plotly_js() -> str:
    """Return the chart library's JavaScript as the installed wheel brings it.

    `files` imports the package here and not at the top: only this writer needs it, and it is slow.
    """
    script = (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    return script.replace("</script", "<\\/script").replace("\r\n", "\n")


def _hash_source(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"
