"""How much the bot may do, from everything down to nothing."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

Verb = Literal["pause", "resume", "flatten", "halt", "rearm"]
"""What a person may say to a bot."""


class TradingMode(IntEnum):
    """Ordered towards safety: a larger value allows less. Only a person moves it down again."""

    ACTIVE = 0
    RECOVERING = 1  # no strategy, no new risk: the venue is being asked what it has
    NO_NEW_RISK = 2  # entries canceled and refused, exits managed
    REDUCE_ONLY = 3  # flatten
    KILLED = 4  # latched until re-armed; resting stops stay, the operator may still flatten

    def after(self, verb: Verb) -> TradingMode | None:
        """Return the mode after a person's word; None when it is refused.

        KILLED is a latch: one may still flatten, but no other word moves it than rearm, which is
        for nothing else and lets no risk in by itself: resume comes after it. A pause never allows
        more than before.
        """
        if verb == "halt":
            return TradingMode.KILLED
        if self is TradingMode.KILLED:
            return {"flatten": self, "rearm": TradingMode.NO_NEW_RISK}.get(verb)
        if verb == "rearm":
            return None
        if verb == "flatten":
            return TradingMode.REDUCE_ONLY
        return TradingMode.ACTIVE if verb == "resume" else max(self, TradingMode.NO_NEW_RISK)

    @property
    def allows_entries(self) -> bool:
        """Whether new risk may be taken."""
        return self is TradingMode.ACTIVE
