"""The two rules every engine trades, as numbers: windows, fee, bracket.

Read by peers in an environment of their own, so the standard library is all it may import.
Prices and quantities are whole numbers (tick 1, lot 1), so a fee of 1/1000 of the price is exact in
thousandths of the quote currency and all engines can be held to the same P&L to the last digit.
"""

from __future__ import annotations

from typing import Final

FEE_PER_MILLE: Final = 1  # 10 basis points, taker and maker alike

FAST_BARS: Final = 10
SLOW_BARS: Final = 30

WINDOW_NS: Final = 2_000_000_000  # the momentum is measured over this
BASELINE_NS: Final = 60_000_000_000  # and the usual volume over this
RISE_TICKS: Final = 30
SPIKE: Final = 3  # volume rate of the window, in multiples of the baseline's
COOLDOWN_NS: Final = 60_000_000_000  # from one entry to the next
TAKE_PROFIT_TICKS: Final = 20
STOP_TICKS: Final = 15

START_CASH: Final = 100_000_000
