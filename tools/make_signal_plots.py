"""Draw the pictures of the pages on signals, ticks and tuning from backtests on real recordings.

Run it as `PYTHONPATH=src .venv/bin/python tools/make_signal_plots.py`, as `make_plots.py`, of which
it has the look. Name pictures to draw only those.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import plotly.graph_objects as go

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from argonaut.feeds.tape.aggregate import aggregate
from argonaut.feeds.tape.columns import TradeColumns
from tools.make_plots import (
    BROWSERS,
    BUY,
    DOWN,
    FAST,
    HOUR_NS,
    IMAGES,
    NOTE,
    SHARED,
    SLOW,
    UP,
    bars_of,
    draw,
    empty,
    moments,
)
from tools.signal_runs import TICKS, combined, scalp, tuned
from tools.strategy_runs import Played

ETH = "ETH/USDT@sim"


def draw_all(
    pictures: Mapping[str, Callable[[Path], go.Figure]], wanted: Sequence[str], *, tool: str
) -> int:
    """Draw the pictures wanted, all when none is named; return 1 when they cannot be drawn."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print(f"{tool}: nothing drawn: no Chromium, want one of {', '.join(BROWSERS)}")
        return 1
    unknown = [name for name in wanted if name not in pictures]
    if unknown:
        print(f"{tool}: no picture {unknown[0]}; want one of {', '.join(pictures)}")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, figure_of in pictures.items():
        if wanted and name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            figure = figure_of(Path(folder))
            draw(figure, IMAGES / f"{name}.png", browser=browser, folder=Path(folder))
    return 0


def combined_with_a_clock(folder: Path) -> go.Figure:
    """Combined on a week of ETHUSDT: which signals of a clock it took, and what that paid."""
    run, alone = combined(folder), combined(folder, alone=True)
    figure = empty("Combined on ETHUSDT, May 2021: a clock says buy every hour", "USDT")
    bars = aggregate(bars_of(run, ETH), HOUR_NS)
    figure.add_scatter(
        x=moments(bars.close_ns()),
        y=bars.close,
        name="close of 1h",
        line={"color": NOTE, "width": 1},
    )
    entered = {ns for ns, each in run.entries if each.signal.strategy_id == "tested"}
    said = [ns for ns, _ in run.answers]
    left = [ns for ns in said if not any(0 <= at - ns <= 300_000_000_000 for at in entered)]
    for label, times, color, symbol in (
        ("signal left, nobody confirmed it", left, DOWN, "x-thin-open"),
        ("confirmed and bought", sorted(entered), BUY, "triangle-up"),
    ):
        stamps = np.array(times)
        figure.add_scatter(
            x=moments(stamps),
            y=np.interp(stamps, bars.close_ns(), bars.close),
            name=label,
            mode="markers",
            marker={"color": color, "symbol": symbol, "size": 9},
        )
    for name, played, color in (
        ("every signal", alone, DOWN),
        ("Combined", run, FAST),
    ):
        closed, total = profit_of(played)
        figure.add_scatter(
            x=moments(closed), y=total, name=f"P&L: {name}", yaxis="y2", mode="lines",
            line={"color": color, "width": 2, "shape": "hv"},
        )  # fmt: skip
    figure.update_layout(
        yaxis={"domain": [0.36, 1]},
        xaxis={"anchor": "y2"},
        yaxis2={"domain": [0, 0.3], "title": "P&L closed, USDT"},
    )
    return figure


def scalps_of_a_day(_folder: Path) -> go.Figure:
    """Scalp on a day of ETHUSD, both sides: entries, what they closed at, what it has learned."""
    run = scalp(SHARED / "data", TICKS["ETHUSD, a day"], shorts=True)
    figure = empty(
        "Scalp on ETHUSD at Gemini, 1 July 2021, long and short, fees 2 bp a side", "USD"
    )
    trades = next(each for each in run.assembly.streams if isinstance(each, TradeColumns))
    figure.add_scatter(
        x=moments(trades.ts_ns[::20]),
        y=trades.price[::20],
        name="price",
        line={"color": NOTE, "width": 1},
    )
    gains = sorted(run.positions())
    for label, color, symbol, won in (
        ("closed at the target", UP, "triangle-up", True),
        ("closed at the stop", DOWN, "triangle-down", False),
    ):
        times = np.array([at_ns for at_ns, gain in gains if (gain > 0) is won])
        figure.add_scatter(
            x=moments(times),
            y=trades.price[np.searchsorted(trades.ts_ns, times)],
            name=label,
            mode="markers",
            marker={"color": color, "symbol": symbol, "size": 9},
        )
    for label, times, values, color in (
        (
            "P&L summed, bp of each trade",
            np.array([at_ns for at_ns, _ in gains]),
            np.cumsum([gain * 1e4 for _, gain in gains]),
            FAST,
        ),
        (
            "slippage predicted at the entry, bp, x 10",
            np.array([at_ns for at_ns, _ in run.entries]),
            np.array([10 * predicted(each.signal.reason) for _, each in run.entries]),
            SLOW,
        ),
    ):
        figure.add_scatter(
            x=moments(times), y=values, name=label, yaxis="y2", mode="lines",
            line={"color": color, "width": 2, "shape": "hv"},
        )  # fmt: skip
    figure.update_layout(
        yaxis={"domain": [0.42, 1]},
        xaxis={"anchor": "y2"},
        yaxis2={"domain": [0, 0.36], "title": "basis points"},
    )
    return figure


def predicted(reason: str) -> float:
    """Return the slippage an entry's reason implies: 18 bp less 4 of fees less what was left."""
    return 14.0 - float(reason.split(", ")[1].split(" bp", maxsplit=1)[0])


def tuned_trend(_folder: Path) -> go.Figure:
    """TrendFollow on half a year of ETHUSDT, with and without its tuner."""
    usual, moved = tuned(SHARED, "ETH", "off"), tuned(SHARED, "ETH", "act")
    figure = empty("TrendFollow on ETHUSDT, 2025, quick averages: the tuner on and off", "USDT")
    bars = aggregate(bars_of(moved, ETH), 4 * HOUR_NS)
    figure.add_scatter(
        x=moments(bars.close_ns()),
        y=bars.close,
        name="close of 4h",
        line={"color": NOTE, "width": 1},
    )
    for label, run, color in (("tuner off", usual, DOWN), ("tuner acts", moved, FAST)):
        gains = sorted(run.positions())
        won = np.array([gain > 0 for _, gain in gains], dtype=float)
        times = np.array([at_ns for at_ns, _ in gains])
        figure.add_scatter(
            x=moments(times), y=np.cumsum([100 * gain for _, gain in gains]), yaxis="y2",
            name=f"P&L summed: {label}", mode="lines",
            line={"color": color, "width": 2, "shape": "hv"},
        )  # fmt: skip
        figure.add_scatter(
            x=moments(times[29:]), y=np.convolve(won, np.ones(30) / 30, "valid"), yaxis="y3",
            showlegend=False, mode="lines", line={"color": color, "width": 2, "shape": "hv"},
        )  # fmt: skip
    for at_ns, each in moved.skips:
        if each.reason.startswith("tuner"):
            word = each.reason.split()[1].rstrip(",")
            said = "trial" if word.isdigit() else word
            stamp = moments(np.array([at_ns]))[0]
            figure.add_vline(x=stamp, line={"color": NOTE, "width": 1, "dash": "dash"})
            figure.add_annotation(
                x=stamp, y=0.98, yref="paper", text=said, showarrow=False, xanchor="left", xshift=4
            )
    for rate in (0.4, 0.65):
        figure.add_hline(y=rate, yref="y3", line={"color": NOTE, "width": 1, "dash": "dot"})
    figure.update_layout(
        yaxis={"domain": [0.56, 1]},
        xaxis={"anchor": "y3"},
        yaxis2={"domain": [0.26, 0.5], "title": "% of trades"},
        yaxis3={"domain": [0, 0.2], "title": "won of 30"},
    )
    return figure


def profit_of(run: Played) -> tuple[np.ndarray, np.ndarray]:
    """Return when the tested strategy closed trades and what they came to by then."""
    trips = [each for each in run.result.log.round_trips if each.strategy_id == "tested"]
    trips.sort(key=lambda each: each.closed_ns)
    times = np.array([each.closed_ns for each in trips], dtype=np.int64)
    return times, np.cumsum([float(each.pnl) for each in trips])


PICTURES: Mapping[str, Callable[[Path], go.Figure]] = {
    "combined": combined_with_a_clock,
    "scalp": scalps_of_a_day,
    "trend-tuner": tuned_trend,
}


def main(wanted: list[str]) -> int:
    """Draw the pictures wanted, all when none is named; return 1 when they cannot be drawn."""
    return draw_all(PICTURES, wanted, tool="make_signal_plots")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
