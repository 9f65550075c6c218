"""backtesting.py on the bars; run by `peers.py`. Usage: `peer_backtesting.py bars FOLDER`.

Its averages are columns made beforehand (whole-number sums, so exact); orders fill at the close.
"""

from __future__ import annotations

import importlib.metadata
import sys
import time
from pathlib import Path

import backtesting  # type: ignore[import-not-found]
import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from benchmarks import rules
from benchmarks.columns import read_column
from benchmarks.outcome import Outcome, peak_rss_mb, report

backtesting.backtesting._tqdm = lambda rows, **_: rows  # noqa: SLF001 - no progress bar in a measurement


def average(values: np.ndarray, bars: int) -> np.ndarray:
    """Return the mean of the last `bars` values; NaN while there are fewer."""
    sums = np.concatenate(([0], np.cumsum(values.astype(np.int64))))
    return np.concatenate((np.full(bars - 1, np.nan), (sums[bars:] - sums[:-bars]) / bars))


class Cross(backtesting.Strategy):  # type: ignore[misc]
    """Hold one unit while the fast average is above the slow one."""

    seen = rules.SLOW_BARS - 1  # the peer starts at the first bar with every indicator

    def init(self) -> None:
        """Make the columns."""
        close = np.asarray(self.data.Close)
        self.fast = self.I(average, close, rules.FAST_BARS)
        self.slow = self.I(average, close, rules.SLOW_BARS)
        self.above: bool | None = None

    def next(self) -> None:
        """Deal when the averages change places."""
        Cross.seen += 1
        fast, slow = self.fast[-1], self.slow[-1]
        if fast == slow or (fast > slow) == self.above:
            return
        if self.above is not None:
            if fast > slow:
                self.buy(size=1)
            elif self.position:
                self.position.close()
        self.above = bool(fast > slow)


def main(folder: Path) -> None:
    """Run the bars and report them."""
    names = ("open", "high", "low", "close", "volume")
    columns = {name.title(): read_column(folder, name) for name in names}
    times_ns = read_column(folder, "close_ns")
    rows, last = len(times_ns), columns["Close"][-1]
    started = time.perf_counter()
    frame = pd.DataFrame(columns, index=pd.to_datetime(times_ns)).astype(float)
    test = backtesting.Backtest(
        frame,
        Cross,
        cash=rules.START_CASH,
        commission=rules.FEE_PER_MILLE / 1000,
        trade_on_close=True,
    )
    loaded, cpu = time.perf_counter(), time.process_time()
    result = test.run()
    run_s, run_cpu_s = time.perf_counter() - loaded, time.process_time() - cpu

    assert rows - Cross.seen <= 1, f"strategy saw {Cross.seen} of {rows} rows"
    closed = len(result["_trades"])
    open_trades = len(result["_strategy"].trades)
    profit = float(result["Equity Final [$]"]) - rules.START_CASH
    assert open_trades == 0, f"{open_trades} trade left open at {last}: give it another seed"
    report(
        Outcome(
            engine=f"backtesting.py {importlib.metadata.version('backtesting')}",
            workload="bars",
            rows=rows,
            load_s=loaded - started,
            run_s=run_s,
            run_cpu_s=run_cpu_s,
            peak_rss_mb=peak_rss_mb(),
            orders=2 * closed,
            entries=closed,
            profit_mille=round(profit * 1000),
            note="its run includes its statistics",
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[2]))
