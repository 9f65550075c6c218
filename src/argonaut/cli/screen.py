"""The live view of a run: pure functions from a picture of one instant to what a terminal shows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from argonaut.cli.output import printable
from argonaut.reports.signal_line import SignalLine
from argonaut.reports.wording import money, percent, plain, utc
from argonaut.runtime.snapshot import HeldNow, RestingNow, RunSnapshot

SIGNALS_SHOWN = 8
_ROWS_SHOWN = 10  # of positions and of orders
_BARS = "▁▂▃▄▅▆▇█"
_ANSWER_STYLES = {
    "approved": "green",
    "accepted": "green",
    "reduced": "yellow",
    "refused": "red",
    "rejected": "red",
}


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the view shows of one instant."""

    snapshot: RunSnapshot
    quote: str
    equity: tuple[float, ...]  # marks to market, oldest first
    signals: tuple[SignalLine, ...]  # newest first
    notices: tuple[str, ...] = ()
    speed: float = 0.0  # tape seconds a second, as it goes
    wall_s: float = 0.0  # since the run began or went on
    left_s: float | None = None  # until the tape ends at this speed
    is_over: bool = False  # the tape has ended and the run stays up
    metrics_url: str = ""


def screen(picture: Picture) -> RenderableType:
    """Return the whole view, as wide as the terminal."""
    shown = picture.snapshot
    parts: list[RenderableType] = [
        _header(picture),
        Panel(_positions(shown.holdings, picture.quote), title="Positions", title_align="left"),
        Panel(_orders(shown.orders), title="Live orders", title_align="left"),
        Panel(_signals(picture.signals), title="Last signals and why", title_align="left"),
        _counts(shown),
    ]
    parts += [Text(f"! {printable(each)}", style="yellow") for each in picture.notices[-3:]]
    return Group(*parts)


def sparkline(values: Sequence[float], width: int) -> str:
    """Return values as bars one line high, thinned to `width`; a flat line where all are equal."""
    if not values:
        return ""
    if len(values) > width:
        step = (len(values) - 1) / (width - 1) if width > 1 else 0.0
        values = [values[round(index * step)] for index in range(width)]
    low, high = min(values), max(values)
    if high <= low:
        return _BARS[0] * len(values)
    top = len(_BARS) - 1
    return "".join(_BARS[round((value - low) / (high - low) * top)] for value in values)


def duration(seconds: float) -> str:
    """Say a length of wall time: `42 s`, `3 min 05 s`, `2 h 10 min`."""
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60:02} min"


def _header(picture: Picture) -> Panel:
    shown = picture.snapshot
    change = None
    if shown.equity is not None and shown.equity_start:
        change = shown.equity / shown.equity_start - 1
    line = Text()
    line.append(f"{money(shown.equity)} {picture.quote} ", style="bold")
    line.append(percent(change, signed=True), style="green" if (change or 0) >= 0 else "red")
    line.append(f"   drawdown {percent(shown.drawdown_fraction)}")
    line.append(f"   today {money(-shown.loss_today, signed=True)}")
    curve = Text(sparkline(picture.equity, 60), style="cyan")
    played = Table.grid(padding=(0, 1))
    played.add_row(
        Text(f"tape {utc(shown.now_ns)} UTC"),
        ProgressBar(total=max(shown.rows_total, 1), completed=shown.rows_played, width=30),
        Text(_pace(picture)),
    )
    parts: list[RenderableType] = [line, curve, played]
    if picture.metrics_url:
        parts.append(Text(f"metrics {picture.metrics_url}   Ctrl-C stops cleanly", style="dim"))
    style = "green" if shown.mode == "ACTIVE" else "yellow"
    title = Text.assemble(printable(shown.name), " · ", (shown.mode, style))
    return Panel(Group(*parts), title=title, title_align="left")


def _pace(picture: Picture) -> str:
    shown = picture.snapshot
    if picture.is_over:
        return "the tape has ended; staying up until stopped"
    if not shown.rows_total:
        return f"live, {shown.rows_played:,} rows"
    said = f"{shown.rows_played / max(shown.rows_total, 1):.0%}, {picture.speed:,.0f}x"
    if picture.left_s is not None:
        said += f", {duration(picture.left_s)} left"
    return said


def _positions(holdings: Sequence[HeldNow], quote: str) -> RenderableType:
    if not holdings:
        return Text("none", style="dim")
    table = _table("strategy", "instrument", "quantity", "entry", "now", f"P&L {quote}", "stop")
    table.add_column("target", justify="right")
    for held in holdings[:_ROWS_SHOWN]:
        profit = held.pnl_quote
        style = "" if profit is None else "green" if profit >= 0 else "red"
        table.add_row(
            _plain_text(held.strategy_id),
            _plain_text(held.instrument_id),
            plain(held.quantity),
            _price(held.average_price),
            _price(held.price),
            Text(money(profit, signed=True), style=style),
            _price(held.stop_price),
            _price(held.target_price),
        )
    return _with_rest(table, len(holdings))


def _orders(orders: Sequence[RestingNow]) -> RenderableType:
    if not orders:
        return Text("none", style="dim")
    table = _table("role", "instrument", "quantity", "price")
    table.add_column("side")
    table.add_column("type")
    table.add_column("status")
    for order in orders[:_ROWS_SHOWN]:
        table.add_row(
            order.role,
            _plain_text(order.instrument_id),
            plain(order.leaves),
            _price(order.price),
            order.side,
            order.type,
            order.status,
        )
    return _with_rest(table, len(orders))


def _signals(signals: Sequence[SignalLine]) -> RenderableType:
    if not signals:
        return Text("none yet", style="dim")
    table = Table(box=None, expand=True, padding=(0, 1))
    for name in ("time", "who", "instrument", "wish", "answer"):
        table.add_column(name, header_style="dim", no_wrap=True)
    table.add_column("why", header_style="dim", ratio=1, no_wrap=True, overflow="ellipsis")
    for line in signals[:SIGNALS_SHOWN]:
        said = f"{line.why} · {line.reason}" if line.why else line.reason
        table.add_row(
            utc(line.event_ns)[5:16],
            _plain_text(line.who),
            _plain_text(line.instrument_id),
            line.wish,
            Text(line.answer, style=_ANSWER_STYLES.get(line.answer, "")),
            _plain_text(said),
        )
    return table


def _counts(shown: RunSnapshot) -> Text:
    line = Text("  ".join(f"{name} {count:,}" for name, count in shown.counts.items()))
    if shown.refusals:
        ordered = sorted(shown.refusals.items(), key=lambda item: (-item[1], item[0]))
        line.append("   refused: ", style="red")
        line.append(", ".join(f"{code} {count:,}" for code, count in ordered))
    return line


def _table(*names: str) -> Table:
    """Return a table whose first two columns are text and whose others are numbers."""
    table = Table(box=None, padding=(0, 1))
    for index, name in enumerate(names):
        table.add_column(
            name, header_style="dim", justify="left" if index < 2 else "right", no_wrap=True
        )
    return table


def _with_rest(table: Table, count: int) -> RenderableType:
    if count <= _ROWS_SHOWN:
        return table
    return Group(table, Text(f"and {count - _ROWS_SHOWN} more", style="dim"))


def _plain_text(name: str) -> Text:
    """Return a name from outside as text that is neither markup nor moves the cursor."""
    return Text(printable(name))


def _price(value: Decimal | None) -> str:
    return "–" if value is None else f"{value:.7g}"
