"""A model in use: what regime it sees, and whether it still foresees as it did in training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from argonaut.indicators.hmm.card import Card, seal, unseal
from argonaut.indicators.hmm.forward import ForwardFilter


class Follower:
    """Follows the market with one model: its filter, and how well it foresaw the last rows."""

    __slots__ = ("block_mean", "block_rows", "card", "filter", "sealed")

    def __init__(self, card: Card) -> None:
        self.card = card
        self.sealed = seal(card).decode()
        self.filter = ForwardFilter(card.model)
        self.block_rows = 0  # since the last whole block
        self.block_mean = 0.0  # of the log density in it

    def see(self, row: tuple[float, ...]) -> None:
        """Take the features of one bar."""
        self.filter.update(row)
        self.block_rows += 1
        self.block_mean += (self.filter.log_density - self.block_mean) / self.block_rows

    def drift(self) -> float:
        """Return by how many sways the last whole block fell short, 0 within one; begin anew."""
        if self.block_rows < self.card.block_rows:
            return 0.0
        short = self.card.usual - self.block_mean
        self.block_rows, self.block_mean = 0, 0.0
        return short / self.card.sway if self.card.sway > 0 else 0.0

    def save(self) -> dict[str, Any]:
        """Return the state as JSON values, the model included."""
        return {
            "sealed": self.sealed,
            "filter": self.filter.save(),
            "block": [self.block_rows, self.block_mean],
        }

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> Follower:
        """Return what `save` has told of."""
        made = cls(unseal(saved["sealed"], where="a saved state"))
        made.filter.load(saved["filter"])
        made.block_rows, made.block_mean = saved["block"]
        return made
