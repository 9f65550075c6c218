"""What reaches the account from outside and concerns strategies on trial, too.

It is read off the rows of the account's engine, so what its strategies announce is among it. Market
data is not: whoever plays it shows it to both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from argonaut.domain.command import Record
from argonaut.domain.event import Condition, DetectorSignal, Event
from argonaut.domain.mode import TradingMode
from argonaut.domain.record import DetectorAnswer
from argonaut.domain.signal import Overheard

_TOLD: Final = frozenset({"event", "operator", "instrument"})


class Mirror:
    """Call it with every record of the account; it keeps what the shadow is to be fed next.

    Until the shadow `is_awake`, only a signal that it takes is kept.
    """

    def __init__(self, takes: Callable[[DetectorSignal], bool]) -> None:
        self._takes = takes
        self.waiting: deque[Event] = deque()
        self.is_awake = False

    def hear(self, overheard: Overheard) -> None:
        """Note a wish that somebody in the shadow listens to."""
        if self.is_awake:
            self.waiting.append(overheard)

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Note one journal row."""
        del event_seq, event_ns
        kind, body = record.kind, record.body
        if isinstance(body, DetectorAnswer):
            if body.answer == "accepted" and self._takes(body.signal):
                self.waiting.append(body.signal)
        elif not self.is_awake:
            return
        elif kind in _TOLD:
            self.waiting.append(body)  # type: ignore[arg-type]  # the kind says which event it is
        elif isinstance(body, Condition) and body.mode is not TradingMode.RECOVERING:
            self.waiting.append(body)  # the shadow's venue has nothing to recover
