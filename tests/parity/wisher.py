"""A strategy for tests that wishes anything at any time, by dice that a seed has thrown before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Quote
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import Enter, Exit, Notional, Protect, Protection, Signal, Target
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Which dice, and how often they are thrown."""

    seed: int = 1
    often: float = 0.05


class Wisher(Strategy):
    """Enters by market and limit, with stops, targets and trails, leaves, and moves protection."""

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self._dice = Random(
            f"{params.seed} {instrument_id.partition('@')[0]}"
        )  # alike at every venue

    def on_bar(self, bar: Bar, holding: Holding) -> Iterator[Signal]:
        """Throw the dice."""
        yield from self._throw(bar.close, holding)

    def _throw(self, price: float, holding: Holding) -> Iterator[Signal]:
        if self._dice.random() >= self.params.often:
            return
        throw = self._dice.random()
        if throw < 0.5 or holding.is_flat:
            yield self._entry(price)
        elif throw < 0.75:
            yield self._exit()
        else:
            yield self._protect(price)

    def _entry(self, price: float) -> Enter:
        dice = self._dice
        is_limit = dice.random() < 0.3
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.BUY,
            size=Notional(Decimal(dice.choice((4, 20, 90, 700)))),
            order_type=OrderType.LIMIT if is_limit else OrderType.MARKET,
            limit_price=price * 0.999 if is_limit else None,
            protection=Protection(
                stop_fraction=dice.choice((None, 0.002, 0.02)),
                trail_fraction=dice.choice((None, None, 0.004)),
                targets=dice.choice(((), (Target(fraction=0.003),))),
            ),
            reason="the dice say so",
        )

    def _exit(self) -> Exit:
        return Exit(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            fraction=Decimal(self._dice.choice(("1", "0.5"))),
            reason="the dice say so",
        )

    def _protect(self, price: float) -> Protect:
        return Protect(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            stop_price=price * 0.998,
            reason="the dice say so",
        )


class QuoteWisher(Wisher):
    """The same at every quote; it remembers what it has seen."""

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id, params)
        self.seen: list[Quote] = []

    def on_quote(self, quote: Quote, holding: Holding) -> Iterator[Signal]:
        """Throw the dice."""
        self.seen.append(
            Quote(
                quote.instrument_id,
                quote.event_ns,
                bid=quote.bid,
                ask=quote.ask,
                bid_quantity=quote.bid_quantity,
                ask_quantity=quote.ask_quantity,
            )
        )
        yield from self._throw((quote.bid + quote.ask) * 0.5, holding)
