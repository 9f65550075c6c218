"""The simulated venue with the one rule every peer has: a limit order fills when it is touched."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from argonaut.domain.instrument import Instrument
from argonaut.venues.sim import SimVenue


class TouchVenue(SimVenue):
    """Ours asks for a tick through the limit by default; equal work wants equal fills."""

    def __init__(
        self,
        instruments: Sequence[Instrument],
        *,
        venue_id: str,
        balances: dict[str, Decimal],
        **models: Any,
    ) -> None:
        super().__init__(
            instruments,
            venue_id=venue_id,
            balances=balances,
            touch_fills=True,
            **models,
        )
