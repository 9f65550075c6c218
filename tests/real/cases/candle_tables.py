"""The peer's candle tables: read, put into our words, played, and told in the peer's words."""

from __future__ import annotations

import csv
import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from argonaut.domain.order import OrderRole
from argonaut.domain.roundtrip import RoundTrip
from argonaut.reports import statistics
from tests.real.cases.runs import Run, play

STAKE = 1_000  # quote units before leverage
_START = datetime(2022, 1, 1, tzinfo=UTC)
_TICK = "0.01"


class Outcome(NamedTuple):
    """One trade as the peer's tables tell it."""

    reason: str
    open_bar: int
    close_bar: int
    is_short: bool
    tag: str


class Table(NamedTuple):
    """What came of one table: its trades, and the sum of their profit to three digits."""

    trades: list[Outcome]
    profit: float


def read_cases(shared: Path) -> dict[str, dict[str, Any]]:
    """Return every case by its id."""
    path = shared / "data/reference/freqtrade_exit_cases.json"
    return {each["id"]: each for each in json.loads(path.read_text())}


def published(case: dict[str, Any]) -> Table:
    """Return what the peer's own tests assert."""
    return Table(
        [
            Outcome(
                each["exit_reason"],
                each["open_tick"],
                each["close_tick"],
                each.get("is_short", False),
                each.get("enter_tag", ""),
            )
            for each in case["trades"]
        ],
        case["profit_perc"],
    )


def played(case: dict[str, Any], folder: Path) -> Table:
    """Play one table through our engine and venue."""
    _write(case["data"], folder / f"{case['id']}.csv")
    run = play(
        folder,
        {
            "path": f"{case['id']}.csv",
            "instrument": "BTC/USDT",
            "kind": "bars",
            "timeframe": "1h",
        },
        "exit_table.ExitTable",
        in_our_words(case),
        rules={"tick_size": _TICK, "lot_size": "0.00000001"},
    )
    return _told(run, case)


def in_our_words(case: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of `ExitTable` for a case; leverage divides every fraction.

    A trail without offset follows from the entry on; one with an offset starts at the close of
    the bar that reached it. A take profit of -1 means out at any price: an exit.
    """
    leverage = case.get("leverage", 1.0)
    stop = -case["stop_loss"] / leverage
    rows = [row + [0, 0] * (len(row) < 10) for row in case["data"]]
    enter_long, enter_short = (_bars(rows, column) for column in (6, 8))
    exits = _bars(rows, 7) + _bars(rows, 9) if case.get("use_exit_signal") else []
    roi = {int(minute): gain / leverage for minute, gain in case["roi"].items()}
    words: dict[str, Any] = {
        "enter_bars": enter_long or enter_short,
        "exit_bars": exits + _forced(roi, enter_long or enter_short),
        "is_short": bool(enter_short),
        "tag": next((row[10] for row in rows if len(row) > 10 and row[10]), ""),
        "notional": STAKE * leverage,
        "stop": stop,
        "roi": {minute: gain for minute, gain in roi.items() if gain > 0},
        "entry_limit": case.get("custom_entry_price"),
        "exit_limit": case.get("custom_exit_price"),
        "entry_limit_then": case.get("adjust_entry_price"),
        "cancels_entry": "adjust_entry_price" in case,
    }
    if case.get("trailing_stop"):
        positive = case.get("trailing_stop_positive")
        offset = case.get("trailing_stop_positive_offset", 0)
        words |= (
            {"offset": offset, "offset_trail": positive}
            if offset
            else {"trail": stop if positive is None else positive}
        )
    return words


def _bars(rows: list[list[Any]], column: int) -> list[int]:
    return [row[0] for row in rows if row[column]]


def _forced(roi: dict[int, float], entered: list[int]) -> list[int]:
    """Return the bars at whose close the minute of a take profit of -1 has passed.

    The first hour after an entry ends with the bar after its signal.
    """
    return [entered[0] + math.ceil(minute / 60) for minute, gain in roi.items() if gain < 0]


def _write(rows: list[list[Any]], path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "open", "high", "low", "close", "volume"])
        for row in rows:
            moment = _START + timedelta(hours=row[0])
            writer.writerow([moment.strftime("%Y-%m-%d %H:%M:%S"), *row[1:6]])


def _told(run: Run, case: dict[str, Any]) -> Table:
    """Tell our trades in the peer's words; a position that nothing closed is HELD."""
    log = run.result.log
    trips, opened, closed = list(log.round_trips), run.noted("in"), run.noted("out")
    exits = [mark for mark in log.fill_marks if mark.role is not OrderRole.ENTRY]
    words = in_our_words(case)
    trades = [
        Outcome(
            _reason(run, exit_.role, trip, words["stop"]), at, until, not trip.is_long, trip.tag
        )
        for trip, exit_, at, until in zip(trips, exits, opened, closed, strict=False)
    ]
    if len(opened) > len(closed):
        held = Outcome("HELD", opened[-1], len(run.bars) - 1, words["is_short"], words["tag"])
        trades.append(held)
    profit = sum(statistics.profit_fraction(trip) for trip in trips) * case.get("leverage", 1.0)
    return Table(trades, round(profit, 3))


def _reason(run: Run, role: OrderRole, trip: RoundTrip, stop: float) -> str:
    """Name an exit as the peer does: a stop that had moved when it filled is a trailing one."""
    if role is not OrderRole.STOP:
        return {OrderRole.TARGET: "ROI", OrderRole.EXIT: "EXIT_SIGNAL"}[role]
    sign = 1 if trip.is_long else -1
    first = float(trip.entry_price) * (1 - sign * stop)
    last = [level.price for level in run.result.log.levels(0) if level.ending == "filled"]
    tightest = max(sign * price for price in (float(trip.exit_price), *last))
    return "TRAILING_STOP_LOSS" if tightest > sign * first + float(_TICK) else "STOP_LOSS"
