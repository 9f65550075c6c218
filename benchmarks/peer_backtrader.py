"""backtrader on the bars; run by `peers.py`. Usage: `peer_backtrader.py bars FOLDER`.

Its averages are made column by column before the run (`runonce`, its default); orders fill at the
next bar's open, which is this bar's close in these data.
"""

from __future__ import annotations

import importlib.metadata
import sys
import time
from pathlib import Path
from typing import Any

import backtrader as bt  # type: ignore[import-not-found]
import pandas as pd  # type: ignore[import-untyped]

from benchmarks import rules
from benchmarks.columns import read_column
from benchmarks.outcome import Outcome, peak_rss_mb, report


class Cross(bt.Strategy):  # type: ignore[misc]
    """Hold one unit while the fast average is above the slow one."""

    def __init__(self) -> None:
        self.fast = bt.ind.SMA(self.data.close, period=rules.FAST_BARS)
        self.slow = bt.ind.SMA(self.data.close, period=rules.SLOW_BARS)
        self.above: bool | None = None
        self.seen = rules.SLOW_BARS - 1  # the peer starts at the first bar with every indicator
        self.orders = 0
        self.entries = 0

    def next(self) -> None:
        """Deal when the averages change places."""
        self.seen += 1
        fast, slow = self.fast[0], self.slow[0]
        if fast == slow or (fast > slow) == self.above:
            return
        if self.above is not None:
            if fast > slow:
                self.buy(size=1)
            elif self.position:
                self.close()
        self.above = fast > slow

    def notify_order(self, order: Any) -> None:
        """Count what was filled."""
        if order.status == order.Completed:
            self.orders += 1
            self.entries += order.isbuy()


def main(folder: Path) -> None:
    """Run the bars and report them."""
    names = ("open", "high", "low", "close", "volume")
    columns = {name: read_column(folder, name) for name in names}
    times_ns = read_column(folder, "close_ns")
    rows = len(times_ns)
    started = time.perf_counter()
    frame = pd.DataFrame(columns, index=pd.to_datetime(times_ns)).astype(float)
    brain = bt.Cerebro(stdstats=False)
    brain.adddata(bt.feeds.PandasData(dataname=frame))
    brain.addstrategy(Cross)
    brain.broker.setcash(rules.START_CASH)
    brain.broker.setcommission(commission=rules.FEE_PER_MILLE / 1000)
    loaded, cpu = time.perf_counter(), time.process_time()
    (strategy,) = brain.run()
    run_s, run_cpu_s = time.perf_counter() - loaded, time.process_time() - cpu

    assert strategy.seen == rows, f"strategy saw {strategy.seen} of {rows} rows"
    report(
        Outcome(
            engine=f"backtrader {importlib.metadata.version('backtrader')}",
            workload="bars",
            rows=rows,
            load_s=loaded - started,
            run_s=run_s,
            run_cpu_s=run_cpu_s,
            peak_rss_mb=peak_rss_mb(),
            orders=strategy.orders,
            entries=strategy.entries,
            profit_mille=round((brain.broker.getvalue() - rules.START_CASH) * 1000),
            note="its run includes turning the frame into its lines",
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[2]))
