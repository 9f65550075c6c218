"""What a market regime is told by: how far, how wildly and on how much volume the price moves.

Three numbers without units, so that one model fits every price level and volume.
"""

from __future__ import annotations

import math
from collections import deque

from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.streamed import Streamed, check_length

FEATURES = ("drift", "volatility", "activity")
_FAR = 6.0  # beyond so many units of each feature more is not told apart
_FAINT = 1e-3  # of the usual: silence is a small volume, whose logarithm is finite


class RegimeFeatures(Streamed):
    """Drift, volatility and activity of the last `short_bars`, against the last `window_bars`.

    With r the log returns of the window, s those of its last `short_bars`, rms the root of the
    mean square: drift = sum(s) / (rms(r) * sqrt(short_bars)); volatility = log(rms(s) / rms(r));
    activity = log(mean volume of s / mean volume of r). Each is kept within -6 to 6. None until
    `window_bars` returns are known, and while the window has no volume or no move in it.
    """

    __slots__ = (
        "_close",
        "_returns",
        "_short_squares",
        "_short_volumes",
        "_squares",
        "_volumes",
        "activity",
        "drift",
        "inputs",
        "outputs",
        "short_bars",
        "volatility",
        "warmup",
        "window_bars",
    )
    parameters = ("window_bars", "short_bars")

    def __init__(self, window_bars: int = 120, short_bars: int = 15) -> None:
        self.window_bars = check_length("window_bars", window_bars, least=2)
        self.short_bars = check_length("short_bars", short_bars)
        if not short_bars < window_bars:
            raise IndicatorError(f"want short_bars < window_bars, not {short_bars}, {window_bars}")
        self.inputs = ("close", "volume")
        self.outputs = FEATURES
        self.warmup = window_bars + 1
        self._close: float | None = None
        self._returns: deque[float] = deque(maxlen=short_bars)
        self._squares: deque[float] = deque(maxlen=window_bars)
        self._short_squares: deque[float] = deque(maxlen=short_bars)
        self._volumes: deque[float] = deque(maxlen=window_bars)
        self._short_volumes: deque[float] = deque(maxlen=short_bars)
        self.drift: float | None = None
        self.volatility: float | None = None
        self.activity: float | None = None

    @property
    def row(self) -> tuple[float, float, float] | None:
        """The three features, or None while one is not known."""
        drift, volatility, activity = self.drift, self.volatility, self.activity
        if drift is None or volatility is None or activity is None:
            return None
        return drift, volatility, activity

    def update(self, close: float, volume: float) -> None:
        """Take a bar's close and volume."""
        before, self._close = self._close, close
        if before is None:
            return
        change = math.log(close / before)
        square = change * change
        self._returns.append(change)
        self._squares.append(square)
        self._short_squares.append(square)
        self._volumes.append(volume)
        self._short_volumes.append(volume)
        if len(self._squares) < self.window_bars:
            return
        self._measure()

    def _measure(self) -> None:
        window, short = self.window_bars, self.short_bars
        usual = math.fsum(self._squares) / window
        volume = math.fsum(self._volumes) / window
        if not (usual > 0.0 and volume > 0.0):
            self.drift = self.volatility = self.activity = None
            return
        recent = math.fsum(self._short_squares) / short
        traded = math.fsum(self._short_volumes) / short
        self.drift = _within(math.fsum(self._returns) / math.sqrt(usual * short))
        self.volatility = _within(0.5 * math.log(max(recent / usual, _FAINT * _FAINT)))
        self.activity = _within(math.log(max(traded / volume, _FAINT)))


def _within(value: float) -> float:
    return min(max(value, -_FAR), _FAR)
