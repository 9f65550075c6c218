"""Latency models: how long an order or a cancel travels to the venue.

They matter on trades and quotes. Bars show nothing between their prices, so there an order is at
the venue at once and the next open is its first chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Protocol

from argonaut.venues.sim.errors import SimVenueError

_MS_NS: Final = 1_000_000


class LatencyModel(Protocol):
    """Times one message."""

    def delay_ns(self) -> int:
        """Return the travel time of the next message, nanoseconds, >= 0."""


class NoLatency:
    """Delay = 0."""

    def delay_ns(self) -> int:
        """Return zero."""
        return 0


@dataclass(frozen=True, slots=True)
class FixedLatency:
    """Delay = `ms` for every message."""

    ms: float = 50.0

    def __post_init__(self) -> None:
        """Refuse to travel back in time."""
        _check("ms", self.ms)

    def delay_ns(self) -> int:
        """Return `ms` in nanoseconds."""
        return round(self.ms * _MS_NS)


class JitterLatency:
    """Delay = `ms` + `jitter_ms` x u, the n-th u uniform in [0, 1) and a function of (`seed`, n).

    u is the BLAKE2b hash of n keyed with the seed, over 2**64: the same on every machine. Messages
    may overtake one another; a cancel never arrives before its order.
    """

    def __init__(self, ms: float = 30.0, jitter_ms: float = 40.0, seed: int = 0) -> None:
        _check("ms", ms)
        _check("jitter_ms", jitter_ms)
        self._ms = ms
        self._jitter_ms = jitter_ms
        self._key = seed.to_bytes(16, "big", signed=True)
        self._sent = 0

    def delay_ns(self) -> int:
        """Return the delay of the next message."""
        self._sent += 1
        drawn = blake2b(self._sent.to_bytes(8, "big"), digest_size=8, key=self._key).digest()
        uniform = int.from_bytes(drawn, "big") / 2**64
        return round((self._ms + self._jitter_ms * uniform) * _MS_NS)


def _check(name: str, value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise SimVenueError(f"want {name} >= 0 milliseconds, not {value}")
