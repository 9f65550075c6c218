"""Sums and extremes over the last so many nanoseconds, for trades and for bars with gaps.

The window is (now - window_ns, now], where now is the time of the newest input; every input is in
its own window, so outputs are defined from the first on. Given a trade's column they read its
`ts_ns`, given a bar's its `close_ns`. A step costs the same on average however much the window
holds; what it holds is what is kept. Times that went backwards would only empty the window later.
"""

from __future__ import annotations

from collections import deque

from argonaut.indicators.streamed import Streamed, check_column, check_length, time_column


class WindowHigh(Streamed):
    """Highest input of the window, or of the one that ended `skip_ns` ago.

    With `skip_ns` the window is (now - skip_ns - window_ns, now - skip_ns], a baseline the present
    cannot have moved; the value is None while that window holds nothing.
    """

    __slots__ = (
        "_pending",
        "_pending_times",
        "_times",
        "_values",
        "inputs",
        "of",
        "skip_ns",
        "value",
        "window_ns",
    )
    parameters = ("window_ns", "of", "skip_ns")
    warmup = 1

    def __init__(self, window_ns: int, of: str = "price", skip_ns: int = 0) -> None:
        self.window_ns = check_length("window_ns", window_ns)
        self.of = check_column(of)
        self.skip_ns = check_length("skip_ns", skip_ns, least=0)
        self.inputs = (time_column(of), of)
        self.value: float | None = None
        self._pending_times: deque[int] = deque()  # inputs newer than the window
        self._pending: deque[float] = deque()
        self._times: deque[int] = deque()
        self._values: deque[float] = deque()  # falling

    def update(self, ts_ns: int, value: float) -> float | None:
        """Take one value at its time; return the highest."""
        if self.skip_ns:
            return self._update_late(ts_ns, value)
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

    def _update_late(self, ts_ns: int, value: float) -> float | None:
        """Do the step of a window that ended `skip_ns` ago."""
        values = self._values
        times = self._times
        self._pending_times.append(ts_ns)
        self._pending.append(value)
        end = ts_ns - self.skip_ns
        while self._pending_times[0] <= end:
            due = self._pending.popleft()
            while values and values[-1] <= due:
                values.pop()
                times.pop()
            values.append(due)
            times.append(self._pending_times.popleft())
        start = end - self.window_ns
        while times and times[0] <= start:
            values.popleft()
            times.popleft()
        self.value = values[0] if values else None
        return self.value


class WindowLow(Streamed):
    """Lowest input of the window, or of the one that ended `skip_ns` ago.

    With `skip_ns` the window is (now - skip_ns - window_ns, now - skip_ns], a baseline the present
    cannot have moved; the value is None while that window holds nothing.
    """

    __slots__ = (
        "_pending",
        "_pending_times",
        "_times",
        "_values",
        "inputs",
        "of",
        "skip_ns",
        "value",
        "window_ns",
    )
    parameters = ("window_ns", "of", "skip_ns")
    warmup = 1

    def __init__(self, window_ns: int, of: str = "price", skip_ns: int = 0) -> None:
        self.window_ns = check_length("window_ns", window_ns)
        self.of = check_column(of)
        self.skip_ns = check_length("skip_ns", skip_ns, least=0)
        self.inputs = (time_column(of), of)
        self.value: float | None = None
        self._pending_times: deque[int] = deque()  # inputs newer than the window
        self._pending: deque[float] = deque()
        self._times: deque[int] = deque()
        self._values: deque[float] = deque()  # rising

    def update(self, ts_ns: int, value: float) -> float | None:
        """Take one value at its time; return the lowest."""
        if self.skip_ns:
            return self._update_late(ts_ns, value)
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

    def _update_late(self, ts_ns: int, value: float) -> float | None:
        """Do the step of a window that ended `skip_ns` ago."""
        values = self._values
        times = self._times
        self._pending_times.append(ts_ns)
        self._pending.append(value)
        end = ts_ns - self.skip_ns
        while self._pending_times[0] <= end:
            due = self._pending.popleft()
            while values and values[-1] >= due:
                values.pop()
                times.pop()
            values.append(due)
            times.append(self._pending_times.popleft())
        start = end - self.window_ns
        while times and times[0] <= start:
            values.popleft()
            times.popleft()
        self.value = values[0] if values else None
        return self.value


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
