"""Momentum: buy a sudden rise with volume behind it, guard it tightly, let it run.

The idea, its source and where it fails: docs/explanation/momentum.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Trade
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Notional, Protection, Signal, Skip, Target
from argonaut.indicators import Lagged, RollingHigh, Sma, WindowFirst, WindowHigh, WindowSum
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Knobs of the momentum strategy. Fractions: 0.018 is 1.8 percent."""

    source: Literal["bars", "trades"] = "bars"
    rise_fraction: float = 0.018
    window_s: float = 45.0  # trades: the rise must happen within this
    baseline_s: float = 360.0  # what the rise is measured against, ending where it begins
    baseline_bars: int = 6  # bars: the same, in bars of the data
    volume_factor: float = 2.0  # volume of the rise over the baseline's mean
    stop_fraction: float = 0.008
    trail_fraction: float = 0.012
    target_fraction: float = 0.035
    cooldown_s: float = 180.0
    notional_quote: Decimal = Decimal(75)

    def __post_init__(self) -> None:
        """Refuse numbers no market could meet."""
        for name in ("rise_fraction", "stop_fraction", "trail_fraction", "target_fraction"):
            value = getattr(self, name)
            if not 0 < value < 1:
                raise InvalidValueError(f"want 0 < {name} < 1 (0.018 is 1.8 percent), not {value}")
        for name in ("window_s", "baseline_s", "baseline_bars", "volume_factor", "notional_quote"):
            if not getattr(self, name) > 0:
                raise InvalidValueError(f"want {name} > 0, not {getattr(self, name)}")
        if not self.cooldown_s >= 0:
            raise InvalidValueError(f"want cooldown_s >= 0, not {self.cooldown_s}")


class Momentum(Strategy):
    """Long only, one position at a time; the engine's bracket closes it."""

    saved = ("_seen_ns",)

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self._cooldown_ns = int(params.cooldown_s * _SECOND_NS)
        self._seen_ns: int | None = None  # when the last breakout was acted on
        self._first_ns: int | None = None  # of the tape: the baseline must be whole
        if params.source == "bars":
            self.baseline_high = self.use(RollingHigh(params.baseline_bars, of="high", skip=1))
            self.baseline_volume = self.use(Lagged(Sma(params.baseline_bars, of="volume"), 1))
            return
        window_ns = int(params.window_s * _SECOND_NS)
        baseline_ns = int(params.baseline_s * _SECOND_NS)
        self._warm_ns = window_ns + baseline_ns
        self._share = params.window_s / params.baseline_s
        self.first = self.use(WindowFirst(window_ns), source="trade")
        self.high = self.use(WindowHigh(baseline_ns, skip_ns=window_ns), source="trade")
        self.volume = self.use(WindowSum(window_ns), source="trade")
        self.all_volume = self.use(WindowSum(window_ns + baseline_ns), source="trade")

    def on_bar(self, bar: Bar, holding: Holding) -> Signals:
        """Decide at the bar's close, by the rule for bars."""
        if self.params.source != "bars" or bar.high < bar.open * (1 + self.params.rise_fraction):
            return None
        return self._on_risen_bar(bar, holding)

    def _on_risen_bar(self, bar: Bar, holding: Holding) -> Iterator[Signal]:
        high, volume = self.baseline_high.value, self.baseline_volume.value
        rise = bar.high / bar.open - 1
        if high is None or volume is None:
            blocker = f"waits for a baseline of {self.params.baseline_bars} bars"
        elif bar.high <= high:
            blocker = f"high {bar.high:g} not above the baseline's {high:g}"
        elif bar.close < bar.open:
            blocker = "closed below its open: the rise has collapsed"
        elif bar.volume < self.params.volume_factor * volume:
            blocker = f"volume {bar.volume / volume:.2f}x the baseline's" if volume else "no volume"
        else:
            blocker = self._resting(bar.close_ns, holding)
        yield self._answer(bar.close_ns, rise, blocker)

    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        """Decide at every trade, by the rule for ticks."""
        if self.params.source != "trades":
            return None
        first = self.first.value
        if first is None or trade.price < first * (1 + self.params.rise_fraction):
            if self._first_ns is None:
                self._first_ns = trade.event_ns
            return None
        return self._on_risen_trade(trade, first, holding)

    def _on_risen_trade(self, trade: Trade, first: float, holding: Holding) -> Signals:
        if self._first_ns is None or trade.event_ns - self._first_ns < self._warm_ns:
            return None
        high = self.high.value
        if high is None or trade.price <= high:
            return None
        recent = self.volume.value or 0.0
        baseline = ((self.all_volume.value or 0.0) - recent) * self._share
        if recent < self.params.volume_factor * baseline:
            return None
        if self._resting(trade.event_ns, holding):
            return None
        return (self._answer(trade.event_ns, trade.price / first - 1, ""),)

    def _resting(self, now_ns: int, holding: Holding) -> str:
        """Return why not now although the market is right; empty when nothing is in the way."""
        if not holding.is_idle:
            return "already in"
        last_ns = max(holding.closed_ns or 0, self._seen_ns or 0)
        if last_ns and now_ns - last_ns < self._cooldown_ns:
            return f"cooldown of {self.params.cooldown_s:g} s"
        return ""

    def _answer(self, now_ns: int, rise: float, blocker: str) -> Signal:
        if blocker:
            return Skip(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                reason=f"rise of {rise:.2%}, but {blocker}",
            )
        self._seen_ns = now_ns
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
            reason=f"rise of {rise:.2%} above the baseline with volume",
        )
