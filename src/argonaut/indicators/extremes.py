"""Highest and lowest of the last values, and the stochastic oscillator made of them.

A queue keeps only the values that can still become the extreme, so a step costs the same on
average whatever the length (Lemire, Streaming maximum-minimum filter, 2006).
"""

from __future__ import annotations

from collections import deque

from argonaut.indicators.averages import Sma
from argonaut.indicators.streamed import Streamed, check_column, check_length


class RollingHigh(Streamed):
    """Highest of `length` inputs. `skip` leaves out the newest: 1 compares a bar with those before.

    Reads the close unless told otherwise: `RollingHigh(20, of="high")` is a Donchian channel.
    """

    __slots__ = (
        "_pending",
        "_places",
        "_seen",
        "_values",
        "inputs",
        "length",
        "of",
        "skip",
        "value",
        "warmup",
    )
    parameters = ("length", "of", "skip")

    def __init__(self, length: int, of: str = "close", skip: int = 0) -> None:
        self.length = check_length("length", length)
        self.of = check_column(of)
        self.skip = check_length("skip", skip, least=0)
        self.inputs = (of,)
        self.warmup = length + skip
        self.value: float | None = None
        self._pending: deque[float] = deque()  # the newest inputs, not counted yet
        self._values: deque[float] = deque()  # falling
        self._places: deque[int] = deque()  # where in the stream each of them stood
        self._seen = 0

    def update(self, value: float) -> float | None:
        """Take one value; return the highest, None before `length + skip` of them."""
        if self.skip:
            self._pending.append(value)
            if len(self._pending) <= self.skip:
                return None
            value = self._pending.popleft()

        values = self._values
        places = self._places
        while values and values[-1] <= value:
            values.pop()
            places.pop()
        self._seen = seen = self._seen + 1
        values.append(value)
        places.append(seen)
        if places[0] <= seen - self.length:
            values.popleft()
            places.popleft()
        if seen < self.length:
            return None
        self.value = result = values[0]
        return result


class RollingLow(Streamed):
    """Lowest of `length` inputs. `skip` leaves out the newest: 1 compares a bar with those before.

    Reads the close unless told otherwise: `RollingLow(3, of="low")` is the low of three bars.
    """

    __slots__ = (
        "_pending",
        "_places",
        "_seen",
        "_values",
        "inputs",
        "length",
        "of",
        "skip",
        "value",
        "warmup",
    )
    parameters = ("length", "of", "skip")

    def __init__(self, length: int, of: str = "close", skip: int = 0) -> None:
        self.length = check_length("length", length)
        self.of = check_column(of)
        self.skip = check_length("skip", skip, least=0)
        self.inputs = (of,)
        self.warmup = length + skip
        self.value: float | None = None
        self._pending: deque[float] = deque()  # the newest inputs, not counted yet
        self._values: deque[float] = deque()  # rising
        self._places: deque[int] = deque()  # where in the stream each of them stood
        self._seen = 0

    def update(self, value: float) -> float | None:
        """Take one value; return the lowest, None before `length + skip` of them."""
        if self.skip:
            self._pending.append(value)
            if len(self._pending) <= self.skip:
                return None
            value = self._pending.popleft()

        values = self._values
        places = self._places
        while values and values[-1] >= value:
            values.pop()
            places.pop()
        self._seen = seen = self._seen + 1
        values.append(value)
        places.append(seen)
        if places[0] <= seen - self.length:
            values.popleft()
            places.popleft()
        if seen < self.length:
            return None
        self.value = result = values[0]
        return result


class Stochastic(Streamed):
    """Slow stochastic oscillator: where the close stands in its recent range, 0..100.

    `k` is the `smooth`-bar `Sma` of the raw position within `length` bars, `d` the `signal`-bar
    `Sma` of `k`; both are defined from input length + smooth + signal - 2 on. Where the range is
    nothing, the raw position is 0, as in TA-Lib.
    """

    __slots__ = (
        "_highest",
        "_lowest",
        "_slow",
        "_slower",
        "d",
        "k",
        "length",
        "signal",
        "smooth",
        "warmup",
    )
    parameters = ("length", "smooth", "signal")
    inputs = ("high", "low", "close")
    outputs = ("k", "d")

    def __init__(self, length: int = 14, smooth: int = 3, signal: int = 3) -> None:
        self.length = check_length("length", length)
        self.smooth = check_length("smooth", smooth)
        self.signal = check_length("signal", signal)
        self.warmup = length + smooth + signal - 2
        self.k: float | None = None
        self.d: float | None = None
        self._highest = RollingHigh(length)
        self._lowest = RollingLow(length)
        self._slow = Sma(smooth)
        self._slower = Sma(signal)

    def update(self, high: float, low: float, close: float) -> None:
        """Take one bar."""
        highest = self._highest.update(high)
        lowest = self._lowest.update(low)
        if highest is None or lowest is None:
            return
        hundredth = (highest - lowest) / 100.0
        k = self._slow.update((close - lowest) / hundredth if hundredth != 0.0 else 0.0)
        d = self._slower.update(k) if k is not None else None
        if d is not None:
            self.k = k
            self.d = d
