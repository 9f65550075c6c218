"""A backtest of the shipped engine and venue under the terms the published peers worked on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from argonaut.backtest.run import BacktestResult, run_backtest
from argonaut.config.assembly import assemble
from argonaut.config.load import check
from argonaut.domain.command import Record
from argonaut.domain.signal import Skip
from argonaut.feeds.tape.columns import BarColumns
from argonaut.journal.memory import MemoryJournal
from argonaut.reports.returns import Floats


class Run(NamedTuple):
    """What a backtest left."""

    result: BacktestResult
    bars: BarColumns
    quote: str
    said: list[str]  # what the strategy noted by the way

    @property
    def equity(self) -> Floats:
        """The engine's own sample at the close of every bar; one holds until the next."""
        times, equity = self.result.log.equity_columns()
        at = np.searchsorted(times, self.bars.close_ns(), side="right") - 1
        assert at[0] == 0, "the first bar has a sample"
        return equity[at]

    def noted(self, what: str) -> list[int]:
        """Return the numbers the strategy noted as `what N`, in order."""
        return [int(each.split()[-1]) for each in self.said if each.startswith(f"{what} ")]

    def first_trades(self, count: int) -> list[list[float]]:
        """Return [signed size, entry bar, entry price, exit price, P&L] of the first trades."""
        return [
            [
                float(trip.quantity) * (1 if trip.is_long else -1),
                int(np.searchsorted(self.bars.open_ns, trip.opened_ns)),
                float(trip.entry_price),
                float(trip.exit_price),
                float(trip.pnl),
            ]
            for trip in list(self.result.log.round_trips)[:count]
        ]


def play(
    folder: Path,
    recording: Mapping[str, Any],
    strategy: str,
    params: Mapping[str, Any],
    *,
    rules: Mapping[str, Any],
    commission: str = "0",
    cash: str = "10000",
) -> Run:
    """Run one strategy of this folder over one recording, without slippage, latency or volume cap.

    The account may short without limit and the risk checks are off, as at the peers; the fee is
    `commission` of the notional on every fill.
    """
    instrument = recording["instrument"]
    quote = instrument.partition("/")[2]
    fees = {"maker": commission, "taker": commission}
    config = check(
        {
            "mode": "backtest",
            "quote": quote,
            "balances": {quote: cash},
            "data": [recording],
            "instruments": {instrument: rules},
            "venue": {
                "fees": {"class": "MakerTaker", "params": fees},
                "slippage": {"class": "NoSlippage"},
                "latency": {"class": "NoLatency"},
                "participation": {"class": "VolumeParticipation", "params": {"bar_fraction": "0"}},
                "allow_short": True,
            },
            "risk": {"enabled": False},
            "plugins": {"allow": ["tests"]},
            "equity_sample_s": 60,
            "strategies": [
                {"id": "case", "class": f"tests.real.cases.{strategy}", "params": params}
            ],
        },
        "case",
    )
    assembly = assemble(config, folder=folder)
    said: list[str] = []

    def note(event_seq: int, event_ns: int, record: Record) -> None:
        if isinstance(record.body, Skip):
            said.append(record.body.reason)

    result = run_backtest(assembly, MemoryJournal(), observers=[note])
    (bars,) = assembly.streams
    assert isinstance(bars, BarColumns), "a case is played on bars"
    assert not result.log.notices, f"nothing out of the ordinary, not {result.log.notices}"
    return Run(result, bars, quote, said)
