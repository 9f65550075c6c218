"""How far values spread: standard deviation, Bollinger bands, returns and their volatility.

All deviations are of the population (divide by n, ddof 0), as in TA-Lib.
"""

from __future__ import annotations

import math
from collections import deque

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.streamed import Streamed, check_column, check_length


class StandardDeviation(Streamed):
    """Population standard deviation of the last `length` inputs, and their `mean` beside it.

    The window is two halves: the newer grows by Welford's step, the older holds the moments of
    each of its suffixes, made in one pass when it ran out, and the two are joined by Chan's rule
    (Chan, Golub, LeVeque 1983). Nothing is ever subtracted, so nothing is left behind by a spike
    that has gone, and equal inputs give exactly 0.
    """

    __slots__ = (
        "_newer",
        "_newer_mean",
        "_newer_spread",
        "_older_mean",
        "_older_spread",
        "inputs",
        "length",
        "mean",
        "of",
        "value",
        "warmup",
    )
    parameters = ("length", "of")

    def __init__(self, length: int, of: str = "close") -> None:
        self.length = self.warmup = check_length("length", length, least=2)
        self.of = check_column(of)
        self.inputs = (of,)
        self.value: float | None = None
        self.mean: float | None = None
        self._newer: list[float] = []
        self._newer_mean = 0.0
        self._newer_spread = 0.0  # sum of squared distances from the mean
        self._older_mean: list[float] = []  # the longest suffix is last
        self._older_spread: list[float] = []

    def update(self, value: float) -> float | None:
        """Take one value; return the deviation, None before `length` of them."""
        newer = self._newer
        older_mean = self._older_mean
        if self.value is not None:
            if not older_mean:
                self._turn()
            older_mean.pop()
            self._older_spread.pop()
        newer.append(value)
        young = len(newer)
        mean = self._newer_mean
        step = value - mean
        self._newer_mean = mean = mean + step / young
        self._newer_spread = spread = self._newer_spread + step * (value - mean)

        length = self.length
        if older_mean:
            apart = mean - older_mean[-1]
            share = young / length
            mean = older_mean[-1] + apart * share
            spread = spread + self._older_spread[-1] + apart * apart * (share * (length - young))
        elif young < length:
            return None
        self.mean = mean
        self.value = result = math.sqrt(spread / length)
        return result

    def _turn(self) -> None:
        """Make the full newer half the older one: the moments of each of its suffixes."""
        mean = spread = 0.0
        for count, value in enumerate(reversed(self._newer), start=1):
            step = value - mean
            mean += step / count
            spread += step * (value - mean)
            self._older_mean.append(mean)
            self._older_spread.append(spread)
        self._newer.clear()
        self._newer_mean = self._newer_spread = 0.0


class Bollinger(Streamed):
    """Bollinger bands: the mean of `length` inputs, and `width` standard deviations either side.

    `middle` may differ from `Sma` in the last bit: it comes with the deviation.
    """

    __slots__ = (
        "_deviation",
        "inputs",
        "length",
        "lower",
        "middle",
        "of",
        "upper",
        "warmup",
        "width",
    )
    parameters = ("length", "width", "of")
    outputs = ("upper", "middle", "lower")

    def __init__(self, length: int = 20, width: float = 2.0, of: str = "close") -> None:
        if not (math.isfinite(width) and width > 0):
            raise IndicatorError(f"want width to be a finite number > 0, not {width!r}")
        self._deviation = StandardDeviation(length, of)
        self.length = self.warmup = length
        self.width = float(width)
        self.of = of
        self.inputs = (of,)
        self.upper: float | None = None
        self.middle: float | None = None
        self.lower: float | None = None

    def update(self, value: float) -> None:
        """Take one value."""
        deviation = self._deviation.update(value)
        if deviation is None:
            return
        self.middle = middle = self._deviation.mean
        assert middle is not None
        reach = self.width * deviation
        self.upper = middle + reach
        self.lower = middle - reach


class Returns(Streamed):
    """Simple return over `length` inputs, (now - then) / then, as a fraction.

    0 where `then` is 0, as TA-Lib's ROCP: possible for volumes only.
    """

    __slots__ = ("_ring", "inputs", "length", "of", "value", "warmup")
    parameters = ("length", "of")

    def __init__(self, length: int = 1, of: str = "close") -> None:
        self.length = check_length("length", length)
        self.of = check_column(of)
        self.inputs = (of,)
        self.warmup = length + 1
        self.value: float | None = None
        self._ring: deque[float] = deque(maxlen=length)

    def update(self, value: float) -> float | None:
        """Take one value; return the return, None for the first `length`."""
        ring = self._ring
        if len(ring) < self.length:
            ring.append(value)
            return None
        then = ring[0]
        ring.append(value)
        self.value = result = (value - then) / then if then != 0.0 else 0.0
        return result


class Volatility(Streamed):
    """Population standard deviation of the last `length` one-step simple returns, per step.

    sqrt(sum((r - mean(r)) * (r - mean(r))) / length), not annualised: a strategy that wants a
    yearly figure multiplies by the root of the steps in its year.
    """

    __slots__ = ("_deviation", "_returns", "inputs", "length", "of", "value", "warmup")
    parameters = ("length", "of")

    def __init__(self, length: int, of: str = "close") -> None:
        self._returns = Returns(1, of)
        self._deviation = StandardDeviation(length, of)
        self.length = length
        self.of = of
        self.inputs = (of,)
        self.warmup = length + 1
        self.value: float | None = None

    def update(self, value: float) -> float | None:
        """Take one value; return the volatility, None before `length` returns."""
        change = self._returns.update(value)
        if change is not None:
            self.value = self._deviation.update(change)
        return self.value
