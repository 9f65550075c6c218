"""Argonaut on the same workloads, through the public backtest, with everything on.

Every order takes the whole funnel: every default check of the gate (caps raised, because one unit
costs 100,000), the simulated venue, the ledger, and the hash-chained journal in a file. Usage:
`ours.py bars|bars-silent|trades FOLDER [--plain]`; `--plain` keeps the windows of the trades in
the strategy instead of in indicators.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import yaml

import argonaut
from argonaut.backtest.run import BacktestResult, run_backtest
from argonaut.config.assembly import Assembly, assemble
from argonaut.config.load import check
from argonaut.engine import core
from argonaut.feeds.tape.cache import ColumnCache
from argonaut.indicators import Sma
from argonaut.indicators.compiled import compiled
from argonaut.journal.draft_file import open_draft
from argonaut.journal.meta import Meta
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from benchmarks import rules
from benchmarks.columns import read_column
from benchmarks.outcome import Outcome, cpu_s, peak_rss_mb, report

CONFIG: Final = """
mode: backtest
quote: USDT
balances: {{USDT: "{cash}"}}
data:
  - {{path: "{path}", instrument: BTC/USDT, kind: {kind}, timeframe: {timeframe}}}
instruments:
  BTC/USDT: {{tick_size: "1", lot_size: "1"}}
venue:
  touch_fills: true  # as every peer does
  fees: {{class: argonaut.venues.sim.fees.MakerTaker, params: {{maker: "{fee}", taker: "{fee}"}}}}
  slippage: {{class: argonaut.venues.sim.slippage.NoSlippage}}
  latency: {{class: argonaut.venues.sim.latency.NoLatency}}
strategies:
  - {{id: bench, class: {strategy}, params: {params}}}
risk:
  checks:
    - {{check: max_notional, params: {{max_quote: "{raised}"}}}}
    - {{check: daily_loss, params: {{limit_quote: "{raised}"}}}}
    - {{check: symbol_exposure, params: {{gross_quote: "{raised}", net_quote: "{raised}"}}}}
    - {{check: venue_exposure, params: {{gross_quote: "{raised}", net_quote: "{raised}"}}}}
    - {{check: account_exposure, params: {{gross_quote: "{raised}", net_quote: "{raised}"}}}}
plugins: {{allow: [benchmarks]}}
"""
RAISED: Final = "1000000000"


class WallClock:
    """Stamps the journal's rows."""

    def wall_ns(self) -> int:
        """UTC nanoseconds."""
        return time.time_ns()

    def mono_ns(self) -> int:
        """Nanoseconds that never step back."""
        return time.monotonic_ns()


def main(workload: str, folder: Path, *, plain: bool) -> None:
    """Run one workload and report it. Compiled code is loaded before, as it is for the peers."""
    compiled(Sma(2), (np.zeros(2),))
    started = time.perf_counter()
    assembly = load(workload, folder, plain=plain)
    loaded, cpu = time.perf_counter(), cpu_s()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "bench.journal"
        meta = Meta(config_hash=assembly.config_hash)
        journal = open_draft(path, meta, clock=WallClock(), pid=os.getpid(), mode="backtest")
        with journal:
            result = run_backtest(assembly, journal)
            peak_mb = peak_rss_mb()
        run_s, run_cpu_s = time.perf_counter() - loaded, cpu_s() - cpu  # durable, and in its place
        orders, entries = filled(path)
    is_compiled = not core.__file__.endswith(".py")
    manner = ", compiled" if is_compiled else ", windows in the strategy" if plain else ""
    report(
        Outcome(
            engine=f"Argonaut {argonaut.__version__}{manner}",
            workload=workload,
            rows=sum(len(stream) for stream in assembly.streams),
            load_s=loaded - started,
            run_s=run_s,
            run_cpu_s=run_cpu_s,
            peak_rss_mb=peak_mb,
            orders=orders,
            entries=entries,
            profit_mille=profit_mille(result, workload, folder),
            note=f"{result.journal_rows} journal rows, sha256 {result.journal_sha256[:16]}",
        )
    )


def load(workload: str, folder: Path, *, plain: bool) -> Assembly:
    """Check the config and read the recording."""
    bars = workload.startswith("bars")
    trades_rule = "our_burst.PlainBurst" if plain else "our_burst.Burst"
    return load_with(
        "our_cross.Cross" if bars else trades_rule,
        folder,
        kind="bars" if bars else "trades",
        params="{silent: true}" if workload == "bars-silent" else "{}",
    )


def load_with(strategy: str, folder: Path, *, kind: str, params: str = "{}") -> Assembly:
    """Check the config of one strategy of this folder on one recording, and read it."""
    text = _config(strategy, kind=kind, params=params)
    cache = ColumnCache(folder / "cache")  # warm from the second run on, as a user's is
    return assemble(check(yaml.safe_load(text), "benchmarks/ours.py"), folder=folder, cache=cache)


def bars_config() -> str:
    """Return the YAML of the bars' backtest; it lies beside its recording."""
    return _config("our_cross.Cross", kind="bars", params="{}")


def _config(strategy: str, *, kind: str, params: str) -> str:
    return CONFIG.format(
        cash=rules.START_CASH,
        path="recording.parquet",
        kind=kind,
        timeframe="1m" if kind == "bars" else "null",
        fee=Decimal(rules.FEE_PER_MILLE) / 1000,
        strategy=f"benchmarks.{strategy}",
        params=params,
        raised=RAISED,
    )


def filled(path: Path) -> tuple[int, int]:
    """Count in the journal the orders that filled, and the entries among them."""
    decode = msgspec.json.Decoder().decode
    fills: set[str] = set()
    bought: set[str] = set()
    with JournalReader(path) as reader:
        for row in reader.rows(RowFilter(kinds=("report", "decision"))):
            body: dict[str, Any] = decode(row.payload)
            if row.kind == "report" and body["type"] == "Filled":
                fills.add(body["client_order_id"])
            elif row.kind == "decision" and body["approved"]:
                orders = body["orders"]
                bought |= {each["client_order_id"] for each in orders if each["side"] == "buy"}
    return len(fills), len(fills & bought)


def profit_mille(result: BacktestResult, workload: str, folder: Path) -> int:
    """Return the P&L net of fees in thousandths, from the final balances."""
    last = read_column(folder, "close" if workload.startswith("bars") else "price")[-1]
    balances = result.balances
    money = balances.get("USDT", Decimal(0)) + balances.get("BTC", Decimal(0)) * last
    return int((money - rules.START_CASH) * 1000)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), plain="--plain" in sys.argv)
