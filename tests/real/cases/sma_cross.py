"""The rule of cases.md §1: always in the market, all cash, turned at every cross of two means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar
from argonaut.domain.order import Filled, Side
from argonaut.domain.signal import CashFraction, Enter, Exit, Quantity, Signal, Size, Skip
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy
from tests.real.cases.means import MEANS


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Lengths in bars, and the bar at whose close everything is sold."""

    fast_bars: int = 10
    slow_bars: int = 30
    last_bar: int  # its position; what is open is closed at the next open
    cash: Decimal = Decimal(10_000)
    commission: Decimal = Decimal(0)
    lot: Decimal = Decimal(1)
    mean: str = "ours"  # which of MEANS crosses


class SmaCross(Strategy):
    """Closes at the next open, and opens the other way at that same open."""

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.fast = self.use(MEANS[params.mean](params.fast_bars))
        self.slow = self.use(MEANS[params.mean](params.slow_bars))
        self.last_bar = params.last_bar
        self.cash, self.commission, self.lot = params.cash, params.commission, params.lot
        self.bars = 0
        self.was = 0.0  # fast minus slow one bar ago
        self.is_warm = False
        self.wanted: Side | None = None

    def on_bar(self, bar: Bar, holding: Holding) -> Iterator[Signal]:
        """Turn at a cross: strictly on one side now, strictly on the other a bar before."""
        fast, slow = self.fast.value, self.slow.value
        position, self.bars = self.bars, self.bars + 1
        if position >= self.last_bar:
            self.wanted = None
            if not holding.is_flat:
                yield self._exit()
            return
        if fast is None or slow is None:
            return
        now, was = fast - slow, self.was
        warm, self.is_warm, self.was = self.is_warm, True, now
        if now == 0:
            yield self._note(f"tie {position}")
        if not warm or now * was >= 0:
            return
        self.wanted = Side.BUY if now > 0 else Side.SELL
        yield self._note(f"cross {position}")
        yield self._exit() if not holding.is_flat else self._enter(self.wanted, CashFraction())

    def on_fill(self, fill: Filled, holding: Holding) -> Iterator[Signal]:
        """When the old side is closed, open the new one with the cash that is there now."""
        if holding.is_idle and self.wanted is not None:
            cash = self.cash + holding.realized
            units = (cash / (fill.price * (1 + self.commission))) // self.lot * self.lot
            yield self._enter(self.wanted, Quantity(units))

    def _note(self, what: str) -> Skip:
        return Skip(strategy_id=self.strategy_id, instrument_id=self.instrument_id, reason=what)

    def _enter(self, side: Side, size: Size) -> Enter:
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=side,
            size=size,
            reason="the means crossed",
        )

    def _exit(self) -> Exit:
        return Exit(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            reason="the means crossed back",
        )
