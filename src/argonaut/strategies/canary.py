"""A canary: how a new model would have fared beside the one that decides, and when that is enough.

Both see the same bars. Each is scored by how well it foresaw every row (its log density, given the
rows before) and by the trades it would have made, with stop, target and cost, never sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Outcome = Literal["", "promote", "dismiss"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryRule:
    """When a candidate has shown itself. Fractions: 0.002 is 0.2 percent."""

    bars_min: int  # seen beside the current model before anything is decided
    bars_max: int  # by then it has not shown itself, and goes
    sigmas: float  # how sure it must be that it foresees better
    cost_fraction: float  # of a round trip
    stop_fraction: float
    target_fraction: float
    shorts: bool = False


class DryTrade:
    """One position that is never sent; `gain` adds up fractions of the notional, net of cost."""

    __slots__ = ("entry", "gain", "side", "trades")

    def __init__(self) -> None:
        self.side = 0  # +1 long, -1 short
        self.entry = 0.0
        self.gain = 0.0
        self.trades = 0

    def pass_bar(self, low: float, high: float, rule: CanaryRule) -> None:
        """Meet a bar after the entry; where it holds both stop and target, the stop came first."""
        if not self.side:
            return
        worst, best = (low, high) if self.side > 0 else (high, low)
        if self.side * (worst / self.entry - 1) <= -rule.stop_fraction:
            self._close(-rule.stop_fraction, rule)
        elif self.side * (best / self.entry - 1) >= rule.target_fraction:
            self._close(rule.target_fraction, rule)

    def take(self, side: int, price: float, rule: CanaryRule) -> None:
        """Decide for a side (0 is none): enter where flat, leave where against it."""
        if self.side and side == -self.side:
            self._close(self.side * (price / self.entry - 1), rule)
        elif not self.side and (side > 0 or (side < 0 and rule.shorts)):
            self.side, self.entry = side, price

    def _close(self, fraction: float, rule: CanaryRule) -> None:
        self.gain += fraction - rule.cost_fraction
        self.trades += 1
        self.side = 0


class Canary:
    """The contest between the current model and a candidate."""

    def __init__(self, rule: CanaryRule) -> None:
        self.rule = rule
        self.bars = 0
        self.current, self.candidate = DryTrade(), DryTrade()
        self._mean = 0.0  # of how much better the candidate foresaw a row
        self._squares = 0.0  # sum of squared distances from it (Welford)

    def pass_bar(self, low: float, high: float) -> None:
        """Let both positions meet a bar."""
        self.current.pass_bar(low, high, self.rule)
        self.candidate.pass_bar(low, high, self.rule)

    def score(self, advantage: float) -> None:
        """Take by how much log density the candidate foresaw this row better."""
        self.bars += 1
        apart = advantage - self._mean
        self._mean += apart / self.bars
        self._squares += apart * (advantage - self._mean)

    def take(self, current: int, candidate: int, price: float) -> None:
        """Take the sides that both decided for."""
        self.current.take(current, price, self.rule)
        self.candidate.take(candidate, price, self.rule)

    @property
    def sigmas(self) -> float:
        """How many standard errors the candidate foresees better; below 0 worse."""
        if self.bars < 2:
            return 0.0
        error = math.sqrt(self._squares / (self.bars - 1) / self.bars)
        if error == 0.0:
            return math.copysign(math.inf, self._mean) if self._mean else 0.0
        return self._mean / error

    @property
    def outcome(self) -> Outcome:
        """Whether the contest is decided."""
        rule = self.rule
        if self.bars < rule.bars_min:
            return ""
        if self.sigmas >= rule.sigmas and self.candidate.gain >= self.current.gain:
            return "promote"
        if self.sigmas <= -rule.sigmas or self.bars >= rule.bars_max:
            return "dismiss"
        return ""

    def told(self) -> str:
        """Say how it stands."""
        return (
            f"{self.bars} bars, foresees {'better' if self.sigmas > 0 else 'no better'} by "
            f"{self.sigmas:+.1f} sigmas, dry-run {self.candidate.gain:+.2%} in "
            f"{self.candidate.trades} trades against {self.current.gain:+.2%} in "
            f"{self.current.trades}"
        )

    def save(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        return {
            "bars": self.bars,
            "mean": self._mean,
            "squares": self._squares,
            "trades": [
                [each.side, each.entry, each.gain, each.trades]
                for each in (self.current, self.candidate)
            ],
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Continue from what `save` returned."""
        self.bars, self._mean, self._squares = saved["bars"], saved["mean"], saved["squares"]
        for each, kept in zip((self.current, self.candidate), saved["trades"], strict=True):
            each.side, each.entry, each.gain, each.trades = kept
