"""What a strategy may answer: wishes of its own, with a reason in words."""

from __future__ import annotations

from typing import Any, Final

from argonaut.domain.signal import Enter, Exit, Protect, Skip
from argonaut.strategies.interface import Strategy

_WISHES: Final = (Enter, Exit, Protect, Skip)


def fault_of(wish: object, strategy: Strategy) -> str:
    """Return why an answer of a strategy is no wish of its own, or nothing."""
    if not isinstance(wish, _WISHES):
        return f"want Enter, Exit, Protect or Skip, not {wish!r}"
    said: Any = wish  # its fields may be anything: a constructor of msgspec checks none
    if said.strategy_id != strategy.strategy_id:
        return f"want a wish of {strategy.strategy_id}, not of {said.strategy_id!r}"
    if not isinstance(said.reason, str):
        return f"want a reason in words, not {said.reason!r}"
    return ""
