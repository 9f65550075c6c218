"""Another indicator as it was some inputs ago: a baseline that the present cannot have moved."""

from __future__ import annotations

from collections import deque

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.streamed import Streamed, check_length


class Lagged(Streamed):
    """The `value` that `inner` had `bars` inputs ago.

    `Lagged(Sma(6, "volume"))` is the mean volume of the six bars before this one.
    """

    __slots__ = ("_ring", "bars", "inner", "inputs", "value", "warmup")
    parameters = ("inner", "bars")

    def __init__(self, inner: Streamed, bars: int = 1) -> None:
        if inner.outputs != ("value",):
            raise IndicatorError(f"want an indicator with one value, not {inner.outputs}")
        self.inner = inner
        self.bars = check_length("bars", bars)
        self.inputs = inner.inputs
        self.warmup = inner.warmup + bars
        self.value: float | None = None
        self._ring: deque[float | None] = deque(maxlen=bars)

    def update(self, *inputs: float) -> float | None:
        """Take one value per column of `inner`; return what it was `bars` inputs ago."""
        ring = self._ring
        if len(ring) == self.bars:
            self.value = ring[0]
        ring.append(self.inner.update(*inputs))
        return self.value
