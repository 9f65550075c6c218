"""Momentum: buy a sudden rise with volume behind it, guard it tightly, let it run.

The idea, its source and where it fails: docs/explanation/momentum.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Trade
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Notional, Protection, Signal, Skip, Target
from argonaut.indicators import Lagged, RollingHigh, Sma, WindowHigh, WindowSum
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
_ROUNDING = 1 - 1e-12  # 3.054 is 1.8 percent above 3, and yet below 3 * 1.018 in float64


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Knobs of the momentum strategy. Fractions: 0.018 is 1.8 percent."""

    source: Literal["bars", "trades"] = "bars"  # which of the two rules decides
    rise_fraction: float = 0.018  # bars: high over open; trades: price over the baseline's high
    window_s: float = 45.0  # trades: the rise must happen within this
    baseline_s: float = 360.0  # trades: over the high of this long before the window
    baseline_bars: int = 6  # bars: over the high of so many bars before this one
    volume_factor: float = 2.0  # volume of the rise over the baseline's in the same time
    stop_fraction: float = 0.008  # below the average entry price
    trail_fraction: float = 0.012  # below the best price since entry, once that is tighter
    target_fraction: float = 0.035  # above the average entry price
    cooldown_s: float = 180.0  # after a position is closed
    notional_quote: Decimal = Decimal(75)  # of the instrument's quote asset

    def __post_init__(self) -> None:
        """Refuse numbers no market could meet."""
        for name in ("rise_fraction", "stop_fraction", "trail_fraction", "target_fraction"):
            value = getattr(self, name)
            if not 0 < value < 1:
                raise InvalidValueError(f"want 0 < {name} < 1 (0.018 is 1.8 percent), not {value}")
        for name in ("window_s", "baseline_s", "baseline_bars", "volume_factor", "notional_quote"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidValueError(f"want {name} > 0, not {value}")
        if not (math.isfinite(self.cooldown_s) and self.cooldown_s >= 0):
            raise InvalidValueError(f"want cooldown_s >= 0, not {self.cooldown_s}")


class Momentum(Strategy):
    """Long only, one position at a time; the engine's bracket closes it."""

    saved = ("_since_ns", "_asked_ns", "_reason", "_reason_ns")

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self._on_trades = params.source == "trades"
        self._factor = (1 + params.rise_fraction) * _ROUNDING
        self._window_ns = int(params.window_s * _SECOND_NS)
        self._whole_ns = self._window_ns + int(params.baseline_s * _SECOND_NS)
        self._cooldown_ns = int(params.cooldown_s * _SECOND_NS)
        self._since_ns: int | None = None  # trades: first one the baseline can know
        self._asked_ns: int | None = None  # trades: when an entry was asked for last
        self._reason = ""  # what stood against the last rise
        self._reason_ns = 0
        if self._on_trades:
            baseline_ns = self._whole_ns - self._window_ns
            high = WindowHigh(baseline_ns, skip_ns=self._window_ns)
            self.baseline_high = self.use(high, source="trade")
            self.volume = self.use(WindowSum(self._window_ns), source="trade")
            self.whole_volume = self.use(WindowSum(self._whole_ns), source="trade")
        else:
            self.bars_high = self.use(RollingHigh(params.baseline_bars, of="high", skip=1))
            self.bars_volume = self.use(Lagged(Sma(params.baseline_bars, of="volume"), 1))

    def on_bar(self, bar: Bar, holding: Holding) -> Signals:
        """Decide at the bar's close, by the rule for bars."""
        if self._on_trades or bar.high < bar.open * self._factor or not holding.is_idle:
            return None
        return self._on_risen_bar(bar, holding)

    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        """Decide at every trade, by the rule for ticks."""
        if not self._on_trades:
            return None
        high = self.baseline_high.value
        if high is None:
            self._begin(trade.event_ns)
            return None
        if trade.price < high * self._factor or not holding.is_idle:
            return None
        return self._on_risen_trade(trade, high, holding)

    def explain(self) -> str:
        """Say what stood against the last rise."""
        return self._reason

    def _on_risen_bar(self, bar: Bar, holding: Holding) -> Iterator[Signal]:
        high, volume = self.bars_high.value, self.bars_volume.value
        rise = f"rise of {bar.high / bar.open - 1:.2%}"
        if high is None or volume is None:
            blocker = f"the baseline of {self.params.baseline_bars} bars is not whole yet"
        elif bar.high <= high:
            rise += f" to {bar.high:g} after a high of {high:g}"
            blocker = "it is not above the baseline's high"
        elif bar.close < bar.open:
            blocker = "the bar closed below its open"
        else:
            rise += f" on {_times(bar.volume, volume)} the baseline's volume"
            blocker = self._blocker(bar.close_ns, bar.volume, volume, holding)
        again_ns = self.params.baseline_bars * bar.timeframe_ns
        yield from self._answer(bar.close_ns, rise, blocker, again_ns=again_ns)

    def _on_risen_trade(self, trade: Trade, high: float, holding: Holding) -> Iterator[Signal]:
        now_ns = trade.event_ns
        if self._asked_ns is not None and now_ns - self._asked_ns < self._window_ns:
            return  # this rise was asked for and refused; the refusal is in the journal
        recent, whole = self.volume.value or 0.0, self.whole_volume.value or 0.0
        usual = (whole - recent) * self._window_ns / (self._whole_ns - self._window_ns)
        if self._since_ns is None or now_ns - self._since_ns < self._whole_ns:
            blocker = f"the baseline of {self.params.baseline_s:g} s is not whole yet"
        else:
            blocker = self._blocker(now_ns, recent, usual, holding)
        rise = f"rise of {trade.price / high - 1:.2%} on {_times(recent, usual)}"
        rise += " the baseline's volume"
        yield from self._answer(now_ns, rise, blocker, again_ns=self._whole_ns)

    def _begin(self, now_ns: int) -> None:
        """Note when the history began that a later baseline is made from.

        A trade stays out of the baseline for one window. So a baseline still empty a window after
        a beginning has forgotten it: there was a gap, and all begins anew.
        """
        if self._since_ns is None or now_ns - self._since_ns >= self._window_ns:
            self._since_ns = now_ns

    def _blocker(self, now_ns: int, volume: float, usual: float, holding: Holding) -> str:
        """Return what stands against an entry besides the price; empty when nothing."""
        if not volume > 0 or volume < self.params.volume_factor * usual:
            return f"want {self.params.volume_factor:g}x"
        if holding.closed_ns is not None and now_ns - holding.closed_ns < self._cooldown_ns:
            return f"cooldown of {self.params.cooldown_s:g} s"
        return ""

    def _answer(self, now_ns: int, rise: str, blocker: str, *, again_ns: int) -> Iterator[Signal]:
        """Enter, or tell the blocker when it is another one or was last told `again_ns` ago."""
        if not blocker:
            self._asked_ns, self._reason = now_ns, ""
            yield self._entry(rise)
        elif blocker != self._reason or now_ns - self._reason_ns >= again_ns:
            self._reason, self._reason_ns = blocker, now_ns
            yield Skip(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                reason=f"{rise}, but {blocker}",
            )

    def _entry(self, rise: str) -> Enter:
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.BUY,
            size=Notional(self.params.notional_quote),
            protection=Protection(
                stop_fraction=self.params.stop_fraction,
                trail_fraction=self.params.trail_fraction,
                targets=(Target(fraction=self.params.target_fraction),),
            ),
            tag="momentum",
            reason=rise,
        )


def _times(volume: float, usual: float) -> str:
    return f"{volume / usual:.1f}x" if usual > 0 else "any times"
