"""Random bars and trades for the tests of the indicators, and how columns are compared."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from argonaut.indicators import (
    Adx,
    Atr,
    Bollinger,
    Ema,
    Lagged,
    Macd,
    Obv,
    Returns,
    RollingHigh,
    RollingLow,
    Rsi,
    SessionVwap,
    Sma,
    StandardDeviation,
    Stochastic,
    Streamed,
    TrueRange,
    Volatility,
    Vwap,
    WindowFirst,
    WindowHigh,
    WindowLow,
    WindowSum,
)
from argonaut.indicators.columnar import checked, streamed

Series = dict[str, NDArray[Any]]

TICK = 0.01
MINUTE_NS = 60_000_000_000
START_NS = 1_735_689_480_000_000_000  # two minutes before a UTC midnight

# One of each, at lengths that a short series can warm up.
EVERY_INDICATOR: tuple[Streamed, ...] = (
    Adx(4),
    Atr(5),
    Bollinger(5, 1.5, "open"),
    Ema(6),
    Lagged(Sma(4, "volume"), 3),
    Macd(3, 7, 4),
    Obv(),
    Returns(3),
    RollingHigh(5, "high"),
    RollingHigh(5, "high", skip=2),
    RollingLow(5, "low"),
    RollingLow(5, "low", skip=1),
    Rsi(4),
    SessionVwap(),
    Sma(1),
    Sma(5),
    StandardDeviation(6),
    Stochastic(5, 3, 2),
    TrueRange(),
    Volatility(5),
    Vwap(5),
    WindowFirst(2 * MINUTE_NS, "close"),
    WindowFirst(900),
    WindowHigh(900),
    WindowHigh(900, skip_ns=400),
    WindowLow(900),
    WindowLow(900, skip_ns=400),
    WindowSum(900),
)

# Steps in ticks: mostly still or small, sometimes a spike, so that ties, flats and jumps all occur.
_STEPS = st.sampled_from([0, 0, 0, 1, -1, 2, -3, 7, -8, 5_000, -5_000])
_WICKS = st.sampled_from([0, 0, 1, 2, 9])
_VOLUMES = st.sampled_from([0.0, 0.0, 0.1, 1.0, 3.7, 12_345.678, 1e9])
_GAPS_NS = st.sampled_from([0, 1, 50, 300, 899, 900, 901, 5_000])
_ROWS = st.tuples(_STEPS, _STEPS, _WICKS, _WICKS, _VOLUMES, _GAPS_NS)


def series_of(rows: list[tuple[int, int, int, int, float, int]]) -> Series:
    """Return columns of bars and trades that walk by `rows`, prices on a grid of `TICK`."""
    ticks = [10_000]
    opened = []
    for jump, step, *_ in rows:
        opened.append(max(100, ticks[-1] + jump // 2))
        ticks.append(max(100, opened[-1] + step))
    opens = np.array(opened, np.float64)
    closes = np.array(ticks[1:], np.float64)
    up, down, volume, gap = (np.array([row[k] for row in rows]) for k in (2, 3, 4, 5))
    open_ns = START_NS + MINUTE_NS * np.arange(len(rows), dtype=np.int64)
    return {
        "open": opens * TICK,
        "high": (np.maximum(opens, closes) + up) * TICK,
        "low": (np.minimum(opens, closes) - down) * TICK,
        "close": closes * TICK,
        "volume": volume.astype(np.float64),
        "open_ns": open_ns,
        "close_ns": open_ns + MINUTE_NS,
        "ts_ns": START_NS + np.cumsum(gap, dtype=np.int64),
        "price": closes * TICK,
        "quantity": volume.astype(np.float64),
    }


def walks(rows_min: int = 0, rows_max: int = 60) -> st.SearchStrategy[Series]:
    """Series of `rows_min` to `rows_max` rows."""
    return st.lists(_ROWS, min_size=rows_min, max_size=rows_max).map(series_of)


def inputs_of(indicator: Streamed, series: Series) -> tuple[NDArray[Any], ...]:
    """Return the columns that `indicator` reads, as `columns` would check them."""
    return checked(indicator, [series[name] for name in indicator.inputs])


def stream(indicator: Streamed, series: Series) -> tuple[NDArray[np.float64], ...]:
    """Return the outputs of a fresh `indicator` by its `update`, one column each."""
    return streamed(indicator.fresh(), inputs_of(indicator, series))


def assert_same_bits(
    left: tuple[NDArray[np.float64], ...], right: tuple[NDArray[np.float64], ...]
) -> None:
    """Compare columns to the last bit, NaN included."""
    assert len(left) == len(right)
    for one, other in zip(left, right, strict=True):
        assert one.dtype == other.dtype == np.float64
        assert one.tobytes() == other.tobytes(), (one, other)


def assert_close(
    ours: NDArray[np.float64], oracle: NDArray[np.float64], *, rtol: float = 1e-9, atol: float = 0.0
) -> None:
    """Compare with an oracle: defined at the same rows, and there within the tolerance."""
    np.testing.assert_allclose(ours, oracle, rtol=rtol, atol=atol, equal_nan=True)


def name_of(indicator: Streamed) -> str:
    """Name a parametrised case."""
    parameters = [f"{name}={getattr(indicator, name)}" for name in indicator.parameters]
    return f"{type(indicator).__name__}({', '.join(p for p in parameters if 'object' not in p)})"
