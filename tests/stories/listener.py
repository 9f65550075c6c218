"""A strategy that notes everything it is told, and a detector's signal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from argonaut.domain.event import (
    DetectorSignal,
    ExternalEvent,
    TimerFired,
)
from argonaut.domain.ids import SignalId, StrategyId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import Filled, Order
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy
from tests.stories.stage import (
    BTC,
    SECOND_NS,
    START_NS,
)


class Listener(Strategy):
    """Notes everything it is told, and answers what the test says."""

    def __init__(self, name: str = "story") -> None:
        super().__init__(StrategyId(name), BTC)
        self.heard: list[str] = []
        self.answer: Callable[[str], Signals] = lambda _said: None
        self.wake_ns: int | None = None

    def _hear(self, said: str) -> Signals:
        self.heard.append(said)
        return self.answer(said)

    def on_bar(self, bar: Bar, holding: Holding) -> Signals:
        return self._hear(f"bar {bar.close:g}")

    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        return self._hear(f"trade {trade.price:g}")

    def on_quote(self, quote: Quote, holding: Holding) -> Signals:
        return self._hear(f"quote {quote.bid:g} {quote.ask:g}")

    def on_event(self, event: ExternalEvent, holding: Holding) -> Signals:
        return self._hear(f"event {event.event_id}")

    def on_signal(self, signal: DetectorSignal, holding: Holding) -> Signals:
        return self._hear(f"signal {signal.signal_id}")

    def on_fill(self, fill: Filled, holding: Holding) -> Signals:
        return self._hear(f"fill {fill.quantity} of {holding.quantity}")

    def on_end(self, order: Order, holding: Holding) -> Signals:
        return self._hear(f"end {order.status.value}")

    def on_timer(self, timer: TimerFired, holding: Holding) -> Signals:
        return self._hear(f"timer at {(timer.event_ns - START_NS) / SECOND_NS:g}")

    def wake_at(self) -> int | None:
        return self.wake_ns


def detected(name: str = "s1", **fields: Any) -> DetectorSignal:
    given: dict[str, Any] = {
        "event_ns": START_NS,
        "signal_id": SignalId(name),
        "source": "test",
        "instrument_id": BTC,
        "side": "buy",
        "quantity": Decimal(1),
    }
    return DetectorSignal(**given | fields)
