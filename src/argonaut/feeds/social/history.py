"""How much there usually is: what was counted in each window of the last day."""

from __future__ import annotations

import math
from collections.abc import Mapping

WINDOW_NS = 600 * 1_000_000_000  # ten minutes
WINDOWS_MAX = 144  # of ten minutes: 24 hours
WINDOWS_MIN = 12  # before anything is usual
USUAL_MIN = 1.0  # mentions a window


class History:
    """One number a window. A window that was not observed is unknown, which is not zero."""

    def __init__(self) -> None:
        self._values: dict[int, float] = {}  # number of the window, and what was counted

    def put(self, window: int, value: float) -> None:
        """Note (again) what a window had; what is older than a day before it is forgotten.

        A window older than the day that is remembered is not noted.
        """
        if self._values and window <= max(self._values) - WINDOWS_MAX:
            return
        self._values[window] = value
        for old in [each for each in self._values if each <= window - WINDOWS_MAX]:
            del self._values[old]

    def before(self, window: int) -> list[float]:
        """Return what is known of the day before a window, oldest first."""
        return [
            value
            for at, value in sorted(self._values.items())
            if window - WINDOWS_MAX <= at < window
        ]

    def velocity(self, window: int, value: float) -> float | None:
        """Return `value` over what is usual before a window; None without `WINDOWS_MIN` windows."""
        return velocity(self.before(window), value)

    def saved(self) -> dict[int, float]:
        """Return what `restored` makes the same history of."""
        return dict(self._values)

    @staticmethod
    def restored(values: Mapping[int, float]) -> History:
        """Return a history of saved windows."""
        history = History()
        for window, value in sorted(values.items()):
            history.put(window, value)
        return history


def window_of(event_ns: int) -> int:
    """Return the number of the window a moment is in; windows begin at full ten minutes, UTC."""
    return event_ns // WINDOW_NS


def velocity(before: list[float], value: float) -> float | None:
    """Return `value` over the mean of the windows `before` it; None while there are too few.

    A mean below `USUAL_MIN` counts as that: forty mentions of a coin nobody ever names are forty
    times the usual, not infinitely many times.
    """
    if len(before) < WINDOWS_MIN:
        return None
    return value / max(math.fsum(before) / len(before), USUAL_MIN)


def surprise(before: list[float], value: float) -> float | None:
    """Return how many standard deviations `value` is above the windows `before` it, else None."""
    if len(before) < WINDOWS_MIN:
        return None
    usual = math.fsum(before) / len(before)
    spread = math.sqrt(math.fsum((each - usual) ** 2 for each in before) / len(before))
    return (value - usual) / spread if spread > 0 else None
