"""Rows as an engine writes them, made by a short backtest of a violent hour."""

from __future__ import annotations

from functools import cache

from argonaut.backtest.run import run_backtest
from argonaut.config.assembly import assemble
from argonaut.config.load import check
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.row import Row
from tests.config.written import MOMENTUM, RECORDINGS, bars, minimal


@cache
def told_rows() -> tuple[Row, ...]:
    """Rows of two markets on 19 May 2021, where the second position is refused."""
    raw = minimal(
        data=[bars("BTC"), bars("DOGE")],
        strategies=[{"id": "momentum", "class": MOMENTUM, "params": {"rise_fraction": 0.01}}],
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
