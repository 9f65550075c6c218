"""Numbers in, numbers out: indicators that run one step at a time or over whole columns.

May import the domain, and numpy and numba lazily. Pure: no I/O, no clock, no dice.
Start reading at `interface.py` and `streamed.py`, then `averages.py` with `kernels/averages.py`.
"""

from argonaut.indicators.averages import Ema, Sma
from argonaut.indicators.dispersion import Bollinger, Returns, StandardDeviation, Volatility
from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.extremes import RollingHigh, RollingLow, Stochastic
from argonaut.indicators.interface import Indicator
from argonaut.indicators.lagged import Lagged
from argonaut.indicators.macd import Macd
from argonaut.indicators.streamed import Streamed
from argonaut.indicators.volume import Obv, SessionVwap, Vwap
from argonaut.indicators.wilder import Adx, Atr, Rsi, TrueRange
from argonaut.indicators.windows import WindowFirst, WindowHigh, WindowLow, WindowSum

__all__ = [
    "Adx",
    "Atr",
    "Bollinger",
    "Ema",
    "Indicator",
    "IndicatorError",
    "Lagged",
    "Macd",
    "Obv",
    "Returns",
    "RollingHigh",
    "RollingLow",
    "Rsi",
    "SessionVwap",
    "Sma",
    "StandardDeviation",
    "Stochastic",
    "Streamed",
    "TrueRange",
    "Volatility",
    "Vwap",
    "WindowFirst",
    "WindowHigh",
    "WindowLow",
    "WindowSum",
]
