"""The rule of cases.md §1: long above a mean, out at a stop that trails by average true ranges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar
from argonaut.domain.order import Side
from argonaut.domain.signal import CashFraction, Enter, Exit, Protect, Protection, Signal
from argonaut.indicators import Sma, Streamed, TrueRange
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy


class MeanTrueRange(Streamed):
    """The simple mean of the true range, as the peer has it; our `Atr` smooths as Wilder did."""

    parameters = ("length",)
    inputs = ("high", "low", "close")

    def __init__(self, length: int) -> None:
        self.length = length
        self.warmup = length + 1
        self.value: float | None = None
        self._range = TrueRange()
        self._mean = Sma(length)

    def update(self, high: float, low: float, close: float) -> float | None:
        """Take one bar."""
        span = self._range.update(high, low, close)
        if span is not None:
            self.value = self._mean.update(span)
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Lengths in bars, the trail in average true ranges."""

    mean_bars: int = 10
    range_bars: int = 40
    ranges: float = 3.0
    last_bar: int  # its position; what is open is closed at the next open
    stop_fraction: float = 0.99  # until the trail is set; only a guarded holding can be moved


class TrailingAtr(Strategy):
    """In with all cash at the next open; the stop is set anew at every close and only rises."""

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.mean = self.use(Sma(params.mean_bars))
        self.range = self.use(MeanTrueRange(params.range_bars))
        self.bars = 0

    def on_bar(self, bar: Bar, holding: Holding) -> Iterator[Signal]:
        """Trail what is held, or enter above the mean."""
        self.bars += 1
        if self.bars > self.params.last_bar:
            if not holding.is_flat:
                yield Exit(
                    strategy_id=self.strategy_id,
                    instrument_id=self.instrument_id,
                    reason="the recording ends",
                )
        elif not holding.is_flat:
            if self.range.value is not None:
                yield Protect(
                    strategy_id=self.strategy_id,
                    instrument_id=self.instrument_id,
                    stop_price=bar.close - self.params.ranges * self.range.value,
                    reason=f"{self.params.ranges:g} ranges of {self.range.value:.4g} below",
                )
        elif self.mean.value is not None and bar.close > self.mean.value:
            yield Enter(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                side=Side.BUY,
                size=CashFraction(),
                protection=Protection(stop_fraction=self.params.stop_fraction),
                reason=f"close {bar.close:g} above the mean {self.mean.value:.6g}",
            )
