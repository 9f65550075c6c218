"""A strategy and a venue whose trader dies by SIGKILL at one moment, once.

`MORTAL` in the environment names the moment and a file: `entry before /tmp/x/died`. The file is
written first, so that the next start lives.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from argonaut.domain.event import DetectorSignal
from argonaut.domain.order import Order, Report
from argonaut.domain.signal import Signal
from argonaut.ledger.holding import Holding
from argonaut.strategies.detector_driven import DetectorDriven, Params
from argonaut.venues.binance.adapter import BinanceSpot

__all__ = ["MortalDetector", "MortalVenue", "Params", "die_at"]


class MortalDetector(DetectorDriven):
    """Forwards signals, but for that moment: what it is told then is in no journal yet."""

    def on_signal(self, signal: DetectorSignal, holding: Holding) -> Iterator[Signal]:
        """Die, or forward a signal."""
        die_at("signal")
        return super().on_signal(signal, holding)

    def explain(self) -> str:
        """Say when a price is known: before, an entry would be refused."""
        return "sees prices" if self._price else ""


class MortalVenue(BinanceSpot):
    """Binance spot, but for that moment. The intent of the order is durable by then."""

    async def submit(self, order: Order, *, forbids: Callable[[], str] = str) -> Sequence[Report]:
        """Send an order; die before its first byte leaves, or when the venue has answered."""
        die_at(f"{order.role.value} before")
        reports = await super().submit(order, forbids=forbids)
        die_at(f"{order.role.value} after")
        return reports


def die_at(moment: str) -> None:
    """Die if this is the moment, and it has not been so far."""
    wanted, _, path = os.environ.get("MORTAL", "").rpartition(" ")
    if moment == wanted and not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
