"""Draw the pictures of the strategy pages from backtests on real recordings.

Run it as `PYTHONPATH=src .venv/bin/python tools/make_plots.py`; it wants Chromium, and the larger
recordings at ../shared (or $ARGONAUT_SHARED) for all pictures but the detector's. It writes
docs/explanation/img/*.png, and each picture shows what the same code does in tests/real/strategies.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from argonaut.domain.order import OrderRole, Side
from argonaut.feeds.tape.aggregate import aggregate
from argonaut.feeds.tape.columns import BarColumns
from argonaut.indicators import Sma
from tools.strategy_runs import (
    FIVE,
    ROOT,
    Played,
    detector_driven,
    momentum_on_brd,
    trend_follow,
)

IMAGES = ROOT / "docs" / "explanation" / "img"
SHARED = Path(os.environ.get("ARGONAUT_SHARED", ROOT.parent / "shared"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = (1200, 640)
KILOBYTES_MAX = 150
HOUR_NS = 3_600_000_000_000

INK, GRID, UP, DOWN = "#24292f", "#e3e7eb", "#2a9d63", "#c8414b"
FAST, SLOW, STOP, TARGET, BUY, NOTE = (
    "#3b6fb6",
    "#d08a2e",
    "#c8414b",
    "#2a9d63",
    "#1b4f9c",
    "#6b7280",
)
LABELS = ((0, 80), (75, -150), (0, 80), (0, -85), (40, 95), (0, -85), (-45, 90))  # of the signals
ENDS = {
    OrderRole.STOP: ("stop", STOP, "triangle-down"),
    OrderRole.TARGET: ("target", TARGET, "triangle-down"),
    OrderRole.EXIT: ("exit", INK, "triangle-down"),
}


def main() -> int:
    """Draw every picture that its recordings are here for; return 1 when one is left out."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print(f"make_plots: nothing drawn: no Chromium, want one of {', '.join(BROWSERS)}")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        figures = [("detector-driven", crash_with_a_detector(detector_driven(Path(folder))))]
        if (SHARED / "data").is_dir():
            figures += shared_figures()
        for name, figure in figures:
            draw(figure, IMAGES / f"{name}.png", browser=browser, folder=Path(folder))
    if len(figures) == 1:
        print(f"make_plots: the rest not drawn: no recordings at {SHARED} (set ARGONAUT_SHARED)")
        return 1
    return 0


def shared_figures() -> list[tuple[str, go.Figure]]:
    """Return the pictures that want the larger recordings."""
    trend, brd = trend_follow(SHARED), momentum_on_brd(SHARED)
    return [
        ("trend-follow-positions", positions_of_bitcoin(trend)),
        ("trend-follow-weeks", entries_a_week(trend)),
        ("momentum-pump", pump_of_may(brd)),
        ("momentum-spike", spike_of_april(brd)),
    ]


def draw(figure: go.Figure, path: Path, *, browser: str, folder: Path) -> None:
    """Have the browser take a picture of `figure`."""
    page = folder / f"{path.stem}.html"
    figure.write_html(page, include_plotlyjs=True, config={"staticPlot": True})
    subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--virtual-time-budget=10000",
            f"--window-size={SIZE[0]},{SIZE[1]}",
            f"--user-data-dir={folder / 'profile'}",
            f"--screenshot={path}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    kilobytes = path.stat().st_size / 1000
    print(f"make_plots: {path.name}, {kilobytes:.0f} KB")
    if kilobytes > KILOBYTES_MAX:
        raise SystemExit(f"make_plots: want at most {KILOBYTES_MAX} KB, not {kilobytes:.0f}")


# pictures


def positions_of_bitcoin(run: Played) -> go.Figure:
    """TrendFollow on BTCUSDT: averages, entries, the path of the stop, exits."""
    bars = aggregate(bars_of(run, "BTC/USDT@sim"), 4 * HOUR_NS)
    (fast,), (slow,) = Sma(50).columns(bars.close), Sma(200).columns(bars.close)
    figure = empty("TrendFollow on BTCUSDT, 4h bars, 17 April to 31 May 2025", "USDT")
    from_ns, to_ns = span("2025-04-17T00", "2025-06-01T00")
    shown = (bars.open_ns >= from_ns) & (bars.open_ns < to_ns)
    add_candles(figure, bars.between(from_ns, to_ns))
    for name, values, color in (("SMA 50", fast, FAST), ("SMA 200", slow, SLOW)):
        figure.add_scatter(
            x=moments(bars.close_ns()[shown]),
            y=values[shown],
            name=name,
            mode="lines",
            line={"color": color, "width": 1.5},
        )
    add_levels(figure, run, "BTC/USDT@sim", from_ns, to_ns)
    add_fills(figure, run, "BTC/USDT@sim", from_ns, to_ns)
    return figure


def entries_a_week(run: Played) -> go.Figure:
    """TrendFollow on five symbols: how many entries each week brought."""
    weeks = run.weeks()
    figure = empty("TrendFollow on five symbols: entries a week, 2025", "entries")
    colors = (FAST, SLOW, UP, "#8e5ea2", DOWN)
    for symbol, color in zip(FIVE, colors, strict=True):
        mine = [
            (at_ns, each)
            for at_ns, each in run.entries
            if each.signal.instrument_id == f"{symbol}/USDT@sim"
        ]
        counts = Played(run.assembly, run.result, mine, (), ()).entries_a_week()
        figure.add_bar(
            x=weeks, y=[counts[week] for week in weeks], name=symbol, marker={"color": color}
        )
    figure.update_layout(barmode="stack", bargap=0.25)
    figure.update_xaxes(title="week beginning", tickangle=-45, type="category")
    first = next(index for index, week in enumerate(weeks) if run.entries_a_week()[week])
    figure.add_annotation(
        x=(first - 1) / 2,
        y=6,
        text="200 bars of 4h have to come first (33 days),<br>then prices fell until mid-April",
        showarrow=False,
        font={"color": NOTE, "size": 14},
    )
    return figure


def pump_of_may(run: Played) -> go.Figure:
    """Momentum on the announced pump of 2 May 2021."""
    from_ns, to_ns = span("2021-05-02T17:45", "2021-05-02T18:20")
    figure = brd_figure(run, "Momentum on the BRDBTC pump of 2 May 2021, 1m bars", from_ns, to_ns)
    add_moment(figure, "2021-05-02T18:00:12", "pump begins 18:00:12", y=0.90, anchor="right")
    add_moment(figure, "2021-05-02T18:01:00", "decided at 18:01:00", y=0.90)
    return figure


def spike_of_april(run: Played) -> go.Figure:
    """Momentum on the spike and collapse of 24 April 2021."""
    from_ns, to_ns = span("2021-04-24T20:40", "2021-04-24T21:30")
    figure = brd_figure(
        run, "Momentum on the BRDBTC spike of 24 April 2021, 1m bars", from_ns, to_ns
    )
    add_moment(figure, "2021-04-24T20:59:00", "20:59:00 bought", y=0.82, anchor="right")
    add_moment(figure, "2021-04-24T21:00:00", "21:00:00 +35 % in one bar, but cooldown", y=0.82)
    add_moment(figure, "2021-04-24T21:01:00", "21:01:00 collapsed; next entry 22:12", y=0.74)
    return figure


def brd_figure(run: Played, title: str, from_ns: int, to_ns: int) -> go.Figure:
    """Candles with the baseline's high, volume below, and what was traded."""
    bars = bars_of(run, "BRD/BTC@sim").between(from_ns - HOUR_NS, to_ns)
    highs = np.lib.stride_tricks.sliding_window_view(bars.high, 6).max(axis=1)
    times, baseline = bars.open_ns[6:], highs[:-1]
    shown = times >= from_ns
    figure = empty(title, "BTC")
    add_candles(figure, bars.between(from_ns, to_ns))
    figure.add_scatter(
        x=moments(times[shown]),
        y=baseline[shown],
        name="baseline: high of the 6 bars before",
        mode="lines",
        line={"color": NOTE, "width": 1.2, "dash": "dot", "shape": "hv"},
    )
    add_levels(figure, run, "BRD/BTC@sim", from_ns, to_ns)
    add_fills(figure, run, "BRD/BTC@sim", from_ns, to_ns)
    seen = bars.between(from_ns, to_ns)
    figure.add_bar(
        x=moments(seen.open_ns), y=seen.volume, yaxis="y2", marker={"color": "#b6bec8"},
        showlegend=False,
    )  # fmt: skip
    figure.update_layout(
        yaxis={"domain": [0.24, 1], "tickformat": ".2e"},
        xaxis={"anchor": "y2"},
        yaxis2={"domain": [0, 0.18], "gridcolor": GRID, "title": "volume, BRD", "nticks": 4},
    )
    return figure


def crash_with_a_detector(run: Played) -> go.Figure:
    """DetectorDriven on the crash of 19 May 2021: each signal and its answer."""
    from_ns, to_ns = span("2021-05-19T12:20", "2021-05-19T14:30")
    figure = empty("DetectorDriven on ETHUSDT, 19 May 2021, 1m bars", "USDT")
    bars = bars_of(run, "ETH/USDT@sim")
    add_candles(figure, bars.between(from_ns, to_ns))
    add_levels(figure, run, "ETH/USDT@sim", from_ns, to_ns)
    add_fills(figure, run, "ETH/USDT@sim", from_ns, to_ns)
    for number, (at_ns, answer) in enumerate(run.answers):
        signal = answer.signal
        price = float(bars.close[np.searchsorted(bars.close_ns(), at_ns, "right") - 1])
        forwarded = [each for ns, each in run.decisions if ns == at_ns]
        refused = [each.reason.split(": ", 1)[1] for ns, each in run.skips if ns == at_ns]
        what = signal.side if signal.intent == "auto" else f"{signal.side} {signal.intent}"
        size = "" if signal.notional is None else f" {signal.notional}"
        said = refused[0] if refused else type(forwarded[0].signal).__name__.lower()
        figure.add_annotation(
            x=moments(np.array([at_ns]))[0],
            y=price,
            text=f"{signal.signal_id} {what}{size}<br>{said}",
            ax=LABELS[number][0],
            ay=LABELS[number][1],
            arrowcolor=NOTE,
            font={"color": NOTE if refused else INK, "size": 12},
        )
    return figure


# their parts


def empty(title: str, unit: str) -> go.Figure:
    """Return a figure with the house's look and nothing in it."""
    figure = go.Figure()
    figure.update_layout(
        title={"text": title, "x": 0.01, "y": 0.97},
        width=SIZE[0],
        height=SIZE[1],
        margin={"l": 80, "r": 20, "t": 90, "b": 50},
        font={"family": "sans-serif", "color": INK, "size": 14},
        plot_bgcolor="white",
        paper_bgcolor="white",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        xaxis_rangeslider_visible=False,
    )
    figure.update_xaxes(gridcolor=GRID)
    figure.update_yaxes(gridcolor=GRID, title=unit, exponentformat="none")
    return figure


def add_candles(figure: go.Figure, bars: BarColumns) -> None:
    """Draw the bars as candles."""
    figure.add_candlestick(
        x=moments(bars.open_ns),
        open=bars.open,
        high=bars.high,
        low=bars.low,
        close=bars.close,
        showlegend=False,
        increasing={"line": {"color": UP, "width": 1}},
        decreasing={"line": {"color": DOWN, "width": 1}},
    )


def add_levels(figure: go.Figure, run: Played, name: str, from_ns: int, to_ns: int) -> None:
    """Draw where stops and targets rested, as long as they did."""
    for role, label, color in (
        (OrderRole.STOP, "stop", STOP),
        (OrderRole.TARGET, "target", TARGET),
    ):
        x: list[Any] = []
        y: list[float | None] = []
        levels = sorted(run.result.log.levels(to_ns), key=lambda level: level.from_ns)
        for level in levels:
            inside = level.from_ns < to_ns and level.to_ns > from_ns
            if level.role is role and level.instrument_id == name and inside:
                ends = np.array([max(level.from_ns, from_ns), min(level.to_ns, to_ns)])
                gap = [] if level.ending == "moved" else [None]  # a move is drawn as a step
                x += [*moments(ends), *gap]
                y += [level.price, level.price, *gap]
        figure.add_scatter(
            x=x, y=y, name=f"{label} resting", mode="lines", line={"color": color, "width": 2}
        )


def add_fills(figure: go.Figure, run: Played, name: str, from_ns: int, to_ns: int) -> None:
    """Mark entries and how they ended."""
    marks = [
        mark
        for mark in run.result.log.fill_marks
        if mark.instrument_id == name and from_ns <= mark.event_ns <= to_ns
    ]
    ends = {**ENDS, OrderRole.ENTRY: ("entry", BUY, "triangle-up")}
    for role in (OrderRole.ENTRY, OrderRole.TARGET, OrderRole.STOP, OrderRole.EXIT):
        label, color, symbol = ends[role]
        mine = [mark for mark in marks if mark.role is role]
        if not mine:
            continue
        verb = "bought" if mine[0].side is Side.BUY else "sold"
        figure.add_scatter(
            x=moments(np.array([mark.event_ns for mark in mine])),
            y=[float(mark.price) for mark in mine],
            name=f"{verb}: {label}",
            mode="markers",
            marker={
                "color": color,
                "symbol": symbol,
                "size": 13,
                "line": {"color": "white", "width": 1},
            },
        )


def add_moment(figure: go.Figure, text: str, said: str, *, y: float, anchor: str = "left") -> None:
    """Mark an instant with a line and words."""
    figure.add_vline(x=moment(text), line={"color": NOTE, "width": 1, "dash": "dash"})
    figure.add_annotation(
        x=moment(text),
        y=y,
        yref="paper",
        text=said,
        showarrow=False,
        xanchor=anchor,
        xshift=5 if anchor == "left" else -5,
        bgcolor="white",
    )


def bars_of(run: Played, name: str) -> BarColumns:
    """Return the recorded bars of an instrument."""
    return next(each for each in run.bars() if each.instrument_id == name)


def moments(times_ns: np.ndarray[Any, Any]) -> list[str]:
    """Return UTC times as plotly reads them."""
    return [str(each) for each in times_ns.astype("datetime64[ns]").astype("datetime64[ms]")]


def moment(text: str) -> str:
    """Return one time as plotly reads it."""
    return str(np.datetime64(text, "ms"))


def span(first: str, last: str) -> tuple[int, int]:
    """Return two UTC times in nanoseconds."""
    return int(np.datetime64(first, "ns").astype(int)), int(np.datetime64(last, "ns").astype(int))


if __name__ == "__main__":
    sys.exit(main())
