"""A strategy's wish to move its protection: whether it makes sense, and what it does to a guard."""

from __future__ import annotations

import math

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.instrument import Instrument
from argonaut.domain.signal import Protect, Protection, Target
from argonaut.execution.guard import Guard


def fault_of(wish: Protect, instrument: Instrument) -> str:
    """Return what is wrong with the prices of a wish, or nothing."""
    if wish.stop_price is None and wish.target_price is None:
        return "want a stop_price or a target_price"
    for name, price in (("stop_price", wish.stop_price), ("target_price", wish.target_price)):
        if price is not None and not _is_price(price, instrument):
            return f"want {name} of at least one tick ({instrument.tick_size}), not {price}"
    return ""


def protection_of(wish: Protect) -> Protection:
    """Return the protection of something held bare that the wish alone asks for."""
    price = wish.target_price
    return Protection(
        stop_price=wish.stop_price, targets=() if price is None else (Target(price=price),)
    )


def apply(wish: Protect, guard: Guard) -> list[str]:
    """Move the stop (only tighter) and the target; return what happened to each."""
    said = []
    if wish.stop_price is not None:
        stop = guard.instrument.price(wish.stop_price)
        moved = guard.tighten(stop)
        said.append(f"stop to {stop}" if moved else f"stop stays at {guard.stop_level}")
    if wish.target_price is not None:
        target = guard.instrument.price(wish.target_price)
        moved = guard.retarget(target)
        said.append(f"target to {target}" if moved else f"target stays at {target}")
    guard.try_again()
    return said


def told(guard: Guard) -> list[str]:
    """Say where the protection of a guard stands."""
    said = [] if guard.stop_price is None else [f"stop to {guard.stop_price}"]
    return said + [f"target to {pair.target_price}" for pair in guard.pairs if pair.target]


def _is_price(price: float, instrument: Instrument) -> bool:
    try:
        return math.isfinite(price) and instrument.price(price) >= instrument.tick_size
    except InvalidValueError:  # too large to count in ticks
        return False
