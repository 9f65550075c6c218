"""Backtests of the shipped strategies on real recordings: what the docs plot and tests/real assert.

The configs of the pages in docs/explanation stand here, once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argonaut.backtest.run import BacktestResult, run_backtest
from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import check
from argonaut.domain.command import Record
from argonaut.domain.record import Decision, DetectorAnswer, ProtectionMoved
from argonaut.domain.signal import Enter, Skip
from argonaut.feeds.tape.columns import BarColumns
from argonaut.journal.memory import MemoryJournal

ROOT = Path(__file__).resolve().parents[1]
BUNDLED = ROOT / "data" / "recordings"
FIVE = ("BTC", "ETH", "SOL", "DOGE", "PEPE")
PERIODS_2025 = {"BTC": "0618", "ETH": "0618", "SOL": "0618", "DOGE": "0618", "PEPE": "0616"}
BRD = "binance_spot_BRDBTC_1m_20210410_20210520.parquet"
STRATEGIES = "argonaut.strategies"
ETH_DAY = "binance_spot_ETHUSDT_1m_20210510_20210520.parquet"


@dataclass(frozen=True)
class Played:
    """One backtest and what its strategies said."""

    assembly: Assembly
    result: BacktestResult
    decisions: Sequence[tuple[int, Decision]]
    skips: Sequence[tuple[int, Skip]]
    moves: Sequence[tuple[int, ProtectionMoved]]
    answers: Sequence[tuple[int, DetectorAnswer]] = field(default=())

    @property
    def entries(self) -> list[tuple[int, Decision]]:
        """Decisions to enter that the gate approved."""
        return [
            (at_ns, each)
            for at_ns, each in self.decisions
            if each.approved and isinstance(each.signal, Enter)
        ]

    def entries_a_week(self) -> Counter[str]:
        """Count the entries by the Monday (UTC) their week began."""
        return Counter(monday(at_ns) for at_ns, _ in self.entries)

    def weeks(self) -> list[str]:
        """Return every Monday whose week the recordings touch, entries or not."""
        streams = self.bars()
        first = min(int(each.open_ns[0]) for each in streams)
        last = max(int(each.close_ns()[-1]) for each in streams) - 1
        week_ns = 7 * 86_400 * 1_000_000_000
        return list(dict.fromkeys(monday(at) for at in [*range(first, last, week_ns), last]))

    def bars(self) -> list[BarColumns]:
        """Return the recordings that are bars."""
        return [each for each in self.assembly.streams if isinstance(each, BarColumns)]

    def positions(self) -> list[tuple[int, float]]:
        """Return (opened_ns, P&L as a fraction) of each position closed, fills taken together."""
        pnl: dict[tuple[str, int], float] = {}
        paid: dict[tuple[str, int], float] = {}
        for trip in self.result.log.round_trips:
            key = (trip.instrument_id, trip.opened_ns)
            pnl[key] = pnl.get(key, 0.0) + float(trip.pnl)
            paid[key] = paid.get(key, 0.0) + float(trip.entry_price * trip.quantity)
        return [(key[1], pnl[key] / paid[key]) for key in pnl]


def monday(at_ns: int) -> str:
    """Return the date of the Monday before `at_ns`, such as 2025-04-21."""
    day = datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).date()
    return datetime.fromordinal(day.toordinal() - day.weekday()).date().isoformat()


def play(folder: Path, raw: Mapping[str, Any]) -> Played:
    """Run the config `raw`, whose paths start at `folder`."""
    assembly = assemble(check({"mode": "backtest", **raw}, "a study"), folder=folder)
    decisions: list[tuple[int, Decision]] = []
    skips: list[tuple[int, Skip]] = []
    moves: list[tuple[int, ProtectionMoved]] = []
    answers: list[tuple[int, DetectorAnswer]] = []
    kept: dict[type, list[Any]] = {
        Decision: decisions,
        Skip: skips,
        ProtectionMoved: moves,
        DetectorAnswer: answers,
    }

    def observe(_seq: int, event_ns: int, record: Record) -> None:
        if type(record.body) in kept:
            kept[type(record.body)].append((event_ns, record.body))

    result = run_backtest(assembly, MemoryJournal(), observers=(observe,))
    return Played(assembly, result, decisions, skips, moves, answers)


def trend_follow(shared: Path, symbols: Sequence[str] = FIVE, **params: object) -> Played:
    """TrendFollow on 5m bars of 2025; all defaults, but the daily regime counts when warm."""
    raw = {
        "balances": {"USDT": "10000"},
        "data": [
            {
                "path": f"binance_spot_{each}USDT_5m_20250101_2025{PERIODS_2025[each]}.parquet",
                "instrument": f"{each}/USDT",
                "timeframe": "5m",
            }
            for each in symbols
        ],
        "strategies": [
            {
                "id": "trend",
                "class": f"{STRATEGIES}.trend_follow.TrendFollow",
                "params": {"regime": "when_warm", **params},
            }
        ],
    }
    return play(shared / "data" / "klines", raw)


def momentum_on_brd(shared: Path, *, start: str | None = None, **params: object) -> Played:
    """Momentum on 1m bars of BRDBTC; amounts are in BTC, so the limits are too."""
    raw = {
        "quote": "BTC",
        "balances": {"BTC": "1"},
        "data": [{"path": BRD, "instrument": "BRD/BTC", "timeframe": "1m", "start": start}],
        "risk": {
            "checks": [
                {"check": "min_notional", "params": {"min_quote": "0.0001"}},
                {"check": "max_notional", "params": {"max_quote": "0.01"}},
                {"check": "daily_loss", "params": {"limit_quote": "0.003"}},
            ]
        },
        "strategies": [
            {
                "id": "momentum",
                "class": f"{STRATEGIES}.momentum.Momentum",
                "params": {"notional_quote": "0.002", **params},
            }
        ],
    }
    return play(shared / "data" / "klines", raw)


def momentum(folder: Path, file: str, instrument: str, *, kind: str, **params: object) -> Played:
    """Momentum on any recording of bars of 1m or of trades, with no check but the valid ones."""
    quote = instrument.partition("/")[2]
    recording = {"path": file, "instrument": instrument, "kind": kind}
    if kind == "bars":
        recording["timeframe"] = "1m"
    raw = {
        "quote": quote,
        "balances": {quote: "10000"},
        "data": [recording],
        "risk": {"only": True},
        "strategies": [
            {
                "id": "momentum",
                "class": f"{STRATEGIES}.momentum.Momentum",
                "params": {"source": kind, **params},
            }
        ],
    }
    return play(folder, raw)


DETECTED: tuple[dict[str, str | float], ...] = (
    {"at": "12:33", "side": "buy", "notional": "200", "confidence": 0.35},
    {"at": "12:51", "side": "sell", "intent": "exit"},
    {"at": "13:10", "side": "buy", "notional": "200", "confidence": 0.9},
    {"at": "13:25", "side": "sell", "notional": "100"},
    {"at": "13:26", "side": "buy", "notional": "100", "source": "stranger"},
    {"at": "13:40", "side": "sell", "notional": "900"},
    {"at": "14:05", "side": "buy", "notional": "200", "confidence": 0.8},
)
"""Signals of a made-up detector on 2021-05-19, times UTC; the market they meet is real."""


def detector_driven(folder: Path) -> Played:
    """DetectorDriven on ETHUSDT during the crash of 2021-05-19; writes the signals to `folder`."""
    lines = []
    for number, each in enumerate(DETECTED, start=1):
        moment = datetime.fromisoformat(f"2021-05-19T{each['at']}:30+00:00")
        body: dict[str, str | float] = {
            "id": f"s{number}",
            "source": "dip",
            "instrument": "ETH/USDT",
            **each,
        }
        body["ts_ns"] = int(moment.timestamp()) * 1_000_000_000
        del body["at"]
        lines.append(json.dumps(body))
    signals = folder / "signals.jsonl"
    signals.write_text("\n".join(lines) + "\n")
    raw = {
        "balances": {"USDT": "10000"},
        "data": [
            {
                "path": str(BUNDLED / ETH_DAY),
                "instrument": "ETH/USDT",
                "timeframe": "1m",
                "start": "2021-05-19T12:00",
                "end": "2021-05-19T15:00",
            },
            {"path": str(signals), "instrument": "ETH/USDT", "kind": "signals"},
        ],
        "strategies": [
            {
                "id": "detector",
                "class": f"{STRATEGIES}.detector_driven.DetectorDriven",
                "params": {"sources": ["dip"], "stop_fraction": 0.05},
            }
        ],
    }
    return play(folder, raw)
