"""The bars' rule as a user of Argonaut writes it: long while the fast average is above."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Exit, Quantity
from argonaut.indicators import Sma
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy
from benchmarks import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Knobs of the cross."""

    fast_bars: int = rules.FAST_BARS
    slow_bars: int = rules.SLOW_BARS
    silent: bool = False  # decide, but ask for nothing


class Cross(Strategy):
    """One unit or none."""

    saved = ("above",)

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.fast = self.use(Sma(params.fast_bars))
        self.slow = self.use(Sma(params.slow_bars))
        self.above: bool | None = None

    def on_bar(self, _bar: Bar, holding: Holding) -> Signals:
        """Deal when the averages change places."""
        fast, slow = self.fast.value, self.slow.value
        if fast is None or slow is None or fast == slow:
            return None
        above = fast > slow
        if above is self.above:
            return None
        is_first, self.above = self.above is None, above
        if is_first or self.params.silent:
            return None
        if above:
            return (self._enter(),)
        return (self._leave(),) if holding.is_long else None

    def _enter(self) -> Enter:
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.BUY,
            size=Quantity(Decimal(1)),
            reason="the fast average rose above the slow one",
        )

    def _leave(self) -> Exit:
        return Exit(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            reason="the fast average fell below the slow one",
        )
