"""The choices a person may make about fills; everything else is fixed in `point` and `path`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from argonaut.venues.sim.errors import SimVenueError


@dataclass(frozen=True, slots=True, kw_only=True)
class FillRules:
    """How orders meet prices, as far as that is a choice.

    `fill_at` is where a market order decided on a bar's close fills: at the next bar's open, or
    at that very close. `touch_fills` lets a resting limit fill when the price only touches it.
    `gap_improves` gives a resting limit the open when a bar opens beyond it.
    """

    fill_at: Literal["next_open", "close"] = "next_open"
    touch_fills: bool = False
    gap_improves: bool = False

    def __post_init__(self) -> None:
        """Refuse a place to fill that does not exist."""
        if self.fill_at not in ("next_open", "close"):
            raise SimVenueError(f"want fill_at 'next_open' or 'close', not {self.fill_at!r}")
