"""The picture of a run: an SVG with a lane for each order, time from left to right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from argonaut.domain.order import OrderStatus
from argonaut.rehearsal.simulation.invariants.case import Case, Violation
from argonaut.rehearsal.simulation.moments import fault_words, sent_words
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.told import ToldOrder
from argonaut.reports.markup import Markup, element

_LEFT, _RIGHT, _WIDTH = 190, 20, 1400  # pixels
_LANE, _TOP, _HEAD = 34, 60, 40
_TRUE_PX, _TOLD_PX = 9, 7  # how high the two bars of an order are
_GRID_S = (5, 10, 30, 60, 300, 3600)
_LINES_MAX = 30


def lanes(case: Case, violations: Sequence[Violation]) -> Markup:
    """Return the drawing: bands for faults, bars for orders, marks with their text."""
    orders = list(case.story.orders.items())
    scale = _Scale(case.end_ns, _TOP + _LANE * max(len(orders), 1) + 20)
    marks = [*_bands(case, scale), *_grid(scale), scale.line(case.plan.faults_end_ns, "calm")]
    for place, (name, told) in enumerate(orders):
        marks += _lane(case, scale, _TOP + place * _LANE, name, told)
    marks += [scale.mark("bad", each.at_ns, 24, each.sentence) for each in violations]
    width = str(_LEFT + _WIDTH + _RIGHT)
    return element("svg", *marks, width=width, height=str(scale.height), role="img")


class _Scale:
    """From virtual time to pixels, and what is drawn at them."""

    def __init__(self, end_ns: int, height: int) -> None:
        self.end_ns = max(end_ns, 1)
        self.height = height

    def x(self, at_ns: int) -> float:
        return _LEFT + min(max(at_ns, 0), self.end_ns) * _WIDTH / self.end_ns

    def bar(self, kind: str, span: tuple[int, int], y: int, height: int, said: str) -> Markup:
        x = self.x(span[0])
        return element(
            "rect",
            element("title", said),
            x=f"{x:.1f}",
            y=str(y),
            width=f"{max(self.x(span[1]) - x, 1.5):.1f}",
            height=str(height),
            class_=kind,
        )

    def band(self, kind: str, span: tuple[int, int], said: str) -> Markup:
        return self.bar(kind, span, _HEAD, self.height - _HEAD, said)

    def line(self, at_ns: int, kind: str) -> Markup:
        x = f"{self.x(at_ns):.1f}"
        return element("line", x1=x, x2=x, y1=str(_HEAD), y2=str(self.height), class_=kind)

    def mark(self, kind: str, at_ns: int, y: int, said: str) -> Markup:
        x = f"{self.x(at_ns):.1f}"
        return element("circle", element("title", said), cx=x, cy=str(y), r="4", class_=kind)


def _grid(scale: _Scale) -> Iterator[Markup]:
    total_s = scale.end_ns / SECOND_NS
    step_s = next((each for each in _GRID_S if total_s / each <= _LINES_MAX), _GRID_S[-1])
    for at_ns in range(0, scale.end_ns + 1, step_s * SECOND_NS):
        yield scale.line(at_ns, "grid")
        yield element("text", f"{at_ns // SECOND_NS} s", x=f"{scale.x(at_ns):.1f}", y="36")


def _bands(case: Case, scale: _Scale) -> Iterator[Markup]:
    for fault in case.plan.faults:
        said = f"{fault.kind}: {fault_words(fault)}"
        yield scale.band("fault", (fault.at_ns, fault.end_ns), said)
    since_ns = 0
    for life in case.evidence.lives:
        ready_ns = case.end_ns if life.ready_ns is None else life.ready_ns
        yield scale.band("down", (since_ns, ready_ns), f"life {life.number} is not ready")
        since_ns = case.end_ns if life.ended_ns is None else life.ended_ns


def _lane(case: Case, scale: _Scale, y: int, name: str, told: ToldOrder) -> Iterator[Markup]:
    intent = told.intent
    right, top = str(_LEFT + _WIDTH), str(y - 6)
    yield element("line", x1="0", x2=right, y1=top, y2=top, class_="lane")
    yield element("text", name, x="4", y=str(y + 8))
    said = f"{intent.role.value} {intent.side.value} {intent.quantity}"
    yield element("text", said, x="4", y=str(y + 21))
    for order in case.own_orders.get(name, []):
        end_ns = case.end_ns if order.ended_ns is None else order.ended_ns
        said = f"at the venue: {order.status}, {order.filled} of {order.quantity}"
        yield scale.bar("true", (order.created_ns, end_ns), y, _TRUE_PX, said)
    yield from _told(case, scale, y + 12, told)
    for sent in (each for sent_name, each in case.placements if sent_name == name):
        kind = "sent" if sent.status == 200 else "lost"
        yield scale.mark(kind, sent.at_ns, y + 4, sent_words(sent))
    for fill in case.fills_of.get(name, ()):
        yield scale.mark("fill", fill.event_ns, y + 4, f"fill {fill.quantity} at {fill.price}")


def _told(case: Case, scale: _Scale, y: int, told: ToldOrder) -> Iterator[Markup]:
    """Draw what was told as bars, one for each state the order was known to be in."""
    since_ns, status = told.entry.at_ns, told.intent.status
    ends = [(step.entry.at_ns, step.order.status) for step in told.steps]
    for at_ns, after in [*ends, (case.end_ns, status)]:
        if not status.is_final:
            kind = "unknown" if status is OrderStatus.UNKNOWN else "told"
            yield scale.bar(kind, (since_ns, at_ns), y, _TOLD_PX, f"told: {status.value}")
        since_ns, status = at_ns, after
