"""Volume-weighted numbers: on-balance volume and average prices.

The typical price of a bar is (high + low + close) / 3, worked out around the close so that a flat
bar gives its close exactly.
"""

from __future__ import annotations

from collections import deque

from argonaut.indicators.streamed import Streamed, check_length

DAY_NS = 86_400_000_000_000


class Obv(Streamed):
    """On-balance volume: adds the volume of a rising close, subtracts that of a falling one.

    Starts at the first bar's volume, as TA-Lib. Base units.
    """

    __slots__ = ("_previous", "value")
    inputs = ("close", "volume")
    warmup = 1

    def __init__(self) -> None:
        self.value: float | None = None
        self._previous = 0.0

    def update(self, close: float, volume: float) -> float | None:
        """Take one bar; return the balance."""
        balance = self.value
        if balance is None:
            balance = volume
        elif close > self._previous:
            balance += volume
        elif close < self._previous:
            balance -= volume
        self._previous = close
        self.value = balance
        return balance


class Vwap(Streamed):
    """Volume-weighted average of the typical price over the last `length` bars.

    Where those bars have no volume at all, the latest typical price. The sums are carried in two
    floats each (Knuth's TwoSum), so removing a bar takes out what adding it put in.
    """

    __slots__ = (
        "_last",
        "_prices",
        "_repeats",
        "_traded",
        "_value_high",
        "_value_low",
        "_volume_high",
        "_volume_low",
        "_volumes",
        "length",
        "value",
        "warmup",
    )
    parameters = ("length",)
    inputs = ("high", "low", "close", "volume")

    def __init__(self, length: int) -> None:
        self.length = self.warmup = check_length("length", length)
        self.value: float | None = None
        self._prices: deque[float] = deque(maxlen=length)
        self._volumes: deque[float] = deque(maxlen=length)
        self._value_high = 0.0  # sum of price * volume, and what rounding left of it
        self._value_low = 0.0
        self._volume_high = 0.0  # sum of volume, and what rounding left of it
        self._volume_low = 0.0
        self._traded = 0  # bars in the window that have volume
        self._last: float | None = None
        self._repeats = 0  # how many typical prices in a row have been equal to the last

    def update(self, high: float, low: float, close: float, volume: float) -> float | None:
        """Take one bar; return the average, None before `length` bars."""
        price = close + ((high - close) + (low - close)) / 3.0
        if self.value is not None:
            gone = self._volumes[0]
            self._traded -= gone != 0.0
            self._add(-(self._prices[0] * gone), -gone)
        self._prices.append(price)
        self._volumes.append(volume)
        self._traded += volume != 0.0
        self._add(price * volume, volume)
        self._repeats = self._repeats + 1 if price == self._last else 1
        self._last = price
        if len(self._prices) < self.length:
            return None

        if self._traded == 0:
            self._value_high = self._value_low = self._volume_high = self._volume_low = 0.0
        if self._traded == 0 or self._repeats >= self.length:
            self.value = price
        else:
            self.value = (self._value_high + self._value_low) / (
                self._volume_high + self._volume_low
            )
        return self.value

    def _add(self, value: float, volume: float) -> None:
        """Add to both sums without losing a bit."""
        before = self._value_high
        self._value_high = after = before + value
        part = after - before
        self._value_low += (before - (after - part)) + (value - part)

        before = self._volume_high
        self._volume_high = after = before + volume
        part = after - before
        self._volume_low += (before - (after - part)) + (volume - part)


class SessionVwap(Streamed):
    """Volume-weighted average of the typical price since the UTC day of the bar began.

    A bar belongs to the day it opened in. Before the day's first volume, the latest typical price.
    """

    __slots__ = ("_day", "_volume", "value")
    inputs = ("open_ns", "high", "low", "close", "volume")
    warmup = 1

    def __init__(self) -> None:
        self.value: float | None = None
        self._day = 0  # days since the epoch
        self._volume = 0.0  # traded since the day began

    def update(
        self, open_ns: int, high: float, low: float, close: float, volume: float
    ) -> float | None:
        """Take one bar; return the average."""
        price = close + ((high - close) + (low - close)) / 3.0
        day = open_ns // DAY_NS
        if day != self._day:
            self._day = day
            self._volume = 0.0
        self._volume = total = self._volume + volume
        mean = self.value
        if mean is None or total in (0.0, volume):
            self.value = price
        else:
            self.value = mean = mean + (price - mean) * (volume / total)
        return self.value
