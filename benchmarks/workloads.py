"""The made-up market data of the benchmarks: the same bytes on every machine for one seed.

Bars: a random walk of whole ticks in which every bar opens where the one before it closed, so that
a fill at this close and a fill at the next open have the same price in every engine.
Trades: a lazy walk of at most one tick a trade, so that stops and targets are met exactly, with
planted bursts (many larger trades, mostly upward) for the momentum rule to find.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.columns import write_column

Column = npt.NDArray[np.int64]

START_PRICE: Final = 100_000
START_NS: Final = 1_735_689_600_000_000_000  # 2025-01-01T00:00:00Z
MINUTE_NS: Final = 60_000_000_000
BAR_SEED: Final = 7
BAR_STEP_TICKS: Final = 3.0  # standard deviation of one bar's close to close
TRADE_SEED: Final = 11
TRADE_GAP_NS: Final = 50_000_000  # mean time between two trades
BURST_EVERY: Final = 14_000  # trades from one burst to the next
BURST_TRADES: Final = 80


def make_bars(rows: int, seed: int = BAR_SEED) -> dict[str, Column]:
    """Return `close_ns, open, high, low, close, volume` of `rows` one-minute bars."""
    dice = np.random.Generator(np.random.PCG64(seed))
    steps = np.rint(dice.normal(0.0, BAR_STEP_TICKS, rows)).astype(np.int64)
    close = START_PRICE + np.cumsum(steps)
    opened = np.concatenate(([START_PRICE], close[:-1])).astype(np.int64)
    high = np.maximum(opened, close) + dice.integers(0, 4, rows)
    low = np.minimum(opened, close) - dice.integers(0, 4, rows)
    volume = dice.integers(1_000, 10_000, rows)
    close_ns = START_NS + MINUTE_NS * np.arange(1, rows + 1, dtype=np.int64)
    return {
        "close_ns": close_ns,
        "open": opened,
        "high": high,
        "low": low,
        "close": close,
        "volume": volume,
    }


def make_trades(rows: int, seed: int = TRADE_SEED) -> dict[str, Column]:
    """Return `time_ns, price, size` of `rows` trades with a burst every `BURST_EVERY`."""
    dice = np.random.Generator(np.random.PCG64(seed))
    bursting = np.arange(rows) % BURST_EVERY >= BURST_EVERY - BURST_TRADES
    waits = dice.exponential(TRADE_GAP_NS, rows)
    gaps = np.where(bursting, waits / 4, waits).astype(np.int64) + 1_000
    sizes = dice.integers(1, 100, rows)
    draw = dice.random(rows)
    rise, fall = np.where(bursting, 0.85, 0.25), np.where(bursting, 0.05, 0.25)
    steps = np.where(draw < rise, 1, np.where(draw >= 1.0 - fall, -1, 0)).astype(np.int64)
    return {
        "time_ns": START_NS + np.cumsum(gaps),
        "price": START_PRICE + np.cumsum(steps),
        "size": np.where(bursting, sizes * 4, sizes),
    }


def write_workload(folder: Path, columns: dict[str, Column]) -> None:
    """Write every column into `folder`, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in columns.items():
        write_column(folder, name, array("q", values.astype(np.int64).tobytes()))


def write_recording(folder: Path, columns: dict[str, Column]) -> None:
    """Write the same rows as a recording Argonaut reads: Parquet, float64, times of bars' opens."""
    if "close" in columns:
        names = ("open", "high", "low", "close", "volume")
        times = {"ts": columns["close_ns"] - MINUTE_NS}
        values = {name: columns[name].astype(np.float64) for name in names}
    else:
        times = {"ts_event": columns["time_ns"]}
        values = {
            "price": columns["price"].astype(np.float64),
            "qty": columns["size"].astype(np.float64),
        }
    pl.DataFrame({**times, **values}).write_parquet(folder / "recording.parquet")
