"""Where a detector's signal meets the strategies: who is asked, and the row that says so.

A signal on trial is for the shadow alone. There the strategies on trial take every signal, and the
twins of those that trade for the account take what is on trial.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from msgspec.structs import replace

from argonaut.domain.command import Command, Record
from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.record import DetectorAnswer
from argonaut.engine.detectors import Doorman
from argonaut.engine.route import Seat


class Intake:
    """Takes signals for one engine.

    Args:
        doorman: Who remembers what came before.
        known: Instruments that trade here.
        seats: Who sits at an instrument.
        ask: Calls a strategy and takes what it wishes.
        emit: Has a row written.
        twins: Strategies that take signals on trial alone; None where no shadow is.
    """

    def __init__(
        self,
        doorman: Doorman,
        known: Container[InstrumentId],
        *,
        seats: Callable[[InstrumentId], list[Seat]],
        ask: Callable[[Seat, Callable[..., Any], DetectorSignal], None],
        emit: Callable[[Command], None],
        twins: frozenset[StrategyId] | None,
    ) -> None:
        self._doorman = doorman
        self._known = known
        self._seats = seats
        self._ask = ask
        self._emit = emit
        self._is_shadow, self._twins = twins is not None, twins or frozenset()
        self.beside: Callable[[DetectorSignal], bool] | None = None  # what the shadow would take

    def on_signal(self, signal: DetectorSignal) -> None:
        """Judge a signal, write down the answer, and ask the strategies it is for."""
        seats = self._takers(signal)
        takers = bool(seats)
        if self.beside is not None:
            if signal.dry_run:
                seats, takers = [], False
            takers = takers or self.beside(signal)
        answer, detail = self._doorman.judge(
            signal, known=signal.instrument_id in self._known, takers=takers
        )
        body = DetectorAnswer(signal=signal, answer=answer, detail=detail)
        self._emit(Record("signal", signal.signal_id, body))
        if answer != "accepted":
            return
        if self._is_shadow and signal.dry_run:
            signal = replace(signal, dry_run=False)  # all that happens there is on trial
        for seat in seats:
            self._ask(seat, seat.strategy.on_signal, signal)

    def takes(self, signal: DetectorSignal) -> bool:
        """Whether a strategy here would be asked about a signal."""
        return bool(self._takers(signal))

    def _takers(self, signal: DetectorSignal) -> list[Seat]:
        return [
            seat
            for seat in self._seats(signal.instrument_id)
            if seat.answers("on_signal")
            and not seat.is_paused
            and signal.strategy in (None, seat.strategy.strategy_id)
            and (signal.dry_run or seat.strategy.strategy_id not in self._twins)
        ]
