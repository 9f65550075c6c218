"""Restless: trades for the sake of trading, so that a rehearsal sees all an order can live through.

There is no idea of a market in it, and it pays fees for nothing. Never for money.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Quote
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import Enter, Exit, Notional, Protect, Protection, Signal, Target
from argonaut.ledger.holding import Holding
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.strategies.interface import Strategy

_HALF = Decimal("0.5")
_LARGEST = 10  # times `notional_quote`


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """How often it does something, and how large."""

    entry_chance: float = 0.03  # of each quote while nothing is held or working
    act_chance: float = 0.01  # of each quote while something is
    notional_quote: Decimal = Decimal(100)  # the smallest entry; the largest is ten times that

    def __post_init__(self) -> None:
        """Refuse chances that are none, and sizes no venue takes."""
        for name in ("entry_chance", "act_chance"):
            value = getattr(self, name)
            if not 0 < value <= 1:
                raise InvalidValueError(f"want 0 < {name} <= 1, not {value}")
        if not (self.notional_quote.is_finite() and self.notional_quote > 0):
            raise InvalidValueError(f"want notional_quote > 0, not {self.notional_quote}")


class Restless(Strategy):
    """Buys, guards, adds, tightens and sells by the dice of each quote. It remembers nothing."""

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params

    def on_quote(self, quote: Quote, holding: Holding) -> Iterator[Signal]:
        """Do something now and then."""
        dice = Dice(quote.event_ns, f"{self.strategy_id} {self.instrument_id}")
        if holding.is_idle:
            if dice.chance(self.params.entry_chance):
                yield self._enter(dice, quote)
        elif dice.chance(self.params.act_chance):
            yield self._act(dice, quote, holding)

    def _enter(self, dice: Dice, quote: Quote) -> Enter:
        kind = dice.pick((OrderType.MARKET, OrderType.MARKET, OrderType.LIMIT, OrderType.STOP))
        away = 1 + dice.between(-5, 5) / 10_000
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.BUY,
            size=Notional(self.params.notional_quote * dice.between(1, _LARGEST)),
            order_type=kind,
            limit_price=quote.bid * away if kind is OrderType.LIMIT else None,
            trigger_price=quote.ask * 1.0003 if kind is OrderType.STOP else None,
            protection=_protection(dice),
            tag="restless",
            reason="the dice say buy",
        )

    def _act(self, dice: Dice, quote: Quote, holding: Holding) -> Signal:
        choice = dice.below(10)
        if holding.is_flat or choice < 4:
            return self._exit(quote, Decimal(1), OrderType.MARKET)
        if choice < 6:
            return self._exit(quote, _HALF, OrderType.MARKET)
        if choice < 8:
            return self._exit(quote, Decimal(1), OrderType.LIMIT)
        if choice < 9:
            return Protect(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                stop_price=quote.bid * 0.999,
                reason="the dice say tighten",
            )
        return self._enter(dice, quote)

    def _exit(self, quote: Quote, fraction: Decimal, kind: OrderType) -> Exit:
        return Exit(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            fraction=fraction,
            order_type=kind,
            limit_price=quote.ask * 1.0002 if kind is OrderType.LIMIT else None,
            tag="restless_exit",
            reason="the dice say sell",
        )


def _protection(dice: Dice) -> Protection:
    """Draw a stop near enough to be reached, and now and then a trail or targets."""
    targets = dice.pick(
        (
            (),
            (Target(fraction=0.001),),
            (Target(fraction=0.0008, share=0.5), Target(fraction=0.002, share=0.5)),
        )
    )
    return Protection(
        stop_fraction=dice.pick((0.001, 0.002, 0.004)),
        trail_fraction=dice.pick((None, None, 0.0015)),
        targets=targets,
    )
