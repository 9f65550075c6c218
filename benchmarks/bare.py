"""The same work in bare Python loops: the speed limit, and the oracle for trades and P&L.

No engine, no journal, no checks, no order objects: only the rule, the fill and the sums.
Usage: `bare.py bars|trades FOLDER`.
"""

from __future__ import annotations

import platform
import sys
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from benchmarks import rules
from benchmarks.columns import read_column
from benchmarks.outcome import Outcome, peak_rss_mb, report


@dataclass(slots=True)
class Account:
    """One unit or none, and the money made so far in thousandths of the quote currency."""

    units: int = 0
    orders: int = 0
    entries: int = 0
    cash_mille: int = 0
    fees_mille: int = 0

    def buy(self, price: int) -> None:
        """Take one unit and pay the fee."""
        self.units += 1
        self.entries += 1
        self._trade(-price, price)

    def sell(self, price: int) -> None:
        """Give one unit and pay the fee."""
        self.units -= 1
        self._trade(price, price)

    def _trade(self, cash: int, price: int) -> None:
        fee = price * rules.FEE_PER_MILLE
        self.orders += 1
        self.fees_mille += fee
        self.cash_mille += 1000 * cash - fee

    def equity_mille(self, price: int) -> int:
        """Return the money made with the open unit at `price`."""
        return self.cash_mille + 1000 * self.units * price


def cross(opens: list[int], highs: list[int], lows: list[int], closes: list[int]) -> Account:
    """Hold one unit while the fast average is above the slow one; deal at the crossing close."""
    account = Account()
    fast: deque[int] = deque()
    slow: deque[int] = deque()
    fast_sum = slow_sum = 0
    above: bool | None = None
    for _open, _high, _low, close in zip(opens, highs, lows, closes, strict=True):
        fast.append(close)
        slow.append(close)
        fast_sum += close
        slow_sum += close
        if len(fast) > rules.FAST_BARS:
            fast_sum -= fast.popleft()
        if len(slow) < rules.SLOW_BARS:
            continue
        if len(slow) > rules.SLOW_BARS:
            slow_sum -= slow.popleft()
        edge = fast_sum * rules.SLOW_BARS - slow_sum * rules.FAST_BARS
        if edge == 0 or (edge > 0) == above:
            continue
        if above is not None:
            if edge > 0:
                account.buy(close)
            elif account.units:
                account.sell(close)
        above = edge > 0
    return account


def burst(times_ns: list[int], prices: list[int], sizes: list[int]) -> Account:
    """Buy a fast rise on heavy volume; leave at the target or the stop, whichever is met first."""
    account = Account()
    window: deque[tuple[int, int, int]] = deque()
    baseline: deque[tuple[int, int]] = deque()
    window_volume = baseline_volume = 0
    next_entry_ns = times_ns[0] + rules.BASELINE_NS
    target = stop = 0
    ratio = rules.BASELINE_NS // rules.WINDOW_NS
    for now_ns, price, size in zip(times_ns, prices, sizes, strict=True):
        if account.units and (price >= target or price <= stop):
            account.sell(target if price >= target else stop)
        window.append((now_ns, price, size))
        baseline.append((now_ns, size))
        window_volume += size
        baseline_volume += size
        while window[0][0] <= now_ns - rules.WINDOW_NS:
            window_volume -= window.popleft()[2]
        while baseline[0][0] <= now_ns - rules.BASELINE_NS:
            baseline_volume -= baseline.popleft()[1]
        if (
            price - window[0][1] >= rules.RISE_TICKS
            and window_volume * ratio >= rules.SPIKE * baseline_volume
            and not account.units
            and now_ns >= next_entry_ns
        ):
            account.buy(price)
            next_entry_ns = now_ns + rules.COOLDOWN_NS
            target, stop = price + rules.TAKE_PROFIT_TICKS, price - rules.STOP_TICKS
    return account


def main(workload: str, folder: Path) -> None:
    """Run one workload and report it."""
    names = ("open", "high", "low", "close") if workload == "bars" else ("time_ns", "price", "size")
    columns = [read_column(folder, name) for name in names]
    loop = cross if workload == "bars" else burst
    started, cpu = time.perf_counter(), time.process_time()
    account = loop(*columns)
    run_s, run_cpu_s = time.perf_counter() - started, time.process_time() - cpu
    report(
        Outcome(
            engine=f"bare loop, Python {platform.python_version()}",
            workload=workload,
            rows=len(columns[0]),
            load_s=0.0,
            run_s=run_s,
            run_cpu_s=run_cpu_s,
            peak_rss_mb=peak_rss_mb(),
            orders=account.orders,
            entries=account.entries,
            profit_mille=account.equity_mille(columns[3 if workload == "bars" else 1][-1]),
            note="no engine, no journal, no checks",
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
