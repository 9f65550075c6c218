"""Chance from a seed: the same numbers in every process, on every machine, for ever.

Each name has a stream of its own, so what one part draws never moves what another gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from struct import Struct
from typing import TypeVar

T = TypeVar("T")
_BITS = 53  # what a float64 holds exactly
_WORDS = Struct(">4Q")  # of 64 bits, in one block


class Dice:
    """Implements `ports.Rng`; `seed` and `name` say everything about what is drawn."""

    __slots__ = ("_count", "_key", "_words")

    def __init__(self, seed: int, name: str = "") -> None:
        self._key = f"{seed}/{name}/".encode()
        self._count = 0
        self._words: list[int] = []  # of the block that is being used, the next last

    def random(self) -> float:
        """Return a float in [0, 1)."""
        return (self._word() >> (64 - _BITS)) / (1 << _BITS)

    def below(self, count: int) -> int:
        """Return a whole number from 0 to `count` - 1."""
        assert count > 0, f"want a count > 0, not {count}"
        return self._word() * count >> 64

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def chance(self, probability: float) -> bool:
        """Return True that often."""
        return self.random() < probability

    def pick(self, of: Sequence[T]) -> T:
        """Return one of them."""
        return of[self.below(len(of))]

    def shuffle(self, items: list[T]) -> None:
        """Put them into a random order, in place."""
        for end in range(len(items) - 1, 0, -1):
            other = self.below(end + 1)
            items[end], items[other] = items[other], items[end]

    def bytes(self, count: int) -> bytes:
        """Return that many bytes."""
        words = -(-count // 8)
        return b"".join(self._word().to_bytes(8, "big") for _ in range(words))[:count]

    def _word(self) -> int:
        """Return the next 64 bits."""
        if not self._words:
            block = sha256(self._key + str(self._count).encode()).digest()
            self._count += 1
            self._words[:] = _WORDS.unpack(block)[::-1]
        return self._words.pop()
