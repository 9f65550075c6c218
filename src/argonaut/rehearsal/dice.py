"""Seeded dice that are whole numbers inside: the same on every machine and hash seed."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import numpy as np

_MASK: Final = 2**64 - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
_AT_ONCE: Final = 64  # numbers mixed in one go, which is ten times as fast as one by one
_STEPS: Final = np.arange(1, _AT_ONCE + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_30, _27, _31 = np.uint64(30), np.uint64(27), np.uint64(31)


class Dice:
    """The SplitMix64 generator, and the `Rng` port.

    Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._state = np.uint64(seed & _MASK)
        self._ready: list[int] = []  # the next last

    def bits(self) -> int:
        """Return 64 random bits."""
        if not self._ready:
            self._mix()
        return self._ready.pop()

    def _mix(self) -> None:
        """Make the next numbers; all of it is modulo 2**64."""
        states = self._state + _STEPS
        self._state = states[-1]
        mixed = (states ^ (states >> _30)) * _FIRST
        mixed = (mixed ^ (mixed >> _27)) * _SECOND
        self._ready = (mixed ^ (mixed >> _31))[::-1].tolist()

    def random(self) -> float:
        """Return a float in [0, 1)."""
        return (self.bits() >> 11) / 2**53

    def between(self, low: int, high: int) -> int:
        """Return a whole number in [low, high]; `high - low` far below 2**64 leaves no bias."""
        return low + self.bits() % (high - low + 1)

    def fork(self, name: str) -> Dice:
        """Return dice of their own for a purpose: what they throw depends on seed and name only."""
        key = (self.seed & _MASK).to_bytes(8, "big")
        return Dice(int.from_bytes(blake2b(name.encode(), digest_size=8, key=key).digest(), "big"))
