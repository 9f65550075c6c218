"""How much the bot may do, from everything down to nothing."""

from __future__ import annotations

from enum import IntEnum


class TradingMode(IntEnum):
    """Ordered towards safety: a larger value allows less. Only a person moves it down again."""

    ACTIVE = 0
    RECOVERING = 1  # no strategy, no new risk: the venue is being asked what it has
    NO_NEW_RISK = 2  # entries canceled and refused, exits managed
    REDUCE_ONLY = 3  # flatten
    KILLED = 4  # latched; resting stops stay, the operator may still flatten

    def after(self, verb: str) -> TradingMode | None:
        """Return the mode after a person's pause, resume, flatten or halt; None when refused.

        KILLED is a latch: one may still flatten, but no word lets risk in again. A pause never
        allows more than before.
        """
        if verb == "halt":
            return TradingMode.KILLED
        if self is TradingMode.KILLED:
            return self if verb == "flatten" else None
        if verb == "flatten":
            return TradingMode.REDUCE_ONLY
        return TradingMode.ACTIVE if verb == "resume" else max(self, TradingMode.NO_NEW_RISK)

    @property
    def allows_entries(self) -> bool:
        """Whether new risk may be taken."""
        return self is TradingMode.ACTIVE
