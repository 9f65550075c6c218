"""Sums and extremes over the last so many nanoseconds, for trades and for bars with gaps.

The window is (now - window_ns, now], where now is the time of the newest input; every input is in
its own window, so all outputs are defined from the first on. Given a trade's column they read its
`ts_ns`, given a bar's its `close_ns`. A step costs the same on average however much the window
holds; what it holds is what is kept. Times that went backwards would only empty the window later.
"""

from __future__ import annotations

from collections import deque

from argonaut.indicators.streamed import Streamed, check_column, check_length, time_column


class WindowHigh(Streamed):
    """Highest input of the window."""

    __slots__ = ("_times", "_values", "inputs", "of", "value", "window_ns")
    parameters = ("window_ns", "of")
    warmup = 1

    def __init__(self, window_ns: int, of: str = "price") -> None:
        self.window_ns = check_length("window_ns", window_ns)
        self.of = check_column(of)
        self.inputs = (time_column(of), of)
        self.value: float | None = None
        self._times: deque[int] = deque()
        self._values: deque[float] = deque()  # falling

    def update(self, ts_ns: int, value: float) -> float | None:
        """Take one value at its time; return the highest."""
        values = self._values
        times = self._times
        while values and values[-1] <= value:
            values.pop()
            times.pop()
        values.append(value)
        times.append(ts_ns)
        start = ts_ns - self.window_ns
        while times[0] <= start:
            values.popleft()
            times.popleft()
        self.value = result = values[0]
        return result


class WindowLow(Streamed):
    """Lowest input of the window."""

    __slots__ = ("_times", "_values", "inputs", "of", "value", "window_ns")
    parameters = ("window_ns", "of")
    warmup = 1

    def __init__(self, window_ns: int, of: str = "price") -> None:
        self.window_ns = check_length("window_ns", window_ns)
        self.of = check_column(of)
        self.inputs = (time_column(of), of)
        self.value: float | None = None
        self._times: deque[int] = deque()
        self._values: deque[float] = deque()  # rising

    def update(self, ts_ns: int, value: float) -> float | None:
        """Take one value at its time; return the lowest."""
        values = self._values
        times = self._times
        while values and values[-1] >= value:
            values.pop()
            times.pop()
        values.append(value)
        times.append(ts_ns)
        start = ts_ns - self.window_ns
        while times[0] <= start:
            values.popleft()
            times.popleft()
        self.value = result = values[0]
        return result


class WindowFirst(Streamed):
    """Oldest input of the window: what a price was when the window began."""

    __slots__ = ("_times", "_values", "inputs", "of", "value", "window_ns")
    parameters = ("window_ns", "of")
    warmup = 1

    def __init__(self, window_ns: int, of: str = "price") -> None:
        self.window_ns = check_length("window_ns", window_ns)
        self.of = check_column(of)
        self.inputs = (time_column(of), of)
        self.value: float | None = None
        self._times: deque[int] = deque()
        self._values: deque[float] = deque()

    def update(self, ts_ns: int, value: float) -> float | None:
        """Take one value at its time; return the oldest."""
        values = self._values
        times = self._times
        values.append(value)
        times.append(ts_ns)
        start = ts_ns - self.window_ns
        while times[0] <= start:
            values.popleft()
            times.popleft()
        self.value = result = values[0]
        return result


class WindowSum(Streamed):
    """Sum of the window's inputs, right to the last bit or nearly so.

    The running sum is carried in two floats (Knuth's TwoSum), so removing an input takes out what
    adding it put in, and starts anew whenever an input is alone in its window.
    """

    __slots__ = ("_high", "_low", "_times", "_values", "inputs", "of", "value", "window_ns")
    parameters = ("window_ns", "of")
    warmup = 1

    def __init__(self, window_ns: int, of: str = "quantity") -> None:
        self.window_ns = check_length("window_ns", window_ns)
        self.of = check_column(of)
        self.inputs = (time_column(of), of)
        self.value: float | None = None
        self._times: deque[int] = deque()
        self._values: deque[float] = deque()
        self._high = 0.0  # the sum, and what rounding left of it
        self._low = 0.0

    def update(self, ts_ns: int, value: float) -> float | None:
        """Take one value at its time; return the sum."""
        values = self._values
        times = self._times
        low = self._low
        before = self._high
        high = before + value
        part = high - before
        low += (before - (high - part)) + (value - part)
        values.append(value)
        times.append(ts_ns)
        start = ts_ns - self.window_ns
        while times[0] <= start:
            times.popleft()
            gone = -values.popleft()
            before = high
            high = before + gone
            part = high - before
            low += (before - (high - part)) + (gone - part)
        if len(values) == 1:
            high = value
            low = 0.0
        self._high = high
        self._low = low
        self.value = result = high + low
        return result
