"""The sheets of `cases.md` section 6: TA-Lib's numbers at 14 rows of two real recordings."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import talib
from numpy.typing import NDArray

from argonaut.indicators import (
    Adx,
    Atr,
    Bollinger,
    Ema,
    Macd,
    Obv,
    Returns,
    RollingHigh,
    RollingLow,
    Rsi,
    Sma,
    StandardDeviation,
    Stochastic,
    Streamed,
)

RECORDINGS = {
    "talib_DOGEUSDT_1m.csv": "binance_spot_DOGEUSDT_1m_20210420_20210520.parquet",
    "talib_BTCUSDT_5m.csv": "binance_spot_BTCUSDT_5m_20250101_20250618.parquet",
}
# The sheets also hold CCI, MFI and PSAR, which are not among our indicators; Williams' %R is the
# raw stochastic less 100, ROC a return in percent: both are worked out below.
CASES: dict[tuple[str, ...], Streamed] = {
    ("SMA20",): Sma(20),
    ("EMA10",): Ema(10),
    ("EMA20",): Ema(20),
    ("RSI14",): Rsi(14),
    ("ATR14",): Atr(14),
    ("ADX14", "", ""): Adx(14),
    ("MACD", "MACDsig", "MACDhist"): Macd(12, 26, 9),
    ("BBup20_2", "", "BBlo20_2"): Bollinger(20, 2.0),
    ("STDDEV20",): StandardDeviation(20),
    ("OBV",): Obv(),
    ("STOCH_k", "STOCH_d"): Stochastic(14, 3, 3),
}
TOLERANCE = {"OBV": 1e-6}


@pytest.fixture(scope="module", params=RECORDINGS)
def sheet(
    request: pytest.FixtureRequest, shared: Path
) -> tuple[list[dict[str, str]], pl.DataFrame]:
    """The rows of one sheet, and the recording they were worked out on."""
    with (shared / "data" / "reference" / request.param).open() as lines:
        rows = list(csv.DictReader(lines))
    bars = pl.read_parquet(shared / "data" / "klines" / RECORDINGS[request.param])
    assert [int(row["ts"]) for row in rows] == bars["ts"][
        [int(row["row"]) for row in rows]
    ].to_list()
    return rows, bars


def columns_of(indicator: Streamed, bars: pl.DataFrame) -> tuple[NDArray[np.float64], ...]:
    return indicator.columns(*(bars[name].to_numpy() for name in indicator.inputs))


def assert_cells(rows: list[dict[str, str]], name: str, ours: NDArray[np.float64]) -> None:
    """Compare one column of a sheet; an empty cell is one not yet defined."""
    theirs = np.array([float(row[name]) if row[name] else np.nan for row in rows])
    cells = ours[[int(row["row"]) for row in rows]]
    np.testing.assert_allclose(cells, theirs, rtol=TOLERANCE.get(name, 1e-9), atol=0, err_msg=name)


@pytest.mark.parametrize("names", CASES, ids="-".join)
def test_the_sheets_are_met_within_their_tolerance(
    names: tuple[str, ...], sheet: tuple[list[dict[str, str]], pl.DataFrame]
) -> None:
    rows, bars = sheet

    columns = columns_of(CASES[names], bars)

    for name, column in zip(names, columns, strict=True):
        if name:
            assert_cells(rows, name, column)


def test_rate_of_change_and_williams_r_follow_from_returns_and_extremes(
    sheet: tuple[list[dict[str, str]], pl.DataFrame],
) -> None:
    rows, bars = sheet
    close = bars["close"].to_numpy()

    (change,) = columns_of(Returns(10), bars)
    (highest,) = columns_of(RollingHigh(14, "high"), bars)
    (lowest,) = columns_of(RollingLow(14, "low"), bars)

    assert_cells(rows, "ROC10", 100 * change)
    assert_cells(rows, "WILLR14", -100 * (highest - close) / (highest - lowest))


def test_every_row_of_the_recordings_agrees_with_talib(
    sheet: tuple[list[dict[str, str]], pl.DataFrame],
) -> None:
    """Forty thousand bars of real prices, not only the fourteen of the sheet."""
    _, bars = sheet
    high, low, close = (bars[name].to_numpy() for name in ("high", "low", "close"))

    def close_to(ours: NDArray[np.float64], theirs: NDArray[np.float64], atol: float) -> None:
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=atol)

    close_to(columns_of(Ema(20), bars)[0], talib.EMA(close, 20), 0)
    close_to(columns_of(Rsi(14), bars)[0], talib.RSI(close, 14), 0)
    close_to(columns_of(Atr(14), bars)[0], talib.ATR(high, low, close, 14), 0)
    close_to(columns_of(Adx(14), bars)[0], talib.ADX(high, low, close, 14), 0)
    for ours, theirs in zip(columns_of(Macd(), bars), talib.MACD(close), strict=True):
        close_to(ours, theirs, 1e-13 * close.max())  # a difference: it crosses zero
    for ours, theirs in zip(
        columns_of(Stochastic(), bars), talib.STOCH(high, low, close, 14), strict=True
    ):
        close_to(ours, theirs, 1e-9)  # of 100: it touches zero
