"""A strategy for tests: buys the coin an event names, with a stop, whenever it holds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Notional, Protection, Signal
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Nothing to turn."""


class EventBuyer(Strategy):
    """One order an event."""

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params

    def on_bar(self, bar: Bar, holding: Holding) -> None:
        """Live on bars."""
        del bar, holding

    def on_event(self, event: ExternalEvent, holding: Holding) -> Iterator[Signal]:
        """Buy what is named."""
        if self.instrument_id.partition("/")[0] in event.symbols and holding.is_idle:
            yield Enter(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                side=Side.BUY,
                size=Notional(Decimal(100)),
                protection=Protection(stop_fraction=0.3),
                reason=event.title,
            )
