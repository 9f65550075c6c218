"""The trades' rule as a user of Argonaut writes it, in two ways.

`Burst` declares its windows as indicators; `PlainBurst` keeps them itself in plain Python, step by
step what the strategies of the peers do.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Trade
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Protection, Quantity, Target
from argonaut.indicators import WindowFirst, WindowSum
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy
from benchmarks import rules

RATIO = rules.BASELINE_NS // rules.WINDOW_NS


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Knobs of the burst."""

    rise_ticks: int = rules.RISE_TICKS
    spike: int = rules.SPIKE


class Burst(Strategy):
    """One unit between a target and a stop, windows as declared indicators."""

    saved = ("next_entry_ns",)

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.rise_ticks = params.rise_ticks
        self.first = self.use(WindowFirst(rules.WINDOW_NS), source="trade")
        self.volume = self.use(WindowSum(rules.WINDOW_NS), source="trade")
        self.usual = self.use(WindowSum(rules.BASELINE_NS), source="trade")
        self.next_entry_ns = 0

    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        """Enter when price and volume agree."""
        first = self.first.value
        if not self.next_entry_ns:
            self.next_entry_ns = trade.event_ns + rules.BASELINE_NS
        if first is None or trade.price - first < self.rise_ticks:
            return None
        volume, usual = self.volume.value or 0.0, self.usual.value or 0.0
        if volume * RATIO < self.params.spike * usual:
            return None
        if not holding.is_idle or trade.event_ns < self.next_entry_ns:
            return None
        self.next_entry_ns = trade.event_ns + rules.COOLDOWN_NS
        return (entry(self, trade.price),)


class PlainBurst(Strategy):
    """One unit between a target and a stop, windows kept here."""

    saved = ("next_entry_ns",)

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.window: deque[tuple[int, float, float]] = deque()
        self.baseline: deque[tuple[int, float]] = deque()
        self.window_volume = 0.0
        self.baseline_volume = 0.0
        self.next_entry_ns = 0

    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        """Keep both windows; enter when price and volume agree."""
        now_ns, price, size = trade.event_ns, trade.price, trade.quantity
        if self.next_entry_ns == 0:
            self.next_entry_ns = now_ns + rules.BASELINE_NS
        window, baseline = self.window, self.baseline
        window.append((now_ns, price, size))
        baseline.append((now_ns, size))
        self.window_volume += size
        self.baseline_volume += size
        while window[0][0] <= now_ns - rules.WINDOW_NS:
            self.window_volume -= window.popleft()[2]
        while baseline[0][0] <= now_ns - rules.BASELINE_NS:
            self.baseline_volume -= baseline.popleft()[1]
        if (
            price - window[0][1] >= rules.RISE_TICKS
            and self.window_volume * RATIO >= rules.SPIKE * self.baseline_volume
            and holding.is_idle
            and now_ns >= self.next_entry_ns
        ):
            self.next_entry_ns = now_ns + rules.COOLDOWN_NS
            return (entry(self, price),)
        return None


def entry(strategy: Strategy, price: float) -> Enter:
    """Return the wish to buy one unit between a limit above and a stop below."""
    return Enter(
        strategy_id=strategy.strategy_id,
        instrument_id=strategy.instrument_id,
        side=Side.BUY,
        size=Quantity(Decimal(1)),
        reason="rose fast on heavy volume",
        protection=Protection(
            stop_price=price - rules.STOP_TICKS,
            targets=(Target(price=price + rules.TAKE_PROFIT_TICKS),),
        ),
    )
