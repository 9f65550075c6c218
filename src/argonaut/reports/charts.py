"""The charts of the HTML report as plotly figures in plain JSON values.

Colors are names of the page's theme (`var:gain`), filled in by the page's script, so that a chart
follows dark and light. Text in a chart is HTML to plotly, so every name in it is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from argonaut.domain.ids import InstrumentId
from argonaut.domain.number import to_float
from argonaut.domain.order import OrderRole, Side
from argonaut.domain.roundtrip import RoundTrip
from argonaut.reports.candles import Candles
from argonaut.reports.drawdowns import drawdown
from argonaut.reports.report_input import ReportInput
from argonaut.reports.returns import Floats, Times
from argonaut.reports.run_log import FillMark, LevelMark
from argonaut.reports.statistics import profit_fraction
from argonaut.reports.wording import money, percent, plain

CANDLES_SHOWN = 5_000
MARKS_SHOWN = 2_000  # of each kind, the last ones
_POINTS_SHOWN = 4_000
_MARGIN_CANDLES = 60  # shown before the first and after the last trade

Figure = dict[str, Any]


def equity_figure(report: ReportInput) -> Figure:
    """Return equity above drawdown on one time axis."""
    times, equity = thinned(report.equity_ns, report.equity, _POINTS_SHOWN)
    below_times, below = thinned(report.equity_ns, drawdown(report.equity), _POINTS_SHOWN)
    return {
        "data": [
            {
                "name": "equity",
                "x": _milliseconds(times),
                "y": _rounded(equity),
                "mode": "lines",
                "line": {"color": "var:accent", "width": 1.6},
                "hovertemplate": f"%{{y:,.2f}} {html.escape(report.quote)}<extra></extra>",
            },
            {
                "name": "drawdown",
                "x": _milliseconds(below_times),
                "y": _rounded(-below),
                "yaxis": "y2",
                "mode": "lines",
                "line": {"color": "var:loss", "width": 1},
                "fill": "tozeroy",
                "fillcolor": "var:loss-soft",
                "hovertemplate": "%{y:.2%}<extra></extra>",
            },
        ],
        "layout": {
            "height": 420,
            "showlegend": False,
            "hovermode": "x unified",
            "xaxis": {"type": "date", "anchor": "y2"},
            "yaxis": {"domain": [0.36, 1], "tickformat": ",.6~g", "fixedrange": True},
            "yaxis2": {
                "domain": [0, 0.28],
                "tickformat": ".1~%",
                "rangemode": "tozero",
                "fixedrange": True,
                "nticks": 4,
            },
        },
    }


def candle_figure(report: ReportInput, name: InstrumentId) -> tuple[Figure, str]:
    """Return the candles of one instrument with its trades, stops and targets, and a caption."""
    fills = [mark for mark in report.fills if mark.instrument_id == name]
    trips = [trip for trip in report.round_trips if trip.instrument_id == name][-MARKS_SHOWN:]
    levels = [mark for mark in report.levels if mark.instrument_id == name][-MARKS_SHOWN:]
    shown, merged = _around_trades(report.candles[name], fills).merged(CANDLES_SHOWN)
    figure: Figure = {
        "data": [
            _candle_trace(shown),
            *_level_traces(levels),
            *_trade_traces(trips, report.quote),
            *_fill_traces(fills),
        ],
        "layout": {
            "height": 440,
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "hovermode": "closest",
            "xaxis": {"type": "date", "rangeslider": {"visible": False}},
            "yaxis": {"fixedrange": True},
        },
        "trades": [[trip.opened_ns // 1_000_000, trip.closed_ns // 1_000_000] for trip in trips],
        "candle_ms": max(shown.timeframe_ns // 1_000_000, 1),
    }
    return figure, _caption(shown, merged, len(fills))


def thinned(times: Times, values: Floats, limit: int) -> tuple[Times, Floats]:
    """Return at most `limit` samples that keep the lowest and highest of every stretch."""
    if values.size <= limit:
        return times, values
    each = -(-values.size // (limit // 2 - 1))
    starts = np.arange(0, values.size, each)
    ends = np.append(starts[1:], values.size)
    kept = {0, values.size - 1}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        kept.add(start + int(values[start:end].argmin()))
        kept.add(start + int(values[start:end].argmax()))
    indices = np.array(sorted(kept))
    return times[indices], values[indices]


def _around_trades(candles: Candles, fills: Sequence[FillMark]) -> Candles:
    """Return the candles from a little before the first fill to a little after the last."""
    if not fills:
        return candles
    margin_ns = _MARGIN_CANDLES * candles.timeframe_ns
    return candles.between(fills[0].event_ns - margin_ns, fills[-1].event_ns + margin_ns)


def _candle_trace(candles: Candles) -> Figure:
    return {
        "type": "candlestick",
        "name": "price",
        "x": _milliseconds(candles.open_ns),
        "open": _rounded(candles.open),
        "high": _rounded(candles.high),
        "low": _rounded(candles.low),
        "close": _rounded(candles.close),
        "increasing": {"line": {"color": "var:up", "width": 1}, "fillcolor": "var:up-soft"},
        "decreasing": {"line": {"color": "var:down", "width": 1}, "fillcolor": "var:down"},
        "hoverinfo": "x+y",
        "showlegend": False,
    }


def _level_traces(levels: Sequence[LevelMark]) -> list[Figure]:
    return [
        _segments(
            name,
            [
                (level.from_ns, level.price, level.to_ns, level.price, html.escape(_said(level)))
                for level in levels
                if level.role is role
            ],
            {"color": color, "width": 1.2, "dash": "dot"},
        )
        for name, role, color in (
            ("stop", OrderRole.STOP, "var:loss"),
            ("target", OrderRole.TARGET, "var:gain"),
        )
        if any(level.role is role for level in levels)
    ]


def _said(level: LevelMark) -> str:
    return f"{level.role.value} {plain(level.price)}, {level.ending} ({level.strategy_id})"


def _trade_traces(trips: Sequence[RoundTrip], quote: str) -> list[Figure]:
    traces = []
    for name, is_win, color in (("won", True, "var:gain"), ("lost", False, "var:loss")):
        lines = [
            (
                trip.opened_ns,
                to_float(trip.entry_price),
                trip.closed_ns,
                to_float(trip.exit_price),
                html.escape(_trade_said(trip, quote)),
            )
            for trip in trips
            if (trip.pnl > 0) is is_win
        ]
        if lines:
            traces.append(_segments(name, lines, {"color": color, "width": 1.6}))
    return traces


def _trade_said(trip: RoundTrip, quote: str) -> str:
    side = "long" if trip.is_long else "short"
    tags = " → ".join(tag for tag in (trip.tag, trip.exit_tag) if tag)
    return (
        f"{side} {plain(trip.quantity)}: {money(trip.pnl, signed=True)} {quote} "
        f"({percent(profit_fraction(trip), signed=True)}) {trip.strategy_id} {tags}"
    )


def _fill_traces(fills: Sequence[FillMark]) -> list[Figure]:
    traces = []
    for name, is_entry, side, symbol, color in (
        ("enter long", True, Side.BUY, "triangle-up", "var:long"),
        ("enter short", True, Side.SELL, "triangle-down", "var:short"),
        ("exit", False, None, "circle-open", "var:text"),
    ):
        marks = [
            mark
            for mark in fills
            if (mark.role is OrderRole.ENTRY) is is_entry and side in (None, mark.side)
        ][-MARKS_SHOWN:]
        if marks:
            traces.append(
                {
                    "name": name,
                    "mode": "markers",
                    "x": [mark.event_ns // 1_000_000 for mark in marks],
                    "y": [to_float(mark.price) for mark in marks],
                    "text": [html.escape(_fill_said(mark)) for mark in marks],
                    "marker": {
                        "symbol": symbol,
                        "size": 12 if is_entry else 9,
                        "color": color,
                        "line": {"color": "var:panel" if is_entry else color, "width": 1.5},
                    },
                    "hovertemplate": "%{text}<br>%{x|%Y-%m-%d %H:%M:%S}<extra></extra>",
                }
            )
    return traces


def _fill_said(mark: FillMark) -> str:
    return (
        f"{mark.role.value}: {mark.side.value} {plain(mark.quantity)} at {plain(mark.price)} "
        f"{mark.strategy_id} {mark.tag}"
    )


def _segments(
    name: str, lines: Iterable[tuple[int, float, int, float, str]], line: Figure
) -> Figure:
    """Return one trace of separate lines: (from_ns, from_y, to_ns, to_y, hover text) each."""
    x: list[int | None] = []
    y: list[float | None] = []
    text: list[str] = []
    for from_ns, from_y, to_ns, to_y, said in lines:
        x += [from_ns // 1_000_000, to_ns // 1_000_000, None]
        y += [from_y, to_y, None]
        text += [said, said, ""]
    return {
        "name": name,
        "mode": "lines",
        "x": x,
        "y": y,
        "text": text,
        "line": line,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _caption(shown: Candles, merged: int, fills: int) -> str:
    minutes = shown.timeframe_ns / 60e9
    length = f"{minutes:g} min" if minutes < 120 else f"{minutes / 60:g} h"
    said = f"{len(shown):,} candles of {length}"
    if merged > 1:
        said += f", each {merged} recorded ones"
    if fills > MARKS_SHOWN:
        said += f"; the last {MARKS_SHOWN:,} of {fills:,} fills"
    return said + ", times UTC"


def _milliseconds(times: Times) -> list[int]:
    return [int(each) for each in (times // 1_000_000).tolist()]


def _rounded(values: Floats) -> list[float]:
    """Return values with ten significant digits, enough for any screen."""
    return [float(f"{value:.10g}") for value in values.tolist()]
