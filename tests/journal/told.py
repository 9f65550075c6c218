"""Rows as an engine writes them, made by a short backtest of a violent hour."""

from __future__ import annotations

from functools import cache
from typing import Any

from argonaut.backtest.run import run_backtest
from argonaut.config.assembly import assemble
from argonaut.config.load import check
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.row import Row
from argonaut.journal.writer import JournalWriter
from tests.config.written import MOMENTUM, RECORDINGS, bars, minimal
from tests.journal.places import Place


@cache
def told_rows() -> tuple[Row, ...]:
    """Rows of two markets on 19 May 2021, where the second position is refused."""
    return _told(_momentum("momentum"))


@cache
def told_trial_rows() -> tuple[Row, ...]:
    """The same with a second strategy on trial, which wishes more often."""
    return _told(_momentum("momentum"), _momentum("trial", rise_fraction=0.008, dry_run=True))


def _momentum(name: str, *, rise_fraction: float = 0.01, dry_run: bool = False) -> dict[str, Any]:
    params = {"rise_fraction": rise_fraction}
    return {"id": name, "class": MOMENTUM, "params": params, "dry_run": dry_run}


def _told(*strategies: dict[str, Any]) -> tuple[Row, ...]:
    raw = minimal(
        data=[bars("BTC"), bars("DOGE")],
        strategies=list(strategies),
        risk={
            "checks": [
                {"check": "max_positions", "params": {"max_count": 1}},
                {"check": "max_notional", "params": {"max_quote": 50}},
            ]
        },
    )
    journal = MemoryJournal(keeps_rows=True)
    run_backtest(assemble(check(raw, "told"), folder=RECORDINGS), journal)
    return tuple(journal.rows)


def told(place: Place, **other: Any) -> JournalWriter:
    """Write the rows of a run, which speak of orders, and leave the journal open."""
    journal = place.opened(**other)
    for row in told_rows():
        journal.append(row.event_seq, row.event_ns, row.kind, row.subject, row.payload)
    return journal


def expected():
    """Every order of the run with its rows, by reading all of them."""
    ids = {row.subject for row in told_rows() if row.kind in {"report", "intent"}}
    return {
        order_id: [
            row.seq
            for row in told_rows()
            if (
                row.kind == "decision" and f'"client_order_id":"{order_id}"'.encode() in row.payload
            )
            or (row.kind in {"report", "intent", "round_trip"} and row.subject == order_id)
        ]
        for order_id in ids
    }


def found(journal):
    return {order_id: [row.seq for row in journal.order_rows(order_id)] for order_id in expected()}
