"""Moving average convergence divergence, as TA-Lib defines it."""

from __future__ import annotations

from argonaut.indicators.averages import Ema
from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.streamed import Streamed, check_column, check_length


class Macd(Streamed):
    """The difference of a fast and a slow `Ema`, its `signal` average, and their `histogram`.

    Both averages start at input `slow`, the fast one seeded with the `fast` inputs up to there;
    all three outputs are defined from input slow + signal - 1 on.
    """

    __slots__ = (
        "_fast",
        "_seen",
        "_signal",
        "_slow",
        "fast",
        "histogram",
        "inputs",
        "macd",
        "of",
        "signal",
        "signal_length",
        "slow",
        "warmup",
    )
    parameters = ("fast", "slow", "signal_length", "of")
    outputs = ("macd", "signal", "histogram")

    def __init__(
        self, fast: int = 12, slow: int = 26, signal_length: int = 9, of: str = "close"
    ) -> None:
        self.fast = check_length("fast", fast)
        self.slow = check_length("slow", slow)
        if fast >= slow:
            raise IndicatorError(f"want fast < slow, not {fast} and {slow}")
        self.signal_length = check_length("signal_length", signal_length)
        self.of = check_column(of)
        self.inputs = (of,)
        self.warmup = slow + signal_length - 1
        self.macd: float | None = None
        self.signal: float | None = None
        self.histogram: float | None = None
        self._fast = Ema(fast, of)
        self._slow = Ema(slow, of)
        self._signal = Ema(signal_length, of)
        self._seen = 0  # up to slow - fast

    def update(self, value: float) -> None:
        """Take one value."""
        slow = self._slow.update(value)
        if self._seen < self.slow - self.fast:
            self._seen += 1
            return
        fast = self._fast.update(value)
        if fast is None or slow is None:
            return
        macd = fast - slow
        signal = self._signal.update(macd)
        if signal is None:
            return
        self.macd = macd
        self.signal = signal
        self.histogram = macd - signal
