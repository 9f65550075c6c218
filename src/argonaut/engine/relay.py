"""What is wished in one engine, for those who listen in another: the account's and its shadow's."""

from __future__ import annotations

from collections.abc import Callable, Container

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.signal import Overheard
from argonaut.engine.route import Route, Seat
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy

_NAME = StrategyId("relay")


class Relay(Strategy):
    """Sits among the hearers of an instrument, wishes nothing and passes everything on."""

    def __init__(
        self,
        instrument_id: InstrumentId,
        tell: Callable[[Overheard], None],
        *,
        but: Container[StrategyId] = (),
    ) -> None:
        super().__init__(_NAME, instrument_id)
        self._tell = tell
        self._but = but

    def on_wish(self, overheard: Overheard, holding: Holding) -> None:
        """Pass it on, unless it is of somebody who wishes the same over there."""
        del holding
        if overheard.wish.strategy_id not in self._but:
            self._tell(overheard)


def listen(
    route: Route, tell: Callable[[Overheard], None], *, but: Container[StrategyId] = ()
) -> None:
    """Have `tell` hear what is wished at an instrument, by all `but` these."""
    name = route.instrument.instrument_id
    route.hearers.append(Seat(Relay(name, tell, but=but), Holding(_NAME, name)))
