"""One violent day on two instruments, as a config: what parity and crash tests trade."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import check
from argonaut.journal.row import Row

RECORDINGS = Path(__file__).resolve().parents[2] / "data" / "recordings"


def one_day(*, speed: float = 0.0, start: str = "2021-05-18", end: str = "2021-05-20") -> Assembly:
    """Return the parts of a run with three strategies, real costs and every risk check."""
    return assemble(check(_raw(speed, start, end), "one day"), folder=RECORDINGS)


def hashed(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    """Return the columns the chain covers: all but the stamps of the process that wrote them."""
    return [
        (row.seq, row.event_seq, row.event_ns, row.kind, row.subject, row.payload, row.hash)
        for row in rows
    ]


def _raw(speed: float, start: str, end: str) -> dict[str, Any]:
    trend = {
        "timeframe": "15m",
        "fast_bars": 10,
        "slow_bars": 30,
        "confirm_timeframe": "5m",
        "confirm_fast_bars": 20,
        "confirm_slow_bars": 60,
        "regime_timeframe": "1h",
        "regime": "when_warm",
        "rsi_low": 45.0,
        "rsi_high": 80.0,
    }
    return {
        "mode": "paper",
        "name": "one-day",
        "balances": {"USDT": "10000"},
        "data": [
            {
                "path": f"binance_spot_{name}USDT_1m_20210510_20210520.parquet",
                "instrument": f"{name}/USDT",
                "kind": "bars",
                "timeframe": "1m",
                "start": start,
                "end": end,
            }
            for name in ("BTC", "DOGE")
        ],
        "strategies": [
            {
                "id": "trend",
                "class": "argonaut.strategies.trend_follow.TrendFollow",
                "params": trend,
            },
            {
                "id": "momentum",
                "class": "argonaut.strategies.momentum.Momentum",
                "params": {"rise_fraction": 0.008},
            },
        ],
        "risk": {"checks": [{"check": "max_positions", "params": {"max_count": 1}}]},
        "paper": {"speed": speed},
        "monitoring": {"log_path": None, "prometheus": False},
    }
