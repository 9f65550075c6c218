"""Trades and equity as CSV: comma, header line, line feeds, times in UTC ns, exact decimals."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any, TextIO

from argonaut.domain.roundtrip import RoundTrip
from argonaut.reports.returns import Floats, Times
from argonaut.reports.statistics import profit_fraction

TRADE_COLUMNS = (
    "strategy_id",
    "instrument_id",
    "side",
    "quantity",
    "entry_price",
    "exit_price",
    "opened_ns",
    "closed_ns",
    "pnl_quote",
    "pnl_fraction",
    "fees_quote",
    "tag",
    "exit_tag",
    "user_id",
)
DRY_RUN_COLUMN = "is_dry_run"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_trades_csv(
    file: TextIO, round_trips: Iterable[RoundTrip], *, is_dry_run: bool = False
) -> None:
    """Write one line a closed trade; of a trial each says so in a column more."""
    writer = csv.writer(file, lineterminator="\n")
    names, more = ((DRY_RUN_COLUMN,), ("true",)) if is_dry_run else ((), ())
    writer.writerow((*TRADE_COLUMNS, *names))
    writer.writerows((*_trade_row(each), *more) for each in round_trips)


def write_equity_csv(
    file: TextIO, equity_ns: Times, equity: Floats, *, is_dry_run: bool = False
) -> None:
    """Write one line a sample: its time and the equity in the account's quote asset.

    The column of a trial has a name of its own: no program takes theory for money by mistake.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("event_ns", "dry_run_equity_quote" if is_dry_run else "equity_quote"))
    writer.writerows(zip(equity_ns.tolist(), equity.tolist(), strict=True))


def _trade_row(trip: RoundTrip) -> tuple[Any, ...]:
    return (
        _name(trip.strategy_id),
        _name(trip.instrument_id),
        "long" if trip.is_long else "short",
        f"{trip.quantity:f}",
        f"{trip.entry_price:f}",
        f"{trip.exit_price:f}",
        trip.opened_ns,
        trip.closed_ns,
        f"{trip.pnl:f}",
        repr(profit_fraction(trip)),
        f"{trip.fees:f}",
        _name(trip.tag),
        _name(trip.exit_tag),
        _name(trip.user_id),
    )


def _name(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula: names come from outside."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
