"""Backtests of the strategies that live on signals, ticks and tuning, for their pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tools.strategy_runs import BUNDLED, ETH_DAY, PERIODS_2025, STRATEGIES, Played, play

HOUR_NS = 3_600_000_000_000
CLOCK_FROM, CLOCK_TO = "2021-05-11T12:02", "2021-05-18T18:00"
TREND: Mapping[str, Any] = {
    "id": "trend",
    "class": f"{STRATEGIES}.trend_follow.TrendFollow",
    "advises": True,
    "params": {
        "timeframe": "5m",
        "fast_bars": 12,
        "slow_bars": 48,
        "confirm_timeframe": "1m",
        "confirm_fast_bars": 20,
        "confirm_slow_bars": 60,
        "regime_timeframe": "1h",
        "regime_fast_bars": 6,
        "regime_slow_bars": 24,
    },
}
"""A trend follower quick enough for the bundled recording; it only gives its opinion."""
QUICK_TREND: Mapping[str, Any] = {
    "timeframe": "30m",
    "fast_bars": 20,
    "slow_bars": 80,
    "confirm_timeframe": "10m",
    "confirm_fast_bars": 60,
    "confirm_slow_bars": 240,
    "regime_timeframe": "4h",
    "regime_fast_bars": 10,
    "regime_slow_bars": 40,
}


def clock_signals(folder: Path) -> Path:
    """Write the signals of a detector that knows nothing: buy 100 at two past every hour."""
    first = int(np.datetime64(CLOCK_FROM, "ns").astype(int))
    last = int(np.datetime64(CLOCK_TO, "ns").astype(int))
    lines = [
        json.dumps(
            {
                "ts_ns": at_ns,
                "id": f"h{number}",
                "source": "clock",
                "instrument": "ETH/USDT",
                "side": "buy",
                "notional": "100",
                "confidence": 0.7,
            }
        )
        for number, at_ns in enumerate(range(first, last, HOUR_NS))
    ]
    signals = folder / "clock.jsonl"
    signals.write_text("\n".join(lines) + "\n")
    return signals


def combined(folder: Path, *, alone: bool = False, **params: object) -> Played:
    """Combined on ETHUSDT in May 2021 with a clock for a detector; `alone` is DetectorDriven."""
    guards = {"stop_fraction": 0.02, "target_fraction": 0.02}
    name = "detector_driven.DetectorDriven" if alone else "combined.Combined"
    tested = {"id": "tested", "class": f"{STRATEGIES}.{name}", "params": {**guards, **params}}
    raw = {
        "balances": {"USDT": "100000"},
        "data": [
            {"path": str(BUNDLED / ETH_DAY), "instrument": "ETH/USDT", "timeframe": "1m"},
            {"path": str(clock_signals(folder)), "kind": "signals"},
        ],
        "risk": {"only": True},
        "strategies": [tested] if alone else [dict(TREND), tested],
    }
    return play(folder, raw)


TICKS: Mapping[str, tuple[str, str, str]] = {
    "ETHUSD, a day": (
        "trades/gemini_spot_ethusd_20210701.parquet",
        "quotes/gemini_spot_ethusd_20210701_1s.parquet",
        "ETH/USD",
    ),
    "BTCUSDT, 6 minutes": (
        "trades/binance_spot_btcusdt_20240808.parquet",
        "quotes/binance_spot_btcusdt_20240808.parquet",
        "BTC/USDT",
    ),
    "BTCUSDT, 5 minutes": (
        "trades/binance_spot_btcusdt_20240809.parquet",
        "quotes/binance_spot_btcusdt_20240809.parquet",
        "BTC/USDT",
    ),
}
"""Recordings of trades and quotes below the shared data: Gemini 1 July 2021, Binance 8 and 9 August
2024."""
BUNDLED_TICKS = (
    "binance_spot_BTCUSDT_trades_20240808.parquet",
    "binance_spot_BTCUSDT_quotes_20240808.parquet",
    "BTC/USDT",
)


def scalp(
    folder: Path, ticks: tuple[str, str, str], *, fee: str = "0.0002", **params: object
) -> Played:
    """Scalp on recorded trades and quotes; the venue takes `fee` of each trade, and it knows."""
    trades, quotes, instrument = ticks
    quote = instrument.partition("/")[2]
    raw = {
        "quote": quote,
        "balances": {quote: "10000"},
        "data": [
            {"path": trades, "instrument": instrument, "kind": "trades"},
            {"path": quotes, "instrument": instrument, "kind": "quotes"},
        ],
        "venue": {
            "allow_short": True,
            "fees": {"class": "MakerTaker", "params": {"maker": fee, "taker": fee}},
        },
        "risk": {"only": True},
        "strategies": [
            {
                "id": "tested",
                "class": f"{STRATEGIES}.scalp.Scalp",
                "params": {"fee_fraction": float(fee), **params},
            },
        ],
    }
    return play(folder, raw)


def tuned(shared: Path, symbol: str, tuning: str, **params: object) -> Played:
    """TrendFollow on 5m bars of 2025 with quick averages, so that there is something to tune by."""
    raw = {
        "balances": {"USDT": "10000"},
        "data": [
            {
                "path": f"binance_spot_{symbol}USDT_5m_20250101_2025{PERIODS_2025[symbol]}.parquet",
                "instrument": f"{symbol}/USDT",
                "timeframe": "5m",
            }
        ],
        "risk": {"only": True},
        "strategies": [
            {
                "id": "tested",
                "class": f"{STRATEGIES}.trend_follow.TrendFollow",
                "params": {**QUICK_TREND, "tuning": tuning, **params},
            }
        ],
    }
    return play(shared / "data" / "klines", raw)
