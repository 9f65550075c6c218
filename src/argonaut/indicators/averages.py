"""Moving averages, as TA-Lib defines them."""

from __future__ import annotations

from collections import deque

from argonaut.indicators.streamed import Streamed, check_column, check_length


class Sma(Streamed):
    """Simple moving average of the last `length` inputs.

    A running sum with Kahan compensation on both ends, removing before adding; a window of equal
    values returns that value. On prices this is the rolling mean of pandas to the last bit, and
    that of polars but for windows of equal values. Its error is a rounding of the largest recent
    sum, and does not grow with time.
    """

    __slots__ = (
        "_added",
        "_last",
        "_removed",
        "_repeats",
        "_ring",
        "_total",
        "inputs",
        "length",
        "of",
        "value",
        "warmup",
    )
    parameters = ("length", "of")

    def __init__(self, length: int, of: str = "close") -> None:
        self.length = self.warmup = check_length("length", length)
        self.of = check_column(of)
        self.inputs = (of,)
        self.value: float | None = None
        self._ring: deque[float] = deque(maxlen=length)
        self._total = 0.0
        self._added = 0.0  # what adding has rounded away so far
        self._removed = 0.0  # what removing has rounded away so far
        self._repeats = 0  # how many inputs in a row have been equal to the last
        self._last: float | None = None

    def update(self, value: float) -> float | None:
        """Take one value; return the mean, None before `length` of them."""
        ring = self._ring
        total = self._total
        if self.value is not None:
            term = -ring[0] - self._removed
            kept = total + term
            self._removed = kept - total - term
            total = kept
        ring.append(value)
        term = value - self._added
        self._total = kept = total + term
        self._added = kept - total - term

        if value == self._last:
            self._repeats += 1
            if self._repeats >= self.length:
                self.value = value
                return value
        else:
            self._repeats = 1
            self._last = value
        if self.value is None and len(ring) < self.length:
            return None
        self.value = result = kept / self.length
        return result


class Ema(Streamed):
    """Exponential moving average with weight 2 / (length + 1).

    Seeded with the simple mean of the first `length` inputs, as TA-Lib's EMA.
    """

    __slots__ = ("_seed", "_seen", "_weight", "inputs", "length", "of", "value", "warmup")
    parameters = ("length", "of")

    def __init__(self, length: int, of: str = "close") -> None:
        self.length = self.warmup = check_length("length", length)
        self.of = check_column(of)
        self.inputs = (of,)
        self.value: float | None = None
        self._weight = 2.0 / (length + 1)
        self._seed = 0.0
        self._seen = 0

    def update(self, value: float) -> float | None:
        """Take one value; return the average, None before `length` of them."""
        previous = self.value
        if previous is not None:
            self.value = result = (value - previous) * self._weight + previous
            return result

        self._seen += 1
        # A mean that moves by differences keeps equal inputs exact; a sum does not.
        self._seed += (value - self._seed) / self._seen
        if self._seen == self.length:
            self.value = self._seed
        return self.value
