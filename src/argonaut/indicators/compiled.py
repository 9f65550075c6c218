"""Which compiled kernel stands for which indicator: the table `columnar.py` looks in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from argonaut.indicators.averages import Ema, Sma
from argonaut.indicators.dispersion import Bollinger, Returns, StandardDeviation, Volatility
from argonaut.indicators.extremes import RollingHigh, RollingLow, Stochastic
from argonaut.indicators.kernels.averages import ema, sma
from argonaut.indicators.kernels.dispersion import bands, deviation, returns
from argonaut.indicators.kernels.extremes import position, rolling_high, rolling_low
from argonaut.indicators.kernels.volume import obv, session_vwap, typical_price, vwap
from argonaut.indicators.kernels.wilder import adx, atr, rsi, true_range
from argonaut.indicators.kernels.windows import window_first, window_high, window_low, window_sum
from argonaut.indicators.lagged import Lagged
from argonaut.indicators.macd import Macd
from argonaut.indicators.volume import DAY_NS, Obv, SessionVwap, Vwap
from argonaut.indicators.wilder import NOTHING, Adx, Atr, Rsi, TrueRange
from argonaut.indicators.windows import WindowFirst, WindowHigh, WindowLow, WindowSum

Column = NDArray[np.float64]
Columns = tuple[Column, ...]


def _late(column: Column, rows: int) -> Column:
    """Return `column` with NaN before it, so that it has `rows` rows and ends where it ended."""
    result = np.full(rows, np.nan)
    if column.size:
        result[rows - column.size :] = column
    return result


def _rolling_high(of: RollingHigh, values: Column) -> Columns:
    counted = values[: max(0, values.size - of.skip)]
    return (_late(rolling_high(counted, of.length), values.size),)


def _rolling_low(of: RollingLow, values: Column) -> Columns:
    counted = values[: max(0, values.size - of.skip)]
    return (_late(rolling_low(counted, of.length), values.size),)


def _stochastic(of: Stochastic, high: Column, low: Column, close: Column) -> Columns:
    start = of.length - 1
    highest = rolling_high(high, of.length)[start:]
    lowest = rolling_low(low, of.length)[start:]
    k = sma(position(highest, lowest, close[start:]), of.smooth)[of.smooth - 1 :]
    d = sma(k, of.signal)[of.signal - 1 :]
    return _late(k[of.signal - 1 :], close.size), _late(d, close.size)


def _lagged(of: Lagged, *columns: NDArray[Any]) -> Columns:
    (column,) = of.inner.columns(*columns)
    return (_late(column[: max(0, column.size - of.bars)], column.size),)


def _macd(of: Macd, values: Column) -> Columns:
    fast = ema(values[of.slow - of.fast :], of.fast)[of.fast - 1 :]
    slow = ema(values, of.slow)[of.slow - 1 :]
    macd = fast - slow
    signal = ema(macd, of.signal_length)[of.signal_length - 1 :]
    macd = macd[of.signal_length - 1 :]
    rows = values.size
    return _late(macd, rows), _late(signal, rows), _late(macd - signal, rows)


def _bollinger(of: Bollinger, values: Column) -> Columns:
    deviations, means = deviation(values, of.length)
    upper, lower = bands(means, deviations, of.width)
    return upper, means, lower


def _volatility(of: Volatility, values: Column) -> Columns:
    return (_late(deviation(returns(values, 1)[1:], of.length)[0], values.size),)


def _vwap(of: Vwap, high: Column, low: Column, close: Column, volume: Column) -> Columns:
    return (vwap(typical_price(high, low, close), volume, of.length),)


def _session_vwap(
    _: SessionVwap,
    open_ns: NDArray[np.int64],
    high: Column,
    low: Column,
    close: Column,
    volume: Column,
) -> Columns:
    return (session_vwap(open_ns, typical_price(high, low, close), volume, DAY_NS),)


COMPILED: dict[type, Callable[..., Columns]] = {
    Adx: lambda of, high, low, close: adx(high, low, close, of.length, NOTHING),
    Atr: lambda of, high, low, close: (atr(high, low, close, of.length),),
    Bollinger: _bollinger,
    Ema: lambda of, values: (ema(values, of.length),),
    Lagged: _lagged,
    Macd: _macd,
    Obv: lambda _, close, volume: (obv(close, volume),),
    Returns: lambda of, values: (returns(values, of.length),),
    RollingHigh: _rolling_high,
    RollingLow: _rolling_low,
    Rsi: lambda of, values: (rsi(values, of.length, NOTHING),),
    SessionVwap: _session_vwap,
    Sma: lambda of, values: (sma(values, of.length),),
    StandardDeviation: lambda of, values: (deviation(values, of.length)[0],),
    Stochastic: _stochastic,
    TrueRange: lambda _, high, low, close: (true_range(high, low, close),),
    Volatility: _volatility,
    Vwap: _vwap,
    WindowFirst: lambda of, ts_ns, values: (window_first(ts_ns, values, of.window_ns),),
    WindowHigh: lambda of, ts_ns, values: (window_high(ts_ns, values, of.window_ns, of.skip_ns),),
    WindowLow: lambda of, ts_ns, values: (window_low(ts_ns, values, of.window_ns, of.skip_ns),),
    WindowSum: lambda of, ts_ns, values: (window_sum(ts_ns, values, of.window_ns),),
}


def compiled(indicator: object, inputs: tuple[NDArray[Any], ...]) -> Columns | None:
    """Return the outputs of `indicator` over whole columns, None when it has no kernel.

    `inputs` are one-dimensional, contiguous and writeable: int64 for times, else float64.
    """
    kernel = COMPILED.get(type(indicator))
    return None if kernel is None else kernel(indicator, *inputs)
