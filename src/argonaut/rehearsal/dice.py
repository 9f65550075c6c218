"""Seeded dice that are whole numbers inside: the same on every machine and hash seed."""

from __future__ import annotations

from hashlib import blake2b

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15


class Dice:
    """The SplitMix64 generator, and the `Rng` port.

    Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._state = seed & _MASK

    def bits(self) -> int:
        """Return 64 random bits."""
        self._state = (self._state + _GOLDEN) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

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
