"""The dice of this machine; the only place that rolls real ones."""

from __future__ import annotations

import random


class SystemRng:
    """Chance from the operating system: back-off jitter and tags, never a decision."""

    def __init__(self) -> None:
        self._dice = random.SystemRandom()

    def random(self) -> float:
        """Return a float in [0, 1)."""
        return self._dice.random()
