"""One strategy fed by hand: its indicators first, as the engine does, then itself.

The holding is written here as the ledger would, with the crudest of venues: an entry fills whole
at the price it was decided on, and a stop or target at its own price.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from argonaut.domain.aggregate import BarAggregator
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Trade
from argonaut.domain.signal import Enter, Exit, Protect, Signal
from argonaut.engine.route import updater
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy

BTC = InstrumentId("BTC/USDT@sim")
NAME = StrategyId("tested")
SECOND_NS = 1_000_000_000
MINUTE_NS = 60 * SECOND_NS
START_NS = 1_600_000_020 * SECOND_NS  # a whole minute
_HELD = ("quantity", "average_price", "stop_price", "target_price")


def holding(quantity: str = "0", **fields: Any) -> Holding:
    """Return a holding as the ledger would show it."""
    held = Holding(NAME, BTC)
    held.quantity = Decimal(quantity)
    for name, value in fields.items():
        setattr(held, name, value)
    return held


def a_bar(
    opened: float = 100.0,
    high: float = 100.0,
    low: float = 100.0,
    close: float = 100.0,
    volume: float = 1.0,
    *,
    minute: int = 0,
    timeframe_ns: int = MINUTE_NS,
) -> Bar:
    """Return the bar that opens `minute` minutes after the start."""
    return Bar(
        BTC,
        timeframe_ns,
        START_NS + minute * MINUTE_NS,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=volume,
    )


def a_trade(second: float, price: float, quantity: float = 1.0) -> Trade:
    """Return a print so many seconds after the start."""
    return Trade(BTC, START_NS + int(second * SECOND_NS), price=price, quantity=quantity)


class Feeding:
    """Feeds one strategy and keeps what it said."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy
        self.holding = Holding(NAME, BTC)
        self.said: list[Signal] = []
        self.frames = {
            each.timeframe_ns: BarAggregator(each.timeframe_ns, MINUTE_NS)
            for each in strategy.declared
            if each.timeframe_ns
        }

    def trade(self, trade: Trade) -> list[Signal]:
        """Feed a print; return what the strategy said to it."""
        for each in self.strategy.declared:
            if each.source == "trade":
                updater(each.indicator)(trade)
        self._touch(trade.price, trade.price, trade.event_ns)
        return self._take(self.strategy.on_trade(trade, self.holding), trade.price, trade.event_ns)

    def bar(self, bar: Bar) -> list[Signal]:
        """Feed a bar of one minute and the longer ones it completes."""
        for each in self.strategy.declared:
            if each.source == "bar" and not each.timeframe_ns:
                updater(each.indicator)(bar)
        self._touch(bar.low, bar.high, bar.close_ns)
        completed = self._longer(bar)
        listens = self.strategy.timeframes_ns() or (MINUTE_NS,)
        told = [shown for shown in [*completed, bar] if shown.timeframe_ns in listens]
        said: list[Signal] = []
        for shown in told:
            wishes = self.strategy.on_bar(shown, self.holding)
            said += self._take(wishes, shown.close, shown.close_ns)
        return said

    def _longer(self, bar: Bar) -> list[Bar]:
        completed: list[Bar] = []
        for timeframe_ns, aggregator in self.frames.items():
            for open_ns, *prices, volume in aggregator.update(
                bar.open_ns, bar.open, bar.high, bar.low, bar.close, bar.volume
            ):
                opened, high, low, close = prices
                longer = Bar(
                    BTC,
                    timeframe_ns,
                    int(open_ns),
                    open=opened,
                    high=high,
                    low=low,
                    close=close,
                    volume=volume,
                )
                for each in self.strategy.declared:
                    if each.timeframe_ns == timeframe_ns:
                        updater(each.indicator)(longer)
                if timeframe_ns != MINUTE_NS:
                    completed.append(longer)
        return completed

    def _take(self, signals: Iterable[Signal] | None, price: float, now_ns: int) -> list[Signal]:
        said = list(signals or ())
        self.said += said
        for each in said:
            if isinstance(each, Enter):
                self._open(each, price, now_ns)
            elif isinstance(each, Protect) and each.stop_price is not None:
                self.holding.stop_price = Decimal(repr(each.stop_price))
            elif isinstance(each, Exit):
                self._close(now_ns)
        return said

    def _open(self, entry: Enter, price: float, now_ns: int) -> None:
        held, guard, sign = self.holding, entry.protection, entry.side.sign
        held.quantity = Decimal(sign)
        held.average_price = Decimal(repr(price))
        held.opened_ns = now_ns
        stop = guard.stop_price
        if stop is None and guard.stop_fraction is not None:
            stop = price * (1 - sign * guard.stop_fraction)
        held.stop_price = None if stop is None else Decimal(repr(stop))
        for target in guard.targets:
            at = target.price or price * (1 + sign * (target.fraction or 0.0))
            held.target_price = Decimal(repr(at))

    def _touch(self, low: float, high: float, now_ns: int) -> None:
        held = self.holding
        if held.is_flat:
            return
        stop, target = (held.stop_price, held.target_price)
        below, above = (stop, target) if held.is_long else (target, stop)
        if (below is not None and low <= below) or (above is not None and high >= above):
            self._close(now_ns)

    def _close(self, now_ns: int) -> None:
        self.holding.quantity = Decimal(0)
        self.holding.average_price = self.holding.stop_price = self.holding.target_price = None
        self.holding.closed_ns = now_ns

    # what a restart keeps

    def saved(self) -> str:
        """Return everything as JSON text: strategy, indicators, unfinished bars, holding."""
        return json.dumps(
            {
                "strategy": self.strategy.save(),
                "indicators": [each.indicator.save() for each in self.strategy.declared],
                "frames": [each.state() for each in self.frames.values()],
                "times": [self.holding.opened_ns, self.holding.closed_ns],
                "held": {
                    name: None if value is None else str(value)
                    for name in _HELD
                    for value in [getattr(self.holding, name)]
                },
            }
        )

    def restore(self, text: str) -> None:
        """Take back what `saved` returned, into a strategy that has seen nothing."""
        state = json.loads(text)
        self.strategy.load(state["strategy"])
        for each, saved in zip(self.strategy.declared, state["indicators"], strict=True):
            each.indicator.load(saved)
        for aggregator, (last_ns, bucket) in zip(
            self.frames.values(), state["frames"], strict=True
        ):
            aggregator.restore((last_ns, None if bucket is None else tuple(bucket)))
        self.holding.opened_ns, self.holding.closed_ns = state["times"]
        for name, value in state["held"].items():
            setattr(self.holding, name, None if value is None else Decimal(value))
