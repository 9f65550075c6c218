"""A run as one HTML page that needs nothing else: orders as lanes, and everything in words.

Each order has two bars: how long it really was at the venue, and what the trader was told of it.
Faults are bands; requests, fills and violations are marks with their text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files

from argonaut.rehearsal.simulation.evidence import Evidence
from argonaut.rehearsal.simulation.invariants.case import Case, Violation
from argonaut.rehearsal.simulation.lanes import lanes
from argonaut.rehearsal.simulation.moments import moments
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.reports.markup import Markup, element

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_HEAD = ("at", "what", "detail")


def timeline(evidence: Evidence, violations: Sequence[Violation]) -> str:
    """Return the page of one run."""
    case, plan = Case(evidence), evidence.plan
    title = f"Run of {plan.scenario or f'seed {plan.seed}'}"
    style = files("argonaut.rehearsal.simulation").joinpath("timeline.css").read_text("utf-8")
    broken = [
        (
            _seconds(each.at_ns),
            each.invariant,
            f"{each.subject}: want {each.expected}, found {each.found}",
        )
        for each in violations
    ]
    happened = [(_seconds(each.at_ns), each.what, each.detail) for each in moments(case)]
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        element("title", title),
        element("style", Markup(style)),
    )
    body = element(
        "body",
        element("h1", title),
        element("p", _summary(evidence, violations), class_="bad" if violations else "muted"),
        element("div", lanes(case, violations), class_="chart"),
        element("h2", "What did not hold"),
        _table(broken),
        element("h2", "What happened"),
        _table(happened),
        element("h2", "The plan"),
        element("pre", plan.to_json().decode()),
    )
    return f'<!doctype html>\n<html lang="en">{head}{body}</html>\n'


def _summary(evidence: Evidence, violations: Sequence[Violation]) -> str:
    plan = evidence.plan
    broken = ", ".join(dict.fromkeys(each.invariant for each in violations))
    return (
        f"{plan.end_ns / SECOND_NS:.0f} virtual seconds, {len(evidence.truth.orders)} orders, "
        f"{len(evidence.lives)} lives, {len(plan.faults)} faults; "
        + (f"broken: {broken}" if broken else "everything held")
    )


def _seconds(at_ns: int) -> str:
    return f"{at_ns / SECOND_NS:.3f} s"


def _table(rows: Iterable[Sequence[str]]) -> Markup:
    lines = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    if not lines:
        return element("p", "Nothing.", class_="muted")
    return element("table", element("tr", *(element("th", each) for each in _HEAD)), *lines)
