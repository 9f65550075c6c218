"""The busiest strategy there is: every trade is answered with an order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Trade
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Exit, Quantity
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Knobs of the alternation."""

    units: Decimal = Decimal(1)


class Alternate(Strategy):
    """In on one trade, out on the next."""

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params

    def on_trade(self, _trade: Trade, holding: Holding) -> Signals:
        """Ask for the opposite of what is held."""
        if holding.is_flat:
            enter = Enter(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                side=Side.BUY,
                size=Quantity(self.params.units),
                reason="flat",
            )
            return (enter,)
        leave = Exit(
            strategy_id=self.strategy_id, instrument_id=self.instrument_id, reason="in long enough"
        )
        return (leave,)
