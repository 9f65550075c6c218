"""Wilder's indicators (New Concepts in Technical Trading Systems, 1978), as TA-Lib defines them.

A Wilder average over n moves 1/n of the way to each new value; it is seeded with the simple mean
of the first n.
"""

from __future__ import annotations

from argonaut.indicators.streamed import Streamed, check_column, check_length

# An average that only decays ends, after some 10,000 still bars, in the denormals, where a ratio of
# two means nothing (TA-Lib's RSI ends at 50). Below this, nothing has moved.
NOTHING = 1e-290


class Rsi(Streamed):
    """Relative strength index: 100 * average gain / (average gain + average loss), in 0..100.

    0 while nothing has ever moved, as TA-Lib; a rule that buys a low RSI should ask for movement.
    """

    __slots__ = (
        "_gain",
        "_loss",
        "_previous",
        "_seen",
        "inputs",
        "length",
        "of",
        "value",
        "warmup",
    )
    parameters = ("length", "of")

    def __init__(self, length: int = 14, of: str = "close") -> None:
        self.length = check_length("length", length, least=2)
        self.of = check_column(of)
        self.inputs = (of,)
        self.warmup = length + 1
        self.value: float | None = None
        self._previous: float | None = None
        self._gain = 0.0
        self._loss = 0.0
        self._seen = 0  # changes averaged so far, up to length

    def update(self, value: float) -> float | None:
        """Take one value; return the index, None before `length` changes."""
        previous = self._previous
        self._previous = value
        if previous is None:
            return None

        length = self.length
        seen = self._seen
        if seen < length:
            self._seen = seen = seen + 1
        change = value - previous
        gain = self._gain
        loss = self._loss
        self._gain = gain = gain + ((change if change > 0.0 else 0.0) - gain) / seen
        self._loss = loss = loss + ((-change if change < 0.0 else 0.0) - loss) / seen
        if seen < length:
            return None
        moved = gain + loss
        self.value = result = 100.0 * (gain / moved) if moved > NOTHING else 0.0
        return result


class TrueRange(Streamed):
    """The range of a bar including the gap from the previous close; price units."""

    __slots__ = ("_previous", "value")
    inputs = ("high", "low", "close")
    warmup = 2

    def __init__(self) -> None:
        self.value: float | None = None
        self._previous: float | None = None

    def update(self, high: float, low: float, close: float) -> float | None:
        """Take one bar; return the range, None at the first bar."""
        previous = self._previous
        self._previous = close
        if previous is None:
            return None
        self.value = result = (high if high > previous else previous) - (
            low if low < previous else previous
        )
        return result


class Atr(Streamed):
    """Average true range: the Wilder average of `TrueRange`; price units."""

    __slots__ = ("_average", "_previous", "_seen", "length", "value", "warmup")
    parameters = ("length",)
    inputs = ("high", "low", "close")

    def __init__(self, length: int = 14) -> None:
        self.length = check_length("length", length)
        self.warmup = length + 1
        self.value: float | None = None
        self._average = 0.0
        self._previous: float | None = None
        self._seen = 0  # ranges averaged so far, up to length

    def update(self, high: float, low: float, close: float) -> float | None:
        """Take one bar; return the average, None before `length` ranges."""
        previous = self._previous
        self._previous = close
        if previous is None:
            return None

        span = (high if high > previous else previous) - (low if low < previous else previous)
        average = self._average
        if self.value is not None:
            self._average = self.value = average = average + (span - average) / self.length
            return average
        self._seen += 1
        self._average = average = average + (span - average) / self._seen
        if self._seen == self.length:
            self.value = average
        return self.value


class Adx(Streamed):
    """Average directional index, and the directional indicators it is made of; all in 0..100.

    `plus_di` and `minus_di` are defined from input length + 1 on, `value` from 2 * length on. The
    directional sums are seeded with length - 1 bars, as in TA-Lib. A bar at which nothing moves
    in either direction leaves `value` as it was.
    """

    __slots__ = (
        "_close",
        "_down",
        "_high",
        "_indices",
        "_low",
        "_seen",
        "_span",
        "_up",
        "length",
        "minus_di",
        "plus_di",
        "value",
        "warmup",
    )
    parameters = ("length",)
    inputs = ("high", "low", "close")
    outputs = ("value", "plus_di", "minus_di")

    def __init__(self, length: int = 14) -> None:
        self.length = check_length("length", length, least=2)
        self.warmup = 2 * length
        self.value: float | None = None
        self.plus_di: float | None = None
        self.minus_di: float | None = None
        self._high: float | None = None
        self._low = 0.0
        self._close = 0.0
        self._up = 0.0  # Wilder sums of upward movement, downward movement and true range
        self._down = 0.0
        self._span = 0.0
        self._indices = 0.0  # sum of the first indices, the seed of `value`
        self._seen = 0  # bars with a bar before them, up to 2 * length - 1

    def update(self, high: float, low: float, close: float) -> None:
        """Take one bar."""
        if self._high is None:
            self._high, self._low, self._close = high, low, close
            return
        rise = high - self._high
        fall = self._low - low
        previous = self._close
        span = (high if high > previous else previous) - (low if low < previous else previous)
        self._high, self._low, self._close = high, low, close

        length = self.length
        if self._seen < 2 * length - 1:
            self._seen += 1
        if self._seen >= length:
            self._up -= self._up / length
            self._down -= self._down / length
            self._span -= self._span / length
        if fall > 0.0 and rise < fall:
            self._down += fall
        elif rise > 0.0 and rise > fall:
            self._up += rise
        self._span += span
        if self._seen >= length:
            self._index()

    def _index(self) -> None:
        """Set the outputs from the three sums."""
        plus = minus = 0.0
        if self._span > NOTHING:
            plus = 100.0 * (self._up / self._span)
            minus = 100.0 * (self._down / self._span)
        self.plus_di = plus
        self.minus_di = minus
        both = plus + minus
        if self.value is None:
            if both > NOTHING:
                self._indices += 100.0 * (abs(minus - plus) / both)
            if self._seen == 2 * self.length - 1:
                self.value = self._indices / self.length
        elif both > NOTHING:
            self.value += (100.0 * (abs(minus - plus) / both) - self.value) / self.length
