"""Backtests of the strategies that live on events, for their pages: real prices, told events.

Recordings of bars alone have no quotes. Where a strategy wants them, prints and quotes are made of
the bars, a few within each, with a spread that is said on the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tools.strategy_runs import BUNDLED, STRATEGIES, Played, play

SECOND_NS = 1_000_000_000
SPREAD = 0.0004  # of the quotes that are made of bars: 4 bp
DOGE = "binance_spot_DOGEUSDT_1m_20210420_20210520.parquet"
RISE, RISE_BARS, APART_BARS = 0.03, 5, 30  # what the made displacement events are told of
Event = dict[str, Any]


def displacements(bars: pl.DataFrame, source: str = "rule") -> Iterator[Event]:
    """Yield an event at each close that is 3 % above the close five minutes ago, one in 30 min."""
    close, times = bars["close"].to_numpy(), bars["ts"].to_numpy()
    last = -APART_BARS
    for row in range(RISE_BARS, len(close)):
        before = close[row - RISE_BARS]
        if close[row] >= before * (1 + RISE) and row - last >= APART_BARS:
            last = row
            at_ns = int(times[row]) + 60 * SECOND_NS
            yield {
                "ts_ns": at_ns,
                "id": f"d{row}",
                "source": source,
                "kind": "displacement",
                "symbols": ["DOGE"],
                "published_ns": at_ns,
                "payload": {"price": repr(float(before))},
            }


def made_ticks(bars: pl.DataFrame, folder: Path, symbol: str) -> tuple[Path, Path]:
    """Write prints and quotes made of bars: open, low, high and close, fifteen seconds apart."""
    times = np.concatenate([bars["ts"].to_numpy() + step * 15 * SECOND_NS for step in range(4)])
    prices = np.concatenate([bars[name].to_numpy() for name in ("open", "low", "high", "close")])
    sizes = np.concatenate([bars["volume"].to_numpy() / 4] * 4)
    order = np.argsort(times, kind="stable")
    times, prices, sizes = times[order], prices[order], np.maximum(sizes[order], 1e-9)
    common = {"ts_event": times, "ts_recv": [None] * len(times), "symbol": [symbol] * len(times)}
    trades, quotes = folder / "trades.parquet", folder / "quotes.parquet"
    pl.DataFrame(
        {**common, "trade_id": [None] * len(times), "price": prices, "qty": sizes}
        | {"aggressor": ["buy"] * len(times)},
        schema_overrides={"ts_recv": pl.Int64, "trade_id": pl.String},
    ).write_parquet(trades)
    half = prices * SPREAD / 2
    pl.DataFrame(
        {**common, "update_id": [None] * len(times)}
        | {"bid": prices - half, "bid_qty": sizes, "ask": prices + half, "ask_qty": sizes},
        schema_overrides={"ts_recv": pl.Int64, "update_id": pl.Int64},
    ).write_parquet(quotes)
    return trades, quotes


def told(events: Sequence[Event], folder: Path) -> Path:
    """Write events as a recording of them."""
    path = folder / "events.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in events))
    return path


def event_breakout(
    shared: Path, folder: Path, *, start: str = "2021-05-03", end: str = "2021-05-10"
) -> Played:
    """EventBreakout on a week of DOGEUSDT: displacements by a rule, quotes made of the bars."""
    span = [int(np.datetime64(each, "ns").astype(int)) for each in (start, end)]
    bars = pl.read_parquet(shared / "data" / "klines" / DOGE)
    bars = bars.filter((pl.col("ts") >= span[0]) & (pl.col("ts") < span[1]))
    trades, quotes = made_ticks(bars, folder, "DOGEUSDT")
    instrument = {"instrument": "DOGE/USDT"}
    recorded = {"path": str(shared / "data" / "klines" / DOGE), "timeframe": "1m"}
    raw = {
        "balances": {"USDT": "10000"},
        "data": [
            {**recorded, **instrument, "start": start, "end": end},
            {"path": str(trades), "kind": "trades", **instrument},
            {"path": str(quotes), "kind": "quotes", **instrument},
            {"path": str(told(list(displacements(bars)), folder)), "kind": "events"},
        ],
        "risk": {"only": True},
        "strategies": [{"id": "tested", "class": f"{STRATEGIES}.event_breakout.EventBreakout"}],
    }
    return play(folder, raw)


def airdrop_promo(folder: Path) -> Played:
    """AirdropPromo on six real minutes of BTCUSDT: a made-up promotion that pays for 2,000 USDT."""
    first = 1_723_161_300 * SECOND_NS
    promotion = {
        "ts_ns": first,
        "id": "p1",
        "source": "made-up",
        "kind": "promo",
        "symbols": ["BTC"],
        "priority": 0.9,
        "payload": {
            "min_volume_quote": "2000",
            "pool_quote": "150000",
            "participants": "10000",
            "ends_ns": str(first + 86_400 * SECOND_NS),
        },
    }
    raw = {
        "balances": {"USDT": "10000"},
        "data": [
            {
                "path": str(BUNDLED / "binance_spot_BTCUSDT_quotes_20240808.parquet"),
                "instrument": "BTC/USDT",
                "kind": "quotes",
            },
            {"path": str(told([promotion], folder)), "kind": "events"},
        ],
        "risk": {"only": True},
        "strategies": [{"id": "tested", "class": f"{STRATEGIES}.airdrop_promo.AirdropPromo"}],
    }
    return play(folder, raw)
