"""Config files and small recordings written for a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

RECORDINGS = Path(__file__).resolve().parents[2] / "data" / "recordings"
TREND = "argonaut.strategies.trend_follow.TrendFollow"
MOMENTUM = "argonaut.strategies.momentum.Momentum"


def bars(name: str = "BTC", **more: Any) -> dict[str, Any]:
    """One day of a bundled recording of minutes."""
    return {
        "path": str(RECORDINGS / f"binance_spot_{name}USDT_1m_20210510_20210520.parquet"),
        "instrument": f"{name}/USDT",
        "kind": "bars",
        "timeframe": "1m",
        "start": "2021-05-19",
        "end": "2021-05-20",
        **more,
    }


def minimal(**more: Any) -> dict[str, Any]:
    """The least a config holds, with what a test adds."""
    return {
        "mode": "backtest",
        "balances": {"USDT": "10000"},
        "data": [bars()],
        "strategies": [{"id": "momentum", "class": MOMENTUM}],
        **more,
    }


def written(folder: Path, raw: Any, name: str = "config.yaml") -> Path:
    """Write a config, or a text as it is, and return its path."""
    path = folder / name
    text = raw if isinstance(raw, str) else yaml.safe_dump(raw, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


def minute_csv(folder: Path, rows: list[str], name: str = "bars.csv") -> Path:
    """Write bars as CSV; a row is `open_ms,open,high,low,close,volume`."""
    path = folder / name
    path.write_text("\n".join(["timestamp,open,high,low,close,volume", *rows]) + "\n")
    return path


def flat_rows(count: int, *, first_ms: int = 1_620_000_000_000, price: str = "100.5") -> list[str]:
    """Rows of minutes that all look alike."""
    return [
        f"{first_ms + index * 60_000},{price},{price},{price},{price},1.5" for index in range(count)
    ]
