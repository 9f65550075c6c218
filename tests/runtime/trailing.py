"""A strategy for tests: forwards signals, and its stop follows the best price at five percent."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from argonaut.domain.event import DetectorSignal
from argonaut.domain.signal import Enter, Protection, Signal
from argonaut.ledger.holding import Holding
from argonaut.strategies.detector_driven import DetectorDriven, Params

__all__ = ["Params", "TrailingDetector"]

TRAIL_FRACTION = 0.05


class TrailingDetector(DetectorDriven):
    """`DetectorDriven`, but for the trail."""

    def on_signal(self, signal: DetectorSignal, holding: Holding) -> Iterator[Signal]:
        """Forward a signal with another protection."""
        for each in super().on_signal(signal, holding):
            is_entry = isinstance(each, Enter)
            trail = Protection(trail_fraction=TRAIL_FRACTION)
            yield replace(each, protection=trail) if is_entry else each

    def explain(self) -> str:
        """Say when a price is known: before, an entry would be refused."""
        return "sees prices" if self._price else ""
